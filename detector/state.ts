/**
 * One trainee's state: everything the detector remembers between events. Plain JSON, so a
 * snapshot is a copy; a cache, so losing it loses nothing: folding the events makes it again.
 *
 * A lease's tenure is `[openedAt, lost.at)` of its session. Tenures of one person are
 * disjoint by construction, and a session's spans are placed inside its tenure at a cursor
 * that only moves forward: that is why credited spans never overlap (laws 1 and 2).
 */
import type { PlayState, Run } from './event.ts';
import type { Intervals } from './intervals.ts';
import type { Reason, Span } from './verdict.ts';

export interface Lesson {
  /** Media whose seconds are credited for good. */
  readonly credited: Intervals;
  readonly creditedMs: number;
  readonly heldMs: number;
  readonly deniedMs: number;
}

/** A held span, the proof that opened its bracket, and the media it reserves. */
export interface Held {
  readonly span: Span;
  readonly opener: number;
  /** Until when a proof may close the bracket, by the policy of the span's own session. */
  readonly expires: number;
  readonly media: Intervals;
}

/** A presence proof. A fresh ticket opens a bracket; only an answer also closes one. */
export interface Proof {
  readonly at: number;
  readonly closes: boolean;
}

export interface Prompting {
  /** When the next question is due, once the trainee plays. */
  readonly dueAt: number | null;
  /** A question was asked for and is not yet on its way. */
  readonly askedAt: number | null;
  readonly pending: { readonly prompt: string; readonly deadline: number } | null;
  /** The last prompt whose window passed: a right answer soon after still counts as a proof. */
  readonly missed: { readonly prompt: string; readonly deadline: number } | null;
  readonly misses: number;
  /** Wrong answers in a row. */
  readonly wrong: number;
  /** The last eight answers, right or wrong. */
  readonly answers: readonly boolean[];
  /** Right answers still needed for a proof: guessing raises it. */
  readonly needed: number;
  /** Turns of the seed used so far. */
  readonly turn: number;
}

/** Sums over visible play: ms, animation and video frames, page and Worker ticks (−1: no such source). */
export interface Seen {
  readonly ms: number;
  readonly animation: number;
  readonly video: number;
  readonly pageTicks: number;
  readonly workerTicks: number;
}

export interface Session {
  readonly id: string;
  readonly lesson: string;
  readonly lessonMs: number;
  readonly device: string;
  readonly policy: string;
  readonly seed: number;
  readonly openedAt: number;
  /** Wall time before this is accounted for. */
  readonly cursor: number;
  readonly lastAt: number;
  readonly lastLiveAt: number;
  /** Where the last beat's span ended on the browser's clock. */
  readonly offset: number;
  readonly state: PlayState;
  /** Claimed play that waited for a connection, since the last live beat; null: the last beat was live. */
  readonly queuedMs: number | null;
  readonly lost: {
    readonly at: number;
    readonly by: string;
    readonly code: 'concurrentLogin' | 'multiPagePlayback';
  } | null;
  /** Media ahead of the clock at the allowed rate, carried between beats. */
  readonly rateDebt: number;
  /** Uninterrupted play not yet long enough to compare. */
  readonly stretch: Run | null;
  /** (media − elapsed) of the last stretches. */
  readonly residuals: readonly number[];
  readonly roundStretches: number;
  readonly hookedBeats: number;
  /** What the page gave as evidence of being seen, until it is enough to judge. */
  readonly seen: Seen;
  readonly syntheticBeats: number;
  readonly refused: number;
  /** The last denied span of each reason, to extend instead of starting another. */
  readonly denied: Readonly<Partial<Record<Reason, Span>>>;
  /** When each rule last spoke about this session. */
  readonly alerted: Readonly<Record<string, number>>;
  /** The last denial that the trainee was told of. */
  readonly told: Reason | null;
}

export interface State {
  /** Events folded. */
  readonly ordinal: number;
  /** Time of the last event. */
  readonly at: number;
  readonly nextSpan: number;
  /** Hash of the policy of the session opened last: judges ticks that outlive their session. */
  readonly policy: string | null;
  /** The session that holds the lease. */
  readonly holder: string | null;
  readonly proofs: readonly Proof[];
  readonly prompting: Prompting;
  readonly held: readonly Held[];
  readonly lessons: Readonly<Record<string, Lesson>>;
  readonly sessions: Readonly<Record<string, Session>>;
}

export const emptyState: State = {
  ordinal: 0,
  at: 0,
  nextSpan: 1,
  policy: null,
  holder: null,
  proofs: [],
  prompting: {
    dueAt: null,
    askedAt: null,
    pending: null,
    missed: null,
    misses: 0,
    wrong: 0,
    answers: [],
    needed: 1,
    turn: 0,
  },
  held: [],
  lessons: {},
  sessions: {},
};

export const unseen: Seen = { ms: 0, animation: 0, video: 0, pageTicks: 0, workerTicks: 0 };

export const emptyLesson: Lesson = { credited: [], creditedMs: 0, heldMs: 0, deniedMs: 0 };

/** What a lesson has come to, in milliseconds. */
export function totalsOf(state: State, lesson: string): { creditedMs: number; heldMs: number; deniedMs: number } {
  const { creditedMs, heldMs, deniedMs } = state.lessons[lesson] ?? emptyLesson;
  return { creditedMs, heldMs, deniedMs };
}
