/** What the server chooses for the next beat, so that none can be prepared in advance. */
import { randomInt } from 'node:crypto';
import type { Keys } from './keys.ts';
import type { Live } from './live.ts';

/** The nonce issued with beat `seq`, and an interval drawn uniformly from the session's policy. */
export function next(keys: Keys, live: Live, seq: number): { readonly nonce: string; readonly nextMs: number } {
  const { minIntervalMs, maxIntervalMs } = live.policy.beat;
  return { nonce: keys.nonce(live.session, seq), nextMs: randomInt(minIntervalMs, maxIntervalMs + 1) };
}
