/**
 * The policy: every threshold and rule switch the detector uses, frozen, and named by
 * the SHA-256 of its own stored bytes (the server hashes; the detector never sees the name).
 * A session is judged under the policy it was opened with, for ever (law 9).
 *
 * `rules.<name>` holds a rule's thresholds and is its switch: absent means off. So does an
 * absent kind of `proofs`. Units: milliseconds, unless the name says otherwise; "of play"
 * counts on the person's play clock. The ones we ship stand in `standard.ts`.
 */
import type { ProofKind } from './event.ts';
import type { RuleThresholds } from './rules/index.ts';

export interface Presence {
  /** Law 5: two proofs bracket a credited second with at most so much play between them. */
  readonly maxGapMs: number;
  /** What is held waits at most so long, wall time, for the trainee to come back and prove it. */
  readonly heldForMs: number;
  /** Whether a fresh ticket opens a bracket. It never closes one. */
  readonly ticketOpens: boolean;
  /** The next proof is due after so much play, drawn uniformly. */
  readonly minDueMs: number;
  readonly maxDueMs: number;
  /** After an absence with time still held, it is due after so much new play, drawn uniformly. */
  readonly minReturnMs: number;
  readonly maxReturnMs: number;
  /** Until answers have been convincing, and while the evidence is weak, it is due after so much play instead. */
  readonly minDoubtMs: number;
  readonly maxDoubtMs: number;
  /** Pause before a question that follows another at once. */
  readonly retryMs: number;
  readonly release: Release;
  /** Play (a class hour) in which a question may once be left waiting in a pause for free. */
  readonly freePauseMs: number;
  /** Proofs asked in an hour, wall time; more only to save what is held. */
  readonly mostPerHour: number;
  /** A proof due so close to a lesson's end waits for the one that the end brings. */
  readonly nearEndMs: number;
  /** Share of a lesson that was played before its end brings a question. */
  readonly endCoverage: number;
}

/**
 * Answers release together: a sequential test of whether somebody who attends answers (standing.ts). Right
 * answers add points and mark what is held; what is marked is credited once the points stand at `at`.
 */
export interface Release {
  readonly at: number;
  /** Points that a wrong answer, and a missed one, take. */
  readonly wrong: number;
  readonly missed: number;
  /** Nobody who attends gets down to so little: all that is held is lost, and the count begins anew. */
  readonly lostAt: number;
  /** Looked at with each so many answers, not between: no loss tells which answer was wrong. */
  readonly decidedEvery: number;
}

export interface AskedProof {
  /** Time to answer, as the trainee is told. */
  readonly windowMs: number;
  /** An answer this much later still counts: networks are slow, and people are. */
  readonly lateMs: number;
  /** A right answer faster than a person reads is no proof. */
  readonly minLatencyMs: number;
  /** When a question is sent as an image that the server draws; absent: never. `whenWeak`: when a harder one is asked for. */
  readonly rendered?: 'whenWeak' | 'always';
}

export interface AskedFace extends AskedProof {
  /**
   * Whoever can be asked for a face is asked soon after a page opens, unless one was passed within so long;
   * absent: only when a proof is due.
   */
  readonly openAgainMs?: number;
}

export interface Policy {
  readonly schema: 4;
  readonly name: string;
  readonly version: number;
  readonly clock: {
    /** How far before its own arrival-bound a beat's time may be placed: network jitter. Law 4's tolerance. */
    readonly toleranceMs: number;
  };
  readonly beat: {
    /** The server chooses the next interval uniformly in this range, so beats cannot be prepared. */
    readonly minIntervalMs: number;
    readonly maxIntervalMs: number;
  };
  readonly session: {
    /** A session silent for so long is closed. */
    readonly silentMs: number;
  };
  readonly disconnected: {
    /** Most play, since the last live beat, that beats queued without a connection may claim. */
    readonly capMs: number;
  };
  readonly presence: Presence;
  readonly proofs: { readonly [K in ProofKind]?: K extends 'face' ? AskedFace : AskedProof };
  readonly alerts: {
    /** The same rule speaks again about the same session after this long. */
    readonly repeatMs: number;
  };
  readonly rules: RuleThresholds;
}
