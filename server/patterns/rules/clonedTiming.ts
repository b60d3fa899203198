/**
 * Answers that come with the time of a clock: one person's all after the same time, or two people of
 * a class whose answers, one after another, took the same times. Hands do neither.
 */

import { type Answering, readAlike, readAnswering, readConstant } from '../answers/store.ts';
import { groupsOf } from '../groups.ts';
import { type Finding, pattern, type Window } from '../pattern.ts';
import { ofPerson } from '../subjects.ts';

export const thresholds = Object.freeze({
  windowMs: 86_400_000,
  /** Fewer can be alike by chance. */
  answersMin: 8,
  /** The newest so many of a person. */
  answersMax: 16,
  /**
   * Standard deviation, ms. Reading and pointing alone spread answers by 400 ms and more; eight of
   * such hands fall below 150 ms once in some 200, of usual hands (2 s) never. A script's spread is the network's.
   */
  sdMinMs: 150,
  /** The same as a share of the mean: who waits 20 s by a clock is off by less, hands are not. */
  sdShareMin: 0.03,
  /** Two answers took the same time: the network's jitter, twice. */
  sameMs: 60,
  /** Candidates of one run. */
  groups: 2000,
  peopleEach: 30,
  people: 500,
});

interface Evidence {
  readonly constant: readonly Answering[];
  /** Who is held against whom: indices lead nowhere else. */
  readonly alike: readonly (readonly string[])[];
  readonly answering: readonly Answering[];
}

export const clonedTiming = pattern({
  name: 'clonedTiming',
  code: 'courseBrushing',
  severity: 'medium',
  windowMs: thresholds.windowMs,
  async read(q, window: Window): Promise<Evidence> {
    const constant = await readConstant(q, window, thresholds);
    const alike = await readAlike(q, window, thresholds);
    const people = [...new Set(alike.flat())].slice(0, thresholds.people);
    return { constant, alike, answering: await readAnswering(q, window, people, thresholds.answersMax) };
  },
  judge: (evidence) => [...judgeConstant(evidence.constant), ...judgeCopied(evidence)],
});

export function judgeConstant(constant: readonly Answering[]): Finding[] {
  return constant.map((answering) => ({
    ...ofPerson(answering),
    sessions: answering.sessions,
    evidenceAt: answering.lastAt,
    facts: {
      how: 'constantLatency',
      answers: answering.latencies.length,
      answersMin: thresholds.answersMin,
      latencyMeanMs: Math.round(mean(answering.latencies)),
      latencySdMs: Math.round(deviation(answering.latencies)),
      latencySdMinMs: Math.round(Math.max(thresholds.sdMinMs, thresholds.sdShareMin * mean(answering.latencies))),
      windowMs: thresholds.windowMs,
    },
  }));
}

export function judgeCopied({ alike, answering }: Pick<Evidence, 'alike' | 'answering'>): Finding[] {
  const known = new Map(answering.map((one) => [one.personKey, one]));
  const held = new Map<string, { a: string; b: string; same: number }>();
  for (const [a, b] of alike.flatMap(pairsOf)) {
    const [first, second] = [known.get(a), known.get(b)];
    if (first === undefined || second === undefined || held.has(`${a} ${b}`)) continue;
    held.set(`${a} ${b}`, { a, b, same: longestCopy(first.latencies, second.latencies) });
  }
  const ties = [...held.values()].filter(({ same }) => same >= thresholds.answersMin);
  return groupsOf(ties, 2).flatMap(({ members, ties: all }) =>
    members.flatMap((member) => {
      const own = known.get(member);
      if (own === undefined) return [];
      return {
        ...ofPerson(own),
        sessions: own.sessions,
        evidenceAt: own.lastAt,
        facts: {
          how: 'copiedLatency',
          people: members.length,
          answers: Math.max(...all.filter(({ a, b }) => a === member || b === member).map(({ same }) => same)),
          answersMin: thresholds.answersMin,
          withinMs: thresholds.sameMs,
          windowMs: thresholds.windowMs,
        },
      };
    }),
  );
}

/** The longest stretch in which the one's times are the other's, from wherever each begins. */
export function longestCopy(one: readonly number[], other: readonly number[]): number {
  let longest = 0;
  let before: number[] = [];
  for (const time of one) {
    const row = other.map((its, i) =>
      Math.abs(time - its) <= thresholds.sameMs ? (i === 0 ? 0 : (before[i - 1] ?? 0)) + 1 : 0,
    );
    longest = Math.max(longest, ...row);
    before = row;
  }
  return longest;
}

const pairsOf = (people: readonly string[]): [string, string][] =>
  people.flatMap((a, i) => people.slice(i + 1).map((b): [string, string] => (a < b ? [a, b] : [b, a])));

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
const deviation = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, one) => sum + (one - middle) ** 2, 0) / (values.length - 1));
};
