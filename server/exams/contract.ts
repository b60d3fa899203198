/** What this room is handed by `main.ts`, and what it shows. Shapes only. */

import type { FaceChallenge } from '../../sdk/wire.ts';
import type { Db, Queryable } from '../db/pool.ts';
import type { ExamTicket } from '../gateway/tickets.ts';
import type { Log } from '../log.ts';
import type { SittingChecks } from '../proofs/face/sitting.ts';
import type { ExamLimits } from './limits.ts';
import type { Result } from './store.ts';
import type { CompletionKind } from './terms.ts';

/** How this room asks for faces. */
export type FacesAsked = Pick<SittingChecks, 'able' | 'ask' | 'waits'>;

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

interface RecordHead {
  readonly id: string;
  readonly personKey: string;
  readonly classId: string;
  readonly corrects: string | null;
  /** The stored text. */
  readonly record: string;
  readonly passed: boolean;
  readonly at: number;
}
/** What a practice, or another body's result, is sealed from, in the transaction that stores it. */
export type RecordSealing =
  | (RecordHead & {
      readonly kind: 'practice';
      readonly examId: string;
      readonly sittingId: string;
      readonly attempt: number;
      /** The theory's result that it rests on. */
      readonly theory: string;
      readonly score: number;
      readonly termsHash: string;
      readonly byPerson: string;
    })
  | (RecordHead & {
      readonly kind: 'outside';
      readonly assessment: CompletionKind;
      readonly issuer: string;
      readonly issued: string;
      readonly document: string;
    });

export interface ExamsDeps {
  readonly db: Db;
  readonly log: Log;
  /** Server time, ms since the epoch. */
  readonly now: () => number;
  /** With which a page's hold of a sitting is proved. */
  readonly key: Buffer;
  /** With which a certificate's number is known again. */
  readonly certificateKey: Buffer;
  /** True for the first who spends this ticket. */
  readonly spend: (ticket: Pick<ExamTicket, 'platformId' | 'jti' | 'expiresMs'>) => Promise<boolean>;
  /** Of the class's hours, the share that was attended in a classroom; null: nobody knows. */
  readonly offlineShare: (personKey: string, classId: string) => Promise<number | null>;
  readonly limits: ExamLimits;
  /** `null`: this server looks at no faces, and who sits is for a supervisor to confirm. */
  readonly faces: FacesAsked | null;
  /** Leaves a result to the ledger. */
  readonly seal: (q: Queryable, sealing: Sealing) => Promise<void>;
  readonly sealRecord: (q: Queryable, sealing: RecordSealing) => Promise<void>;
  /** Where the ledger has a result; null: it does not yet. */
  readonly leafIndexOf: (q: Queryable, resultId: string) => Promise<number | null>;
}

/** What a reply to a page bears where a face check waits: the page shows it, see sdk/wire.ts. */
export interface Asked {
  readonly face?: FaceChallenge;
}

/** Where a page is, as far as it is kept: a claim of the device, and keyed hashes of its address. */
export interface Whence {
  readonly device: string;
  readonly address: string;
  readonly network: string;
}

/** Where a page is, and whether it can show a face check. */
export interface PageOpened extends Whence {
  readonly showsFace: boolean;
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
