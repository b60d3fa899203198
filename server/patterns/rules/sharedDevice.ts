/**
 * One device under many people within a day. A signal, not a violation: a library's computer and a
 * training centre's look the same. A household of two does not reach it.
 */
import { byKey } from '../groups.ts';
import { type Finding, pattern } from '../pattern.ts';
import { readStays, type Stay } from '../sessions/store.ts';
import { ofClass } from '../subjects.ts';

const DAY_MS = 86_400_000;

export const thresholds = Object.freeze({
  windowMs: DAY_MS,
  /** People playing at the same moment: nobody shares one screen with two others, each in a lesson of their own. */
  atOnceMin: 3,
  /** People in a day: beyond a family, at the edge of what a shared room does. */
  peopleMin: 5,
  /** Devices looked at in one run, those with the most people first. */
  devices: 1000,
  /** Sessions read in one run, the newest first. */
  sessions: 20_000,
});

export const sharedDevice = pattern({
  name: 'sharedDevice',
  code: 'proxyAttendance',
  severity: 'low',
  windowMs: thresholds.windowMs,
  read: (q, window) => readStays(q, window, { ...thresholds, peopleMin: thresholds.atOnceMin }),
  judge: judgeDevices,
});

/** One finding a class: how many devices, and the most people that one of them had. */
export function judgeDevices(stays: readonly Stay[]): Finding[] {
  const devices = [...byKey(stays, ({ device }) => device).values()]
    .map((own) => ({ own, people: new Set(own.map(({ personKey }) => personKey)).size, atOnce: mostAtOnce(own) }))
    .filter(({ people, atOnce }) => people >= thresholds.peopleMin || atOnce >= thresholds.atOnceMin);
  const shared = devices.flatMap(({ own, people, atOnce }) => own.map((stay) => ({ stay, people, atOnce })));
  return [...byKey(shared, ({ stay }) => stay.classId).values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    return {
      ...ofClass(first.stay),
      sessions: own.map(({ stay }) => stay.session),
      evidenceAt: Math.max(...own.map(({ stay }) => stay.openedAt)),
      facts: {
        devices: new Set(own.map(({ stay }) => stay.device)).size,
        people: Math.max(...own.map(({ people }) => people)),
        peopleMin: thresholds.peopleMin,
        atOnce: Math.max(...own.map(({ atOnce }) => atOnce)),
        atOnceMin: thresholds.atOnceMin,
        windowMs: thresholds.windowMs,
      },
    };
  });
}

/** The most people who played at one moment. */
export function mostAtOnce(stays: readonly Pick<Stay, 'personKey' | 'openedAt' | 'playedUntil'>[]): number {
  const turns = stays
    .flatMap(({ personKey, openedAt, playedUntil }) => [
      { at: openedAt, personKey, by: 1 },
      { at: playedUntil, personKey, by: -1 },
    ])
    // Who leaves at the very moment when another comes has not met them.
    .sort((one, other) => one.at - other.at || one.by - other.by);
  const playing = new Map<string, number>();
  let most = 0;
  for (const { personKey, by } of turns) {
    const sessions = (playing.get(personKey) ?? 0) + by;
    if (sessions > 0) playing.set(personKey, sessions);
    else playing.delete(personKey);
    most = Math.max(most, playing.size);
  }
  return most;
}
