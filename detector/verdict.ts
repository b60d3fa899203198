/** Verdicts: what the detector concludes from an event. The shell stores and speaks them; it decides nothing. */

/** The prohibited behaviours of the rules (十九条措施 (七)), as this project's alert codes. */
export type AlertCode =
  | 'concurrentLogin'
  | 'multiPagePlayback'
  | 'backgroundPlayback'
  | 'courseBrushing'
  | 'idleAttendance'
  | 'proxyAttendance'
  | 'examBrushing'
  | 'examImpersonation'
  | 'offlineHours'
  | 'dataTampering'
  | 'learningRecordForgery';

export type Severity = 'low' | 'medium' | 'high';

export type Fate = 'credited' | 'held' | 'denied';

/**
 * Why a span has its fate. Reasons before the dot that are alert codes accuse; the others
 * (`presence`, `coverage`, `clock`, `offline`) explain.
 */
export type Reason =
  | 'presence.awaiting'
  | 'presence.proven'
  | 'presence.lapsed'
  | 'presence.none'
  | 'presence.failed'
  | 'offline.awaiting'
  | 'offline.overCap'
  | 'coverage.seen'
  | 'coverage.slow'
  | 'coverage.beyondLesson'
  | 'coverage.fragmented'
  | 'clock.exceeded'
  | 'concurrentLogin.leaseLost'
  | 'multiPagePlayback.leaseLost'
  | 'backgroundPlayback.hidden'
  | 'backgroundPlayback.spoofedVisibility'
  | 'backgroundPlayback.unfocused'
  | 'courseBrushing.playbackRate'
  | 'courseBrushing.fasterThanClock'
  | 'courseBrushing.forgedBeats';

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
}

export type Verdict =
  /** The span as it now stands; a later verdict with the same id replaces it. */
  | { readonly verdict: 'credit' | 'hold' | 'deny' | 'release'; readonly span: Span }
  | {
      readonly verdict: 'alert';
      readonly code: AlertCode;
      /** The exact rule within the code, e.g. `hidden`. */
      readonly rule: string;
      readonly severity: Severity;
      readonly session: string;
      /** Every session the alert is about. */
      readonly sessions: readonly string[];
      readonly facts: Readonly<Record<string, string | number | boolean>>;
    }
  /** Put a question to the trainee through this session. */
  | { readonly verdict: 'challenge'; readonly session: string }
  /** Tell the trainee at once. */
  | {
      readonly verdict: 'notice';
      readonly session: string;
      readonly kind: 'held' | 'released' | 'denied' | 'takenOver' | 'promptMissed' | 'closed';
      readonly reason: string;
      readonly ms: number;
    };
