/**
 * One trainee's state: everything the detector remembers between events. Plain JSON, so a
 * snapshot is a copy; a cache, so losing it loses nothing: folding the events makes it again.
 *
 * A lease's tenure is `[startAt, lost.at)` of its session. Tenures of one person are
 * disjoint, and a session's spans are placed inside its tenure at a cursor that only moves
 * forward: that is why credited spans never overlap (laws 1 and 2).
 *
 * `played` is the person's play clock: milliseconds of play claimed by whoever held the
 * lease, counted up. Brackets are measured on it, so pauses, absences and outages stop
 * them (law 5).
 */
import type { Anchor } from './clock.ts';
import type { DeliveredBy, KeyAt, PlayState, ProofKind, SessionKind } from './event.ts';
import type { Intervals } from './intervals.ts';
import type { Release } from './policy.ts';
import type { DeliveredMedia } from './rule.ts';
import type { RuleMemories, RuleName } from './rules/index.ts';
import type { Reason } from './terms.ts';
import type { Span } from './verdict.ts';

/**
 * `credited`: media whose seconds are credited for good. What is held of a lesson is the sum of its held spans.
 * A list, for of a person with a long course lessons are most of the state.
 */
export type Lesson = readonly [credited: Intervals, creditedMs: number, deniedMs: number];

/** A span that is held, and open: of it, what is not the same of all of them. */
export type HeldSpan = Omit<Span, 'fate' | 'open'>;

/** A held span and the media it reserves. */
export interface Held {
  readonly span: HeldSpan;
  /** The play clock beyond which no proof can close the bracket, by the policy of the span's own session. */
  readonly expiresPlay: number;
  /** Server time beyond which it is not waited for any longer. */
  readonly expiresAt: number;
  readonly media: Intervals;
  /** A right answer closed its bracket: it is credited when the answers together convince. */
  readonly marked?: true;
  /** The policy of the span's own session; absent: that of the session opened last. */
  readonly policy?: string;
  /** The points that the answers need by it. */
  readonly releasesAt: number;
  /** So many more, for the evidence was weak when it was played; absent: none. */
  readonly more?: number;
}

/**
 * From a moment on, server time: what plays then is held under the proof that opened it, or denied because one was
 * missed. `opener`: where that proof stands on the play clock; null: one was missed. `closes`: it begins with a
 * proof; a fresh ticket opens a bracket, and closes none.
 */
export type Bracket = readonly [from: number, opener: number | null, closes?: true];

export interface Pending {
  readonly proof: ProofKind;
  readonly id: string;
  /** Until when the trainee is told to have time, and until when an answer counts. */
  readonly shownUntil: number;
  readonly deadlineAt: number;
  /** A page that has said nothing by then is not there. */
  readonly silentAt: number;
  /** Chance × 1000 of guessing it. */
  readonly guess: number;
  /** What it costs, by the policy of the session that was asked: whatever page speaks next. */
  readonly terms: Release;
  /** A lesson's end brought it: whoever leaves there owes next to nothing (standing.ts). */
  readonly free?: true;
}

export interface Asking {
  /** The play clock at which the next proof is due; null: nothing was ever opened. */
  readonly duePlayed: number | null;
  /** Not asked before this server time: the pause after a wrong answer. */
  readonly notBeforeAt: number;
  /** The due point follows an absence: opening again does not move it once more. */
  readonly returning: boolean;
  /** A proof was asked for and is not yet on its way. */
  readonly askedAt: number | null;
  readonly pending: Pending | null;
  /** What plays from here on is denied: a proof was due and missed. */
  readonly missedAt: number | null;
  /** What the answers so far say, in points: see standing.ts. */
  readonly standing: number;
  /** How many there were since it was last decided whether what is held is lost. */
  readonly answers: number;
  /** When the last proofs were asked, for the bound per hour. */
  readonly askedAts: readonly number[];
  /** The play clock at which a question was last left waiting in a pause for free. */
  readonly freePlayed: number | null;
  /** When a face last passed; absent: never. */
  readonly facedAt?: number;
  /** The last number the server drew, and how often it was used. */
  readonly draw: number;
  readonly turn: number;
}

/** Of a denied span, what is its own. */
export type Denial = readonly [id: number, from: number, to: number, ms: number];

