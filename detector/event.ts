/**
 * Events: what the detector folds. A claim or a fact after admission: stamped by the
 * server (`at`, ms since the epoch), ordered per person, durable. They are the evidence;
 * a state is rebuilt by folding them again.
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
  readonly player: readonly [PlayState, number, number];
  readonly page: readonly [visibleMs: number, focusedMs: number, recordedHiddenMs: number];
  readonly frames: readonly [animation: number, video: number];
  readonly clocks: readonly [dateMs: number, pageTicks: number, workerTicks: number];
  readonly input: readonly [pointer: number, key: number, scroll: number, synthetic: number];
  readonly seeks: readonly (readonly [number, number])[];
  readonly stalled: number;
  readonly signs: number;
}

/** Bits of `BeatClaim.signs`. The same numbers as the wire's `Sign`; a test holds them equal. */
export const Sign = {
  ownVisibility: 1,
  visibilityMismatch: 2,
  canarySwallowed: 4,
  ownMedia: 8,
  webdriver: 16,
  offScreen: 32,
  proxiedEvent: 64,
} as const;

interface Stamped {
  readonly at: number;
  readonly session: string;
}

/** A session opened with a fresh ticket and took the lease. */
export interface SessionOpened extends Stamped {
  readonly kind: 'opened';
  readonly lesson: string;
  readonly lessonMs: number;
  readonly device: string;
  /** Hash of the policy that judges this session. */
  readonly policy: string;
  /** Server-drawn randomness: the detector has none of its own. */
  readonly seed: number;
}

export interface BeatArrived extends Stamped {
  readonly kind: 'beat';
  /** It waited for a connection. */
  readonly queued: boolean;
  readonly beat: BeatClaim;
}

/** A prompt was put to the trainee; the server holds the key. */
export interface Prompted extends Stamped {
  readonly kind: 'prompted';
  readonly prompt: string;
  readonly deadline: number;
}

export interface PromptAnswered extends Stamped {
  readonly kind: 'answered';
  readonly prompt: string;
  readonly right: boolean;
}

/** The gateway refused beats of this session: evidence, though nothing of it was believed. */
export interface BeatsRefused extends Stamped {
  readonly kind: 'refused';
  /** The error's stable code: `beatMac`, `beatReplayed`, `beatNonce`, … */
  readonly code: string;
  readonly count: number;
}

/** Time has come to what the detector asked to be woken for. */
export interface Tick extends Stamped {
  readonly kind: 'tick';
}

export interface SessionClosed extends Stamped {
  readonly kind: 'closed';
  readonly cause: 'closing' | 'silent';
}

export type Event = SessionOpened | BeatArrived | Prompted | PromptAnswered | BeatsRefused | Tick | SessionClosed;
