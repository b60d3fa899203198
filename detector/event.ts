/**
 * Events: what the detector folds. A claim or a fact after admission: stamped by the
 * server (`at`, ms since the epoch), ordered per person, durable. They are the evidence;
 * a state is rebuilt by folding them again.
 *
 * `draw` is a number in [0, 2^32) that the server drew for this event alone: the detector
 * has no randomness of its own, so whatever was drawn stands in the event (law 7).
 */

export type Cause =
  | 'interval'
  | 'playing'
  | 'paused'
  | 'seeked'
  | 'rate'
  | 'stalled'
  | 'ended'
  | 'hidden'
  | 'visible'
  | 'blurred'
  | 'focused'
  | 'anomaly'
  | 'takenOver'
  | 'answering'
  | 'closing';

export type PlayState = 'paused' | 'playing' | 'seeking' | 'stalled' | 'ended';

/** `[mediaFrom, mediaTo, offsetFrom, offsetTo]`, whole ms. */
export type Run = readonly [number, number, number, number];

/** The browser's digest of one stretch of its session. Field meanings: see the wire's `beatSchema`. */
export interface BeatClaim {
  readonly seq: number;
  readonly cause: Cause;
  readonly nonce: string;
  readonly span: readonly [number, number];
  readonly runs: readonly Run[];
  /** Each run's playback rate × 100; absent: an older SDK, which tells one rate at the end. */
  readonly rates?: readonly number[] | undefined;
  readonly player: readonly [PlayState, number, number];
  readonly page: readonly [visibleMs: number, focusedMs: number, recordedHiddenMs: number];
  /** Milliseconds in which the page's own thread did not run; absent: an older SDK. */
  readonly busy?: number | undefined;
  readonly frames: readonly [animation: number, video: number];
  readonly clocks: readonly [dateMs: number, pageTicks: number, workerTicks: number];
  readonly input: readonly [pointer: number, key: number, scroll: number, synthetic: number];
  readonly seeks: readonly (readonly [number, number])[];
  readonly stalled: number;
  readonly signs: number;
  /** How the element could be seen; absent: not measured. */
  readonly view?: View | undefined;
  /** What the element plays; absent: not measured. */
  readonly source?: Source | undefined;
}

/**
 * Milliseconds of the span in which the page was visible and the picture could not be seen, the percentage of it
 * in view at the end, and what stood in the way at any moment (bits of `Unseen`).
 */
export type View = readonly [unseenMs: number, percent: number, why: number];

/** What the element plays at the end, its own duration in ms (−1: unknown), how often it was replaced in the span. */
export type Source = readonly [kind: SourceKind, durationMs: number, changes: number];

/** The wire's `sources`. */
export type SourceKind = 'none' | 'file' | 'blob' | 'stream';

/** Bits of `BeatClaim.signs`. The same numbers as the wire's `Sign`; a test holds them equal. */
export const Sign = {
  ownVisibility: 1,
  visibilityMismatch: 2,
  canarySwallowed: 4,
  ownMedia: 8,
  webdriver: 16,
  offScreen: 32,
  proxiedEvent: 64,
  automation: 128,
  noRecord: 256,
} as const;

/** Bits of a beat's view. The same numbers as the wire's `Unseen`; a test holds them equal. */
export const Unseen = {
  detached: 1,
  notDrawn: 2,
  transparent: 4,
  clipped: 8,
  tiny: 16,
  covered: 32,
  noPicture: 64,
  unvouched: 128,
} as const;

/** What a session is of: a lesson credits media; an exam credits nothing. */
export type SessionKind = 'lesson' | 'exam';

/** What a proof of presence is made of. Each kind is a provider of its own on the server. */
export type ProofKind = 'question' | 'face' | 'supervisor';

/** Who delivers a lesson's media and tells of it: this server, or the platform by its reports. */
export type DeliveredBy = 'server' | 'platform';

/** Where a session's key lies within reach of the page's scripts: by the page's own word, or nobody told. */
export type KeyAt = 'page' | 'untold';

interface OfSession {
  readonly at: number;
  readonly session: string;
}

interface OfPerson {
  readonly at: number;
  /** No session made it. */
  readonly session: string | null;
}

