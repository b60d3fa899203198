/** What the server chooses for the next beat, so that none can be prepared in advance. */
import { randomInt } from 'node:crypto';
import type { Policy } from '../../detector/index.ts';
import { type Freshness, noteIssued } from './freshness.ts';
import type { Keys } from './keys.ts';

/** When the next beat is wanted, ms. */
export interface Interval {
  readonly minMs: number;
  readonly maxMs: number;
}

export function intervalOf({ beat }: Pick<Policy, 'beat'>): Interval {
  return { minMs: beat.minIntervalMs, maxMs: beat.maxIntervalMs };
}

/** The nonce issued with beat `seq`, from now on the page's, and an interval drawn uniformly. `at`: server time, ms. */
export function next(
  keys: Keys,
  { session, freshness }: { readonly session: string; readonly freshness: Freshness },
  seq: number,
  { minMs, maxMs }: Interval,
  at: number,
): { readonly nonce: string; readonly nextMs: number } {
  const nonce = keys.nonce(session, seq);
  noteIssued(freshness, seq, nonce, at);
  return { nonce, nextMs: randomInt(minMs, maxMs + 1) };
}
