/**
 * Who answered in step with whom: item after item at the same moment, or always as much later. Pure.
 *
 * Papers are shuffled for each candidate, so when two people meet one item has nothing to do with each other: of
 * two who sit for T at the same time, the difference between their moments at an item lies within a given stretch
 * of L with a chance of L / T at the most. Of n items that both answered, the largest number whose differences lie
 * within one such stretch, not further apart than `lagMaxMs`, is held against that: any one of them begins the
 * stretch, and the chance that k − 1 more of n − 1 fall into it is binomial; n times that bounds it for all (the
 * scan statistic's union bound). `SLACK` allows for people who answer faster at the beginning than at the end.
 * Pairs are corrected by Holm's procedure over all pairs that sat at the same time.
 */
import { holm, tailLog10 } from './chance.ts';

export interface Timing {
  readonly id: string;
  readonly person: string;
  readonly openedAt: number;
  readonly handedInAt: number;
  /** By item: when it was first answered. */
  readonly moments: ReadonlyMap<string, number>;
}

export interface Step {
  readonly a: string;
  readonly b: string;
  /** Items in step, of those that both answered. */
  readonly together: number;
  readonly of: number;
  /** How much later one was, middle of the stretch, ms. */
  readonly lagMs: number;
  readonly chanceLog10: number;
  readonly limitLog10: number;
}

export const stepLimits = Object.freeze({
  /** Of honest exams, the share in which anybody is named. */
  alpha: 0.002,
  /** The stretch: two hands and two networks, ms. */
  withinMs: 3000,
  /** Who passes answers on does it at once, ms. */
  lagMaxMs: 60_000,
  togetherMin: 6,
  /** Of the items that both answered. */
  shareMin: 0.25,
});

const SLACK = 2;

/** @param family whether a pair is looked at: the fewer are, the less must be allowed for chance */
export function lockstep(
  all: readonly Timing[],
  family: (a: string, b: string) => boolean = () => true,
  limits = stepLimits,
): readonly Step[] {
  let pairs = 0;
  const close = differences(all, limits.lagMaxMs);
  const found: Omit<Step, 'limitLog10'>[] = [];
  for (const [i, a] of all.entries()) {
    for (let j = i + 1; j < all.length; j++) {
      const b = all[j];
      if (b === undefined || a.person === b.person || overlapMs(a, b) <= 0 || !family(a.id, b.id)) continue;
      pairs += 1;
      const apart = close.get(i * all.length + j) ?? [];
      if (apart.length < limits.togetherMin) continue;
      const { together, lagMs } = densest(apart, limits.withinMs);
      const of = [...a.moments.keys()].filter((item) => b.moments.has(item)).length;
      if (together < limits.togetherMin || together < of * limits.shareMin) continue;
      const chance = Math.min(1, (SLACK * limits.withinMs) / overlapMs(a, b));
      const chanceLog10 = Math.min(0, Math.log10(of) + tailLog10(together - 1, of - 1, chance));
      found.push({ a: a.id, b: b.id, together, of, lagMs, chanceLog10 });
    }
  }
  return holm(found, limits.alpha, pairs);
}

const overlapMs = (a: Timing, b: Timing): number =>
  Math.min(a.handedInAt, b.handedInAt) - Math.max(a.openedAt, b.openedAt);

/** By pair (i × size + j, i < j): how much later j answered than i, of items that lie close. Item by item, so that nobody is held against all. */
function differences(all: readonly Timing[], lagMaxMs: number): ReadonlyMap<number, readonly number[]> {
  const items = new Map<string, { readonly who: number; readonly at: number }[]>();
  for (const [who, { moments }] of all.entries()) {
    for (const [item, at] of moments) {
      const own = items.get(item) ?? [];
      items.set(item, own);
      own.push({ who, at });
    }
  }
  const found = new Map<number, number[]>();
  for (const own of items.values()) {
    own.sort((one, other) => one.at - other.at);
    for (const [k, first] of own.entries()) {
      for (let l = k + 1; l < own.length; l++) {
        const next = own[l];
        if (next === undefined || next.at - first.at > lagMaxMs) break;
        const [i, j] = first.who < next.who ? [first, next] : [next, first];
        const key = i.who * all.length + j.who;
        const list = found.get(key) ?? [];
        found.set(key, list);
        list.push(j.at - i.at);
      }
    }
  }
  return found;
}

/** The stretch with the most in it. */
function densest(apart: readonly number[], withinMs: number): { readonly together: number; readonly lagMs: number } {
  const sorted = apart.toSorted((one, other) => one - other);
  let best = { together: 0, lagMs: 0 };
  let from = 0;
  for (const [to, last] of sorted.entries()) {
    while (last - (sorted[from] ?? last) > withinMs) from += 1;
    const together = to - from + 1;
    if (together > best.together) best = { together, lagMs: Math.round(((sorted[from] ?? last) + last) / 2) };
  }
  return best;
}
