/**
 * How an answer was given: what the page tells of the hand, and what only the server knows, which is how long
 * it took and how long reading takes. The detector folds the few numbers that its rules need; all of it is
 * kept with the prompt. Nothing of it changes whether the answer is right.
 */
import type { Manner } from '../../../detector/index.ts';
import type { Answer, Hand } from '../../../sdk/wire.ts';
import { readingMs } from './reading.ts';
import type { Asked } from './template.ts';

/** What is kept with a prompt. */
export interface Kept {
  readonly latencyMs: number;
  readonly readMs: number;
  /** This person was asked the same item before. */
  readonly again?: true;
  readonly hand?: Hand;
}

/** What is taken from a prompt for it. */
interface Waited {
  readonly asked: Asked;
  readonly issuedAt: number;
  readonly again?: boolean;
}

/** @param arrivedAt when the answer came in, server time, ms */
export function keptOf(prompt: Waited, { hand }: Answer, arrivedAt: number): Kept {
  return {
    // From the asking, on whatever page it was shown first: a page that comes later does not start it anew.
    latencyMs: Math.max(0, arrivedAt - prompt.issuedAt),
    readMs: readingMs(prompt.asked),
    ...(prompt.again ? { again: true } : {}),
    ...(hand === undefined ? {} : { hand }),
  };
}

export function mannerOf({ latencyMs, readMs, again, hand }: Kept): Manner {
  // Whoever knows a question need not read it.
  const reading = again ? {} : { readMs };
  if (hand === undefined) return { latencyMs, ...reading };
  const [pointer, keys, synthetic, assists] = hand.events;
  return {
    latencyMs,
    ...reading,
    hand: [pointer + keys, synthetic],
    ...(hand.page[0] === 1 ? { hidden: true } : {}),
    ...(hand.page[1] === 0 ? { unfocused: true } : {}),
    ...(assists > 0 && pointer + keys === 0 ? { assisted: true } : {}),
  };
}
