/**
 * Sessions of different people that begin in the same second in the same place, or last equally
 * long on the same device, again and again: one script plays several accounts.
 *
 * A whole school behind one address that starts together is not it: by chance the same three meet in
 * one second now and then, but not nearly each time.
 */
import { byKey, groupsOf } from '../groups.ts';
import { type Finding, pattern, type Window } from '../pattern.ts';
import { type Coincidence, readPeople, readTogether, type Together } from '../sessions/store.ts';
import { ofPerson, type Whereabouts } from '../subjects.ts';

export const thresholds = Object.freeze({
  /** Three days: enough for a script to repeat itself. */
  windowMs: 3 * 86_400_000,
  peopleMin: 3,
  /** On one device: three people in one second happen to nobody; twice is no accident of a reload. */
  deviceTimesMin: 2,
  /**
   * At one address: 500 people who start within 10 s meet a given other in one second 1 time in 10; the
   * same three, 5 times of 5, once in 10^10 triples of the 2·10^7 there are.
   */
  addressTimesMin: 5,
  /** And that nearly each time: the share of the one's sessions that fell together with the other's. */
  addressShareMin: 0.8,
  /**
   * Of equal length, to the second, at least this share of them: lessons end within some ten minutes of
   * one another, so that two who sit at one seat every day have a length in common now and then.
   */
  lengthShareMin: 0.5,
  /** Pairs judged in one run, those that fell together most often first. */
  pairs: 20_000,
});

interface Evidence {
  readonly ties: readonly (Together & { readonly how: Coincidence })[];
  readonly people: readonly Whereabouts[];
}

export const lockstep = pattern({
  name: 'lockstep',
  code: 'courseBrushing',
  severity: 'high',
  windowMs: thresholds.windowMs,
  async read(q, window: Window): Promise<Evidence> {
    const { peopleMin, pairs, deviceTimesMin, addressTimesMin, addressShareMin, lengthShareMin } = thresholds;
    const device = { peopleMin, pairs, timesMin: deviceTimesMin, shareMin: 0 };
    const address = { peopleMin, pairs, timesMin: addressTimesMin, shareMin: addressShareMin };
    const ties: (Together & { how: Coincidence })[] = [];
    for (const [how, limits] of [
      ['deviceOpened', device],
      ['addressOpened', address],
      ['deviceLength', { ...device, shareMin: lengthShareMin }],
    ] as const) {
      ties.push(...(await readTogether(q, how, window, limits)).map((tie) => ({ ...tie, how })));
    }
    const tied = groupsOf(ties, peopleMin).flatMap(({ members }) => members);
    return { ties, people: await readPeople(q, window, tied) };
  },
  judge: judgeLockstep,
});

/** One finding a person: each of them has hours of their own that are in doubt. */
export function judgeLockstep({ ties, people }: Evidence): Finding[] {
  const known = new Map(people.map((one) => [one.personKey, one]));
  // One way of falling together at a time: a chain of one pair by chance and another by lot proves nothing.
  const ways = ['deviceOpened', 'addressOpened', 'deviceLength'] as const;
  const groups = ways.flatMap((how) =>
    groupsOf(
      ties.filter((tie) => tie.how === how),
      thresholds.peopleMin,
    ).map((group) => ({ how, ...group })),
  );
  const findings = groups.flatMap(({ how, members, ties: all }) =>
    members.flatMap((member) => {
      const whereabouts = known.get(member);
      if (whereabouts === undefined) return [];
      const own = all.filter(({ a, b }) => a === member || b === member);
      const byAddress = how === 'addressOpened';
      return {
        ...ofPerson(whereabouts),
        sessions: [...new Set(own.flatMap((tie) => (tie.a === member ? tie.sessionsA : tie.sessionsB)))],
        evidenceAt: Math.max(...own.map(({ lastAt }) => lastAt)),
        facts: {
          how,
          people: members.length,
          peopleMin: thresholds.peopleMin,
          together: Math.max(...own.map(({ times }) => times)),
          togetherMin: byAddress ? thresholds.addressTimesMin : thresholds.deviceTimesMin,
          sameShare: Math.round(Math.max(...own.map(({ share }) => share)) * 100) / 100,
          withinMs: 1000,
          windowMs: thresholds.windowMs,
        },
      };
    }),
  );
  // The same sessions fall together in several ways: the plainest is told.
  return [...byKey(findings, ({ subject }) => subject.id).values()].flatMap((own) => own[0] ?? []);
}
