/**
 * Which item is asked. Guarantees: one about a stretch of media only of a person who has watched
 * that stretch; none twice in a class while another may be asked, then one of those asked longest
 * ago; of these one that is hard to guess, if there is one. Among equals the caller's randomness decides, so that nobody knows what comes.
 */

import type { Form } from '../../classes/item.ts';
import { HARD_TO_GUESS } from './guess.ts';

/** A stretch of media, ms: from (included), to (excluded). */
export type Stretch = readonly [from: number, to: number];

export interface Candidate {
  readonly id: string;
  readonly form: Form;
  readonly lessonId: string;
  /** What it is about; `null`: the lesson as a whole. */
  readonly about: Stretch | null;
  /** Chance that it is guessed, in parts of a thousand. */
  readonly guess: number;
  /** When this person was last asked it in this class, ms since the epoch; `null`: never. */
  readonly lastAskedAt: number | null;
}

/** So much of a stretch must have been watched: a jump back or a stall leaves holes of a second. */
const WATCHED_SHARE = 0.95;

/**
 * Those of which one is to be asked, all equally good; none: nothing may be asked.
 * @param lesson whose items are better than another's
 * @param watched by lesson, in any order; they may overlap
 * @param forms that the page can draw
 */
export function eligible(
  all: readonly Candidate[],
  lesson: string,
  watched: ReadonlyMap<string, readonly Stretch[]>,
  forms: readonly Form[],
): readonly Candidate[] {
  // Joined once: a bank has thousands of items, and beats tell hundreds of stretches.
  const seen = new Map([...watched].map(([id, stretches]) => [id, joined(stretches)]));
  const askable = all.filter(
    ({ form, lessonId, about }) =>
      forms.includes(form) &&
      (about === null || measure(seen.get(lessonId) ?? [], about) >= WATCHED_SHARE * (about[1] - about[0])),
  );
  const fresh = askable.filter(({ lastAskedAt }) => lastAskedAt === null);
  const rest = fresh.length > 0 ? fresh : longestAgo(askable);
  const hard = rest.filter(({ guess }) => guess <= HARD_TO_GUESS);
  const best = hard.length > 0 ? hard : rest;
  const mine = best.filter(({ lessonId }) => lessonId === lesson);
  return mine.length > 0 ? mine : best;
}

/** Those asked at the earliest moment, which is hardly ever more than one. */
function longestAgo(asked: readonly Candidate[]): readonly Candidate[] {
  const earliest = asked.reduce(
    (least, { lastAskedAt }) => Math.min(least, lastAskedAt ?? 0),
    Number.POSITIVE_INFINITY,
  );
  return asked.filter(({ lastAskedAt }) => (lastAskedAt ?? 0) === earliest);
}

/** The same moments in order, none twice. */
export function joined(stretches: readonly Stretch[]): readonly Stretch[] {
  const out: [number, number][] = [];
  for (const [from, to] of stretches.toSorted((a, b) => a[0] - b[0])) {
    const last = out.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}

/**
 * How much of `about` was watched, ms.
 * @param stretches as `joined` gives them
 */
export function measure(stretches: readonly Stretch[], [from, to]: Stretch): number {
  return stretches.reduce((sum, one) => sum + Math.max(0, Math.min(one[1], to) - Math.max(one[0], from)), 0);
}
