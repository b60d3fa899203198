/** Verdicts: what the detector concludes from an event. The shell stores and speaks them; it decides nothing. */
import type { ProofKind } from './event.ts';
import type { RuleName } from './rules/index.ts';
import type { AlertCode, EndReason, Facts, Fate, Reason, Severity } from './terms.ts';

/**
 * A stretch of one session's wall time with one fate and one reason.
 * `ms` is what was claimed in it; for credited and held spans `ms ≤ to − from` and
 * no two of one person overlap. Denied claims beyond the clock keep `ms > to − from`.
 */
export interface Span {
  /** Counts up per person. */
  readonly id: number;
  readonly session: string;
  readonly lesson: string;
  readonly from: number;
  readonly to: number;
  readonly ms: number;
  readonly fate: Fate;
  readonly reason: Reason;
  /** It may still change: held, or denied and growing. Once false, it is never written again. */
  readonly open: boolean;
}

export type NoticeKind = 'held' | 'released' | 'denied' | 'takenOver' | 'promptMissed' | 'promptWithdrawn' | 'closed';

export type Verdict =
  /** The span as it now stands; a later verdict with the same id replaces it. */
  | { readonly verdict: 'credit' | 'hold' | 'deny' | 'release'; readonly span: Span }
  | {
      readonly verdict: 'alert';
      readonly code: AlertCode;
      readonly rule: RuleName;
      readonly severity: Severity;
      readonly session: string;
      /** Every session the alert is about. */
      readonly sessions: readonly string[];
      readonly facts: Facts;
    }
  /** A proof is due, of one of these kinds, through this session; best about this lesson. */
  | {
      readonly verdict: 'proofAsked';
      readonly session: string;
      readonly kinds: readonly ProofKind[];
      readonly lesson: string;
      /** Hashes of the policies of all sessions whose held time the proof may release; absent: the session's own. */
      readonly policies?: readonly string[];
      /** The evidence is weak or contradicts itself: ask what a script cannot read. */
      readonly hard?: true;
    }
  /** Tell the trainee at once. */
  | {
      readonly verdict: 'notice';
      readonly session: string;
      readonly kind: NoticeKind;
      readonly reason: Reason | EndReason;
      readonly ms: number;
    };
