/**
 * Many people of a class finish the same lesson in the same minute on a few devices.
 *
 * A computer room in which forty people start together also finishes together, at one address; but
 * each of them has a device of their own, so an address alone says nothing here.
 */
import { byKey } from '../groups.ts';
import { type Finding, pattern } from '../pattern.ts';
import { readStays, type Stay } from '../sessions/store.ts';
import { ofClass } from '../subjects.ts';

export const thresholds = Object.freeze({
  windowMs: 86_400_000,
  withinMs: 60_000,
  /** Far above the friends who meet to study on one device. */
  peopleMin: 10,
  /** People for each device. */
  peopleEachDeviceMin: 3,
  /** Of the lesson that a session must have played to have finished it. */
  playedShareMin: 0.9,
  devices: 1000,
  sessions: 20_000,
});

export const completionBurst = pattern({
  name: 'completionBurst',
  code: 'proxyAttendance',
  severity: 'medium',
  windowMs: thresholds.windowMs,
  read: (q, window) => readStays(q, window, { ...thresholds, peopleMin: thresholds.peopleEachDeviceMin }),
  judge: judgeBursts,
});

/** One finding a class: its greatest burst. @param stays sessions on devices that several people use */
export function judgeBursts(stays: readonly Stay[]): Finding[] {
  const finished = stays.filter(({ playedMs, lessonMs }) => playedMs >= thresholds.playedShareMin * lessonMs);
  const bursts = [...byKey(finished, ({ classId, lessonId }) => `${classId} ${lessonId}`).values()].flatMap(
    (own) => greatestBurst(own) ?? [],
  );
  return [...byKey(bursts, ({ first }) => first.classId).values()].flatMap((own) => {
    const [greatest] = own.toSorted((one, other) => other.people - one.people);
    if (greatest === undefined) return [];
    return {
      ...ofClass(greatest.first),
      sessions: own.flatMap(({ sessions }) => sessions),
      evidenceAt: Math.max(...own.map(({ endedAt }) => endedAt)),
      facts: {
        people: greatest.people,
        peopleMin: thresholds.peopleMin,
        devices: greatest.devices,
        addresses: greatest.addresses,
        withinMs: thresholds.withinMs,
        lessons: own.length,
        windowMs: thresholds.windowMs,
      },
    };
  });
}

interface Burst {
  readonly first: Stay;
  readonly people: number;
  readonly devices: number;
  readonly addresses: number;
  readonly sessions: readonly string[];
  readonly endedAt: number;
}

/** The minute of a lesson in which the most people finished, where it is suspicious. */
function greatestBurst(stays: readonly Stay[]): Burst | null {
  const byEnd = stays.toSorted((one, other) => one.playedUntil - other.playedUntil);
  let greatest: Burst | null = null;
  let from = 0;
  for (const [to, last] of byEnd.entries()) {
    while (last.playedUntil - (byEnd[from]?.playedUntil ?? 0) > thresholds.withinMs) from += 1;
    const minute = byEnd.slice(from, to + 1);
    const [first] = minute;
    if (first === undefined || minute.length < thresholds.peopleMin) continue;
    const people = new Set(minute.map(({ personKey }) => personKey)).size;
    const devices = new Set(minute.map(({ device }) => device)).size;
    if (people < thresholds.peopleMin || people < thresholds.peopleEachDeviceMin * devices) continue;
    if (greatest !== null && people <= greatest.people) continue;
    const addresses = new Set(minute.flatMap(({ address }) => address ?? [])).size;
    const sessions = minute.map(({ session }) => session);
    greatest = { first, people, devices, addresses, sessions, endedAt: last.playedUntil };
  }
  return greatest;
}
