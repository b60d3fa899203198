/**
 * Whether a beat was made lately. A page seals each beat with the newest nonce that has reached it, so one
 * sealed with an older nonce than it must have had was made before: by a page that had no ear for the answer,
 * or in advance, to be sent at leisure. Such a beat is not refused; it counts as one that waited.
 *
 * Guarantees: a beat that is on its way while a nonce is sent is never called late, however slow the line,
 * as far as the line's measured round trip shows.
 */

import { sameText } from './keys.ts';

/** What a session's page was given to seal with, and how long a word takes to it and back. */
export interface Freshness {
  /** Nonces by the number of the beat they came with, oldest first; the first is the one it must have had. */
  readonly issued: { readonly index: number; readonly nonce: string; readonly at: number }[];
  /** Of the connection's heartbeat, ms. */
  roundTripMs: number;
}

/** Until a heartbeat was answered: slow lines take so long. */
const UNMEASURED_MS = 3_000;
/** A page delays its own answers as it likes; the connection is given up after as much. */
const LONGEST_MS = 10_000;
/** A busy page hears an answer so much after it came. */
const TOLERANCE_MS = 2_000;
/** At 10 beats a second, the longest that is waited for. */
const MOST_ISSUED = 150;

export function createFreshness(): Freshness {
  return { issued: [], roundTripMs: UNMEASURED_MS };
}

/** @param roundTripMs as the connection's heartbeat shows it */
export function noteRoundTrip(freshness: Freshness, roundTripMs: number): void {
  freshness.roundTripMs = Math.min(LONGEST_MS, roundTripMs);
}

/** The nonce of this index is on its way to the page. */
export function noteIssued({ issued }: Freshness, index: number, nonce: string, at: number): void {
  issued.push({ index, nonce, at });
  if (issued.length > MOST_ISSUED) issued.shift();
}

/** The index of a nonce if it is the newest one: nearly every beat carries that, and it need not be computed again. */
export function newestIndex({ issued }: Freshness, nonce: string): number | null {
  const newest = issued[issued.length - 1];
  return newest !== undefined && sameText(newest.nonce, nonce) ? newest.index : null;
}

/** Whether the nonce of this index is older than the one that the page had for sure. */
export function isStale({ issued, roundTripMs }: Freshness, index: number, arrivedAt: number): boolean {
  const hadBy = arrivedAt - roundTripMs - TOLERANCE_MS;
  while (issued[1] !== undefined && issued[1].at <= hadBy) issued.shift();
  const [had] = issued;
  return had !== undefined && had.at <= hadBy && index < had.index;
}
