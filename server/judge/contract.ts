/** What the judge is handed and what it hands out, in its own words. */
import type {
  BeatClaim,
  DeliveredBy,
  FaceRefusal,
  Manner,
  ProofKind,
  SessionKind,
  Totals,
  Verdict,
} from '../../detector/index.ts';
import type { Credit } from '../../ledger/leaf.ts';
import type { StoredAlert } from '../alerts/alert.ts';

/** A session about to open. */
export interface NewSession {
  readonly id: string;
  readonly of: SessionKind;
  readonly personKey: string;
  readonly traineeId: string;
  readonly platformId: string;
  readonly classId: string;
  readonly region: string;
  readonly lessonId: string;
  readonly lessonMs: number;
  readonly device: string;
  readonly policyHash: string;
  /** Where its page says that the session's key lies; absent: it does not say. */
  readonly sealed?: 'worker' | 'page' | undefined;
  /** Who delivers its media and tells of it; default: nobody. */
  readonly delivery?: DeliveredBy;
  /** A face can be asked for; default: not. */
  readonly face?: true;
}

/** An event that has no time yet: the judge stamps it with the moment it was submitted. */
export type Draft =
  | {
      readonly kind: 'beat';
      readonly session: string;
      readonly queued: boolean;
      readonly beat: BeatClaim;
      /** The exact bytes that were sealed, and the chain head they led to. */
      readonly body: string;
      readonly mac: string;
    }
  | {
      readonly kind: 'proofIssued';
      readonly session: string;
      readonly proof: ProofKind;
      readonly id: string;
      /** Time to answer as the trainee is told, and how much later an answer still counts. */
      readonly windowMs: number;
      readonly lateMs: number;
      /** Chance × 1000 that somebody who knows nothing gives it; default: 0. */
      readonly guess?: number;
      /** In words, though it should have been an image: the page shows none. */
      readonly plain?: true;
    }
  | {
      readonly kind: 'proofGiven';
      /** `null`: no session made it. */
      readonly session: string | null;
      readonly proof: ProofKind;
      readonly id: string;
      readonly outcome: 'passed' | 'failed';
      /** What is known of how it was given. */
      readonly manner?: Manner;
      /** Why a face check was failed. */
      readonly refusal?: FaceRefusal;
    }
  | {
      readonly kind: 'delivered';
      readonly session: string;
      /** The session's; for one that may have closed. */
      readonly lesson?: string;
      /** Media that left a server for this session, stretches in ms of media. */
      readonly media: readonly (readonly [number, number])[];
    }
  | { readonly kind: 'refused'; readonly session: string; readonly code: string; readonly count: number }
  | { readonly kind: 'tick'; readonly session: string | null }
  | { readonly kind: 'closed'; readonly session: string; readonly cause: 'closing' | 'silent' };

/** Durable when it is seen. */
export interface Committed {
  /** The server time the event was stamped with. */
  readonly at: number;
  readonly verdicts: readonly Verdict[];
  /** Of the session's lesson. */
  readonly totals: Totals;
  /** Whether presence was proven by this event. */
  readonly proved: boolean;
  /** When the session's next beat is wanted, ms. */
  readonly nextBeat: { readonly minMs: number; readonly maxMs: number };
}

export interface Judge {
  /**
   * Opens a session; it takes the lease when it plays. Rejects `commitFailed` when nothing was
   * stored, `newerRelease` when only a newer release may judge this person.
   */
  open(session: NewSession): Promise<Committed>;
  /**
   * Queues one event for its person. Drafts of one person are judged in the order of the calls;
   * when one is rejected, those submitted after it and before its rejection are rejected too.
   * Rejects `unstorable` for what the database will never take.
   * @param admittedAt when it was let in, if that was before this call; server time, ms
   */
  submit(personKey: string, draft: Draft, admittedAt?: number): Promise<Committed>;
  /** The person's last local socket is gone: its ticks are left to whoever has one, its state may go at the next sweep. */
  left(personKey: string): void;
  /** Takes nothing new, finishes what is queued. */
  drain(): Promise<void>;
}

export type { StoredAlert } from '../alerts/alert.ts';

export interface SessionChange {
  readonly session: string;
  readonly traineeId: string;
  readonly classId: string;
  readonly platformId: string;
  readonly region: string;
  readonly lessonId: string;
  readonly state: 'opened' | 'closed';
  readonly at: number;
}

export type NoticeVerdict = Extract<Verdict, { verdict: 'notice' }>;
export type ProofAsked = Extract<Verdict, { verdict: 'proofAsked' }>;

/** Called after commit, in order. They must not throw; what they lose can be read from the database. */
export interface Outlets {
  alert(alert: StoredAlert): void;
  /** `totals`: of the lesson of the session that the notice is for. */
  notice(notice: NoticeVerdict, totals: Totals): void;
  proofAsked(asked: ProofAsked, personKey: string): void;
  session(change: SessionChange): void;
  /** Leaves wait for the sequencer. */
  leaves(): void;
}

/**
 * The SQL with which the owner of a table stores its part of the judge's commit, which is one
 * statement. It joins `head` (person_key), the persons whose commit holds: others store nothing.
 * @param rows the parameter that holds the rows, as JSON
 */
export type Insert = (rows: string) => string;

export interface Inserts {
  readonly alerts: {
    /** One alert for each suspicion: a statement can touch a row only once. */
    gather(alerts: readonly StoredAlert[]): readonly StoredAlert[];
    readonly insert: Insert;
  };
  readonly leaves: Insert;
}

/** The ledger's pure parts, and the salt. */
export interface Sealing {
  chainStart(): Buffer;
  chainNext(chain: Buffer, line: string): Buffer;
  pseudonym(salt: Buffer, personKey: string): string;
  creditLeaf(credit: Credit): string;
  saltFor(personKey: string): Promise<Buffer>;
}

/** The exact stored text of a policy; its hash was checked. */
export type LoadPolicyBody = (hash: string) => Promise<string>;
