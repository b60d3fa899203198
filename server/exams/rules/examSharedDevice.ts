/**
 * One device holds the sittings of several people, one right after another or at once: one hand sits for them. An
 * address proves nothing here, for an exam room has one; nor do its computers when each waits for its next
 * candidate, so what counts is that nobody had the time to stand up and another to sit down.
 */
import { examRule, type Sat } from './rule.ts';

export const thresholds = Object.freeze({
  peopleMin: 2,
  /** Between the end of one person's sitting and the beginning of another's, ms. */
  changeMinMs: 60_000,
});

export const examSharedDevice = examRule({
  name: 'examSharedDevice',
  code: 'examImpersonation',
  severity: 'medium',
  judge: ({ sat }) =>
    devicesOf(sat).flatMap((own) => {
      const inOrder = own.toSorted((a, b) => a.openedAt - b.openedAt);
      const tied = inOrder.filter((one, i) =>
        [inOrder[i - 1], inOrder[i + 1]].some((other) => other !== undefined && areClose(one, other)),
      );
      const people = new Set(tied.map(({ personKey }) => personKey)).size;
      if (people < thresholds.peopleMin) return [];
      return tied.map((one) => ({ sat: one, facts: { people, peopleMin: thresholds.peopleMin } }));
    }),
});

function areClose(one: Sat, other: Sat): boolean {
  const [first, next] = one.openedAt <= other.openedAt ? [one, other] : [other, one];
  return one.personKey !== other.personKey && next.openedAt - first.handedInAt < thresholds.changeMinMs;
}

function devicesOf(sat: readonly Sat[]): readonly (readonly Sat[])[] {
  const devices = new Map<string, Sat[]>();
  for (const one of sat) {
    for (const device of new Set(one.devices)) devices.set(device, [...(devices.get(device) ?? []), one]);
  }
  return [...devices.values()];
}