/** A session opened with a fresh ticket. It takes the lease when it plays, not before. */
export interface SessionOpened extends OfSession {
  readonly kind: 'opened';
  readonly of: SessionKind;
  readonly lesson: string;
  readonly lessonMs: number;
  readonly device: string;
  /** Hash of the policy that judges this session. */
  readonly policy: string;
  readonly draw: number;
  /** Where its page says that the session's key lies: out of reach of the page's scripts, or not; absent: not told. */
  readonly sealed?: 'worker' | 'page';
  /** Its media is delivered by somebody who tells of it; absent: nobody does. */
  readonly delivery?: DeliveredBy;
  /** A face can be asked for: its trainee consented and enrolled, and its page can show a check. */
  readonly face?: true;
}

export interface BeatArrived extends OfSession {
  readonly kind: 'beat';
  /** It waited for a connection. */
  readonly queued: boolean;
  readonly beat: BeatClaim;
}

/** A proof was asked of the trainee; the server holds the key to it. */
export interface ProofIssued extends OfSession {
  readonly kind: 'proofIssued';
  readonly proof: ProofKind;
  readonly id: string;
  /** The last moment at which an answer counts, ms since the epoch. */
  readonly deadlineAt: number;
  readonly draw: number;
  /** Chance × 1000 that somebody who knows nothing gives it; absent: 0. */
  readonly guess?: number;
  /** In words, though it should have been an image: the page shows none. */
  readonly plain?: true;
}

/** How an answer was given, as far as the page tells it and the server's clock knows. */
export interface Manner {
  /** From the asking to the answer, server time. */
  readonly latencyMs: number;
  /** Trusted and synthetic events between the question's showing and the answer; absent: the page does not tell. */
  readonly hand?: readonly [trusted: number, synthetic: number];
  /** The page was hidden when it was answered. */
  readonly hidden?: boolean;
  /** The page's document had no focus when it was answered: the hand may have been in another frame. */
  readonly unfocused?: boolean;
  /** Given by assistive technology: it has no pointer's path. */
  readonly assisted?: boolean;
  /** Reading it takes at least so long; absent: not known, or this person was asked the same before. */
  readonly readMs?: number;
}

/** Why a face check was failed, as its provider judged it; poor pictures fail nobody. */
export interface FaceRefusal {
  /** `otherPerson`: a live face of somebody else. `notLive`: no live face did what was asked. */
  readonly why: 'otherPerson' | 'notLive';
  /** Distance to the enrolled face × 1000, and the limit from which on it is another's; absent: nothing could be compared. */
  readonly distance?: number;
  readonly limit: number;
  /** The provider's stable codes. */
  readonly reasons: readonly string[];
}

export interface ProofGiven extends OfPerson {
  readonly kind: 'proofGiven';
  readonly proof: ProofKind;
  readonly id: string;
  readonly outcome: 'passed' | 'failed';
  readonly draw: number;
  readonly manner?: Manner;
  readonly refusal?: FaceRefusal;
}

/** Media of the session's lesson that left a server: ours, or the platform's by its signed report. */
export interface Delivered extends OfSession {
  readonly kind: 'delivered';
  /** Stretches of media, ms, in order. */
  readonly media: readonly (readonly [number, number])[];
  /** The session's lesson: a report may come when the session has long closed. Absent: of an open session. */
  readonly lesson?: string;
}

/** The gateway refused beats of this session: evidence, though nothing of it was believed. */
export interface BeatsRefused extends OfSession {
  readonly kind: 'refused';
  /** The error's stable code: `beatMac`, `beatReplayed`, `beatNonce`, … */
  readonly code: string;
  readonly count: number;
}

/** Time has come to what the detector asked to be woken for. */
export interface Tick extends OfPerson {
  readonly kind: 'tick';
}

export interface SessionClosed extends OfSession {
  readonly kind: 'closed';
  readonly cause: 'closing' | 'silent';
}

/** From here on another detector version folds, starting from what `migrate` makes of the state. */
export interface Upgraded {
  readonly kind: 'upgraded';
  readonly at: number;
  readonly session: null;
  readonly from: number;
  readonly to: number;
}

/** What `step` folds; `Upgraded` stands between two steps. */
export type Event =
  | SessionOpened
  | BeatArrived
  | ProofIssued
  | ProofGiven
  | Delivered
  | BeatsRefused
  | Tick
  | SessionClosed;
