/** What a technique may do otherwise than a page of the SDK. Nothing here knows a rule. */

import type { Beat } from '../../../sdk/wire.ts';
import type { Random } from '../../../test/support/world/random.ts';

/** A session that the attacker drives. */
export interface Client {
  readonly session: string;
  readonly lesson: string;
  readonly openedAt: number;
  seq: number;
  /** Where its last beat ended on the page's clock. */
  offset: number;
  /** Played from there on, on the page's clock. */
  playsFrom: number;
  /** The media position at `playsFrom`. */
  mediaFrom: number;
  nonce: string;
  nextMs: number;
  /** Says nothing before this, true time. */
  silentUntil: number;
  over: boolean;
}

/** What it does with a question it has no answer to, beside guessing or ignoring. */
export type Evasion =
  /** Nothing is said for so long after a question came, whether it could be answered or not. */
  | { readonly kind: 'silent'; readonly ms: number }
  /** Pauses so long before the deadline, says nothing across it, and goes on. */
  | { readonly kind: 'pauses'; readonly beforeMs: number }
  /** Closes the page, and opens another with a fresh ticket. */
  | { readonly kind: 'reopens' };

export interface Technique {
  readonly name: string;
  readonly what: string;
  /** Sessions at once, each on a lesson of its own. */
  readonly pages?: number;
  readonly devices?: 'one' | 'each';
  /** The page's clock runs so much faster. */
  readonly clockRate?: number;
  /** Between beats; default: as the server asks. */
  readonly paceMs?: (client: Client, random: Random) => number;
  /** The beat as it is told; default: what an untouched page of the SDK would say. */
  readonly tell?: (beat: Beat, client: Client, random: Random) => Beat;
  /** The label of the beat. */
  readonly queued?: (client: Client, random: Random) => boolean;
  /** All beats carry the nonce that the session was opened with. */
  readonly keepsNonce?: boolean;
  /** Takes another device, and a new page, so often. */
  readonly movesEachMs?: number;
  readonly unknown?: Evasion;
}
