/** What this room is handed by `main.ts`, and what it shows. Shapes only. */
import type { Db, Queryable } from '../db/pool.ts';
import type { ExamTicket } from '../gateway/tickets.ts';
import type { Log } from '../log.ts';
import type { ExamLimits } from './limits.ts';
import type { Result } from './store.ts';

export type { ExamScope, ExamTicket } from '../gateway/tickets.ts';

/** What a sitting's result is sealed from, in the transaction that stores it. */
export interface Sealing {
  readonly personKey: string;
  readonly classId: string;
  readonly examId: string;
  readonly sittingId: string;
  readonly attempt: number;
  readonly openedAt: number;
  readonly handedInAt: number;
  readonly result: Result;
}

export interface ExamsDeps {
  readonly db: Db;
  readonly log: Log;
  /** Server time, ms since the epoch. */
  readonly now: () => number;
  /** With which a page's hold of a sitting is proved. */
  readonly key: Buffer;
  /** True for the first who spends this ticket. */
  readonly spend: (ticket: Pick<ExamTicket, 'platformId' | 'jti' | 'expiresMs'>) => Promise<boolean>;
  /** Of the class's hours, the share that was attended in a classroom; null: nobody knows. */
  readonly offlineShare: (personKey: string, classId: string) => Promise<number | null>;
  readonly limits: ExamLimits;
  /** Leaves a result to the ledger. */
  readonly seal: (q: Queryable, sealing: Sealing) => Promise<void>;
  /** Where the ledger has a result; null: it does not yet. */
  readonly leafIndexOf: (q: Queryable, resultId: string) => Promise<number | null>;
}

/** Where a page is, as far as it is kept: a claim of the device, and keyed hashes of its address. */
export interface Whence {
  readonly device: string;
  readonly address: string;
  readonly network: string;
}

/** What a page may tell that it saw. Facts: what they mean, the rules and people say. */
export const pageFacts = [
  'hidden',
  'visible',
  'blurred',
  'focused',
  'fullscreenLeft',
  'fullscreenEntered',
  'secondScreen',
  'copied',
  'pasted',
  'devtools',
  'printed',
] as const;
export type PageFact = (typeof pageFacts)[number];
