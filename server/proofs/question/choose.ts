/**
 * Which item is asked. Guarantees: one about a stretch of media only of a person who has watched
 * that stretch; none twice in a class while another may be asked, then one of the third that was asked
 * longest ago; of these one of the wanted lesson, and one that is hard to guess, if there is one. Among equals
 * the caller's randomness decides, so that nobody knows what comes.
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

/** So much of a stretch must have been watched. Who leaves a little out of each does not choose by it what is asked. */
const WATCHED_SHARE = 0.7;

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
  // The lesson was drawn by what waits for a proof: whoever sits there must not move it.
  const mine = rest.filter(({ lessonId }) => lessonId === lesson);
  const near = mine.length > 0 ? mine : rest;
  const hard = near.filter(({ guess }) => guess <= HARD_TO_GUESS);
  return hard.length > 0 ? hard : near;
}

/** The third that was asked longest ago: the single one would be known in advance. */
function longestAgo(asked: readonly Candidate[]): readonly Candidate[] {
  const inOrder = asked.toSorted((a, b) => (a.lastAskedAt ?? 0) - (b.lastAskedAt ?? 0));
  return inOrder.slice(0, Math.ceil(inOrder.length / 3));
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
