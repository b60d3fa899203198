/** What a technique may do otherwise than a page of the SDK. Nothing here knows a rule. */

import type { Beat } from '../../../sdk/wire.ts';
import type { Random } from '../../../test/support/world/random.ts';
import type { FaceOutcome } from '../../../test/support/world/server.ts';

export const LESSON_MS = 45 * 60_000;

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
  /** Jumps that the next beat tells of. */
  jumps: [number, number][];
  over: boolean;
}

/** What it does with a question it has no answer to, beside guessing or ignoring. */
export type Evasion =
  /** Says nothing for so long from the moment when it came. */
  | { readonly kind: 'silent'; readonly ms: number }
  /** Pauses so long before the deadline, says nothing across it, and goes on. */
  | { readonly kind: 'pauses'; readonly beforeMs: number }
  /** Closes the page, and opens another with a fresh ticket. */
  | { readonly kind: 'reopens' };

/** What is done, once or by dice. */
export interface Ways {
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
  /** Does the same with each question, known or not. */
  readonly each?: Evasion;
  /** From the question to the answer; default: as long as somebody who reads. */
  readonly answerMs?: (random: Random) => number;
  /** Trusted and synthetic events that are told with an answer; default: as of a hand. */
  readonly hand?: readonly [trusted: number, synthetic: number];
  /** Leaves a lesson at this share of it. */
  readonly stopsAt?: number;
  /** Jumps ahead by so much after so much play. */
  readonly skips?: { readonly playsMs: number; readonly skipsMs: number };
  /** Pauses for exactly so long, by dice each second of play. */
  readonly pauses?: { readonly ms: number; readonly perSecond: number };
  /** From one lesson to the next. */
  readonly restMs?: (random: Random) => number;
  /** Says nothing for so long, then all of it at once, in beats of 10 s that say that they waited. */
  readonly uploadsEachMs?: number;
  /** Opens another page with a fresh ticket when what was held is lost. */
  readonly reopensOnLoss?: boolean;
  /** The account has an enrolled face: what a check is shown; it comes after so long. Absent: questions alone are asked. */
  readonly face?: (random: Random, nth: number) => FaceOutcome;
  /** Somebody attends and answers for so long; only what comes after is fraud. */
  readonly honestMs?: number;
}

export interface Technique extends Ways {
  readonly name: string;
  readonly what: string;
  /** So many people at once, on one device, in the same second. */
  readonly accounts?: number;
  /** It passes for somebody who is there, like an oracle: no goal holds for it. */
  readonly passes?: true;
  /** Hours of a run at most: of those that beat each second. */
  readonly hours?: number;
  /** Ways that are drawn anew for each run. */
  readonly draw?: (random: Random) => Ways;
}