export interface Session {
  readonly id: string;
  readonly of: SessionKind;
  readonly lesson: string;
  readonly lessonMs: number;
  readonly device: string;
  readonly policy: string;
  /** Who delivers its media and tells of it; absent: nobody does. */
  readonly delivery?: DeliveredBy;
  /** Where the session's key lies, unless out of reach of the page's scripts. */
  readonly keyAt?: KeyAt;
  readonly silentMs: number;
  readonly openedAt: number;
  /** Since when it has a line that questions come by: its opening, or its last beat that had waited for a connection. */
  readonly lineAt: number;
  /** When its tenure began; null: it has not played yet. */
  readonly startAt: number | null;
  /** Wall time before this is accounted for. */
  readonly cursor: number;
  readonly lastAt: number;
  /** Where the last beat's span ended on the browser's clock. */
  readonly offset: number;
  readonly clock: Anchor;
  readonly state: PlayState;
  /** Media position up to which play was last claimed. */
  readonly position: number;
  /** It showed the lesson's end for the first time, and that is not proven yet: its end may bring a question. */
  readonly endsNew: boolean;
  /** Play claimed, in all, by beats that say before and after that nothing plays. */
  readonly unsaidMs: number;
  /** Claimed play that waited for a connection, since the last live beat; null: the last beat was live. */
  readonly queuedMs: number | null;
  /** It is behind the clock, by so much at that time; null: it is not. `waits`: it tells what had waited. */
  readonly behind: { readonly at: number; readonly ms: number; readonly waits: boolean } | null;
  readonly lost: {
    readonly at: number;
    readonly by: string;
    readonly code: 'concurrentLogin' | 'multiPagePlayback';
  } | null;
  /** It plays hidden since its last beat: the next beat is wanted when that becomes worth an alert. */
  readonly playsHidden: boolean;
  /** What each rule remembers of this session; absent: as at first. */
  readonly rules: Partial<RuleMemories>;
  /** The open denied span of each reason, to extend instead of starting another; what it shares with its session is left out. */
  readonly denied: Readonly<Partial<Record<Reason, Denial>>>;
  /** When each rule last spoke about this session. */
  readonly alerted: Readonly<Partial<Record<RuleName, number>>>;
  /** The last denial that the trainee was told of. */
  readonly told: Reason | null;
}

export interface State {
  /** Events folded. */
  readonly ordinal: number;
  /** Time of the last event. */
  readonly at: number;
  readonly nextSpan: number;
  /** Hash of the policy of the session opened last: judges what no session made. */
  readonly policy: string | null;
  /** The session that holds the lease. */
  readonly holder: string | null;
  /** When the last tenure that ended by closing left off. */
  readonly freeFrom: number;
  readonly played: number;
  /** The last ones, by time: what is told late belongs to the bracket that it was played in. */
  readonly brackets: readonly Bracket[];
  readonly asking: Asking;
  readonly held: readonly Held[];
  readonly lessons: Readonly<Record<string, Lesson>>;
  readonly sessions: Readonly<Record<string, Session>>;
  /** What each rule remembers of the person; absent: as at first. */
  readonly rules: Partial<RuleMemories>;
  /** The lessons delivered last; absent: none, or nobody asks (see `delivered.ts`). */
  readonly delivered?: readonly DeliveredMedia[];
}

export const emptyState: State = {
  ordinal: 0,
  at: 0,
  nextSpan: 1,
  policy: null,
  holder: null,
  freeFrom: 0,
  played: 0,
  brackets: [],
  asking: {
    duePlayed: null,
    notBeforeAt: 0,
    returning: false,
    askedAt: null,
    pending: null,
    missedAt: null,
    standing: 0,
    answers: 0,
    askedAts: [],
    freePlayed: null,
    draw: 0,
    turn: 0,
  },
  held: [],
  lessons: {},
  sessions: {},
  rules: {},
};

export const emptyLesson: Lesson = [[], 0, 0];

/** What a lesson has come to, in milliseconds. */
export interface Totals {
  readonly creditedMs: number;
  readonly heldMs: number;
  readonly deniedMs: number;
}

/** What is known of a lesson. One that a platform named before such words were refused may be called `constructor`. */
export function lessonIn({ lessons }: Pick<State, 'lessons'>, id: string): Lesson {
  return (Object.hasOwn(lessons, id) ? lessons[id] : undefined) ?? emptyLesson;
}

export function totalsOf(state: State, lesson: string): Totals {
  const [, creditedMs, deniedMs] = lessonIn(state, lesson);
  return { creditedMs, heldMs: heldOf(state, lesson), deniedMs };
}

export function heldOf({ held }: Pick<State, 'held'>, lesson: string): number {
  let sum = 0;
  for (const { span } of held) if (span.lesson === lesson) sum += span.ms;
  return sum;
}
