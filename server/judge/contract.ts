/** What the judge is handed and what it hands out, in its own words. */
import type { AlertCode, BeatClaim, Policy, Severity, State, Verdict } from '../../detector/index.ts';
import type { Credit } from '../../ledger/leaf.ts';
import type { Totals } from '../../sdk/wire.ts';

/** A session about to take the lease. */
export interface NewSession {
  readonly id: string;
  readonly personKey: string;
  readonly traineeId: string;
  readonly platformId: string;
  readonly classId: string;
  readonly region: string;
  readonly lessonId: string;
  readonly lessonMs: number;
  readonly device: string;
  readonly policyHash: string;
}

/** An event that has no time yet: the judge stamps it. */
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
  /** `deadline` is the window in ms; the judge adds the time. */
  | { readonly kind: 'prompted'; readonly session: string; readonly prompt: string; readonly deadline: number }
  | { readonly kind: 'answered'; readonly session: string; readonly prompt: string; readonly right: boolean }
  | { readonly kind: 'refused'; readonly session: string; readonly code: string; readonly count: number }
  | { readonly kind: 'tick'; readonly session: string }
  | { readonly kind: 'closed'; readonly session: string; readonly cause: 'closing' | 'silent' };

/** Durable when it is seen. */
export interface Committed {
  /** The server time the event was stamped with. */
  readonly at: number;
  readonly state: State;
  readonly verdicts: readonly Verdict[];
  /** Of the session's lesson. */
  readonly totals: Totals;
}

export interface Judge {
  /** Takes the lease with a new session. Rejects `commitFailed` when nothing was stored. */
  open(session: NewSession): Promise<Committed>;
  /**
   * Queues one event for its person. Drafts of one person are judged in the order of the calls;
   * when one is rejected, those submitted after it and before its rejection are rejected too.
   */
  submit(personKey: string, draft: Draft): Promise<Committed>;
  /** The person's last local socket is gone: the cached state may go at the next sweep. */
  release(personKey: string): void;
  /** Takes nothing new, finishes what is queued. */
  drain(): Promise<void>;
}

export interface StoredAlert {
  readonly id: string;
  readonly personKey: string;
  readonly sessionId: string;
  readonly sessions: readonly string[];
  readonly traineeId: string;
  readonly classId: string;
  readonly platformId: string;
  readonly region: string;
  readonly code: AlertCode;
  readonly rule: string;
  readonly severity: Severity;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  readonly at: number;
  readonly status: 'open';
}

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

/** Called after commit, in order. They must not throw; what they lose can be read from the database. */
export interface Outlets {
  alert(alert: StoredAlert): void;
  notice(notice: NoticeVerdict, totals: Totals): void;
  challenge(session: string, personKey: string): void;
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
  readonly alerts: Insert;
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

export type LoadPolicy = (hash: string) => Promise<Policy>;
