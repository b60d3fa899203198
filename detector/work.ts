/**
 * The workbench of one step: a shallow copy of the state that the step may change, and the
 * verdicts so far. The state handed in is never touched, so a step that is not committed
 * leaves no trace. What is changed again in the same step is changed in place.
 */
import { type Intervals, union } from './intervals.ts';
import type { Policy } from './policy.ts';
import { type Asking, type Held, type HeldSpan, type Lesson, lessonIn, type Session, type State } from './state.ts';
import type { EndReason, Fate, Reason } from './terms.ts';
import type { NoticeKind, Span, Verdict } from './verdict.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface Work {
  readonly policy: Policy;
  readonly at: number;
  /** As the step found it. */
  readonly before: State;
  readonly state: Mutable<State> & { sessions: Record<string, Session> };
  readonly verdicts: Verdict[];
}

export function begin(policy: Policy, state: State, at: number): Work {
  const now = Math.max(at, state.at);
  return {
    policy,
    at: now,
    before: state,
    state: {
      ...state,
      ordinal: state.ordinal + 1,
      at: now,
      sessions: { ...state.sessions },
    },
    verdicts: [],
  };
}

/** The step's own copy of an open session, to be written to. */
export function draft(work: Work, id: string): Mutable<Session> | undefined {
  const session = work.state.sessions[id];
  if (session === undefined || session !== work.before.sessions[id]) return session;
  const own = { ...session };
  work.state.sessions[id] = own;
  return own;
}

/** Where it is written with every beat, `draft` is cheaper. */
export function patchSession(work: Work, id: string, patch: Partial<Session>): Session | undefined {
  const own = draft(work, id);
  return own === undefined ? undefined : Object.assign(own, patch);
}

export function patchAsking(work: Work, patch: Partial<Asking>): void {
  work.state.asking = { ...work.state.asking, ...patch };
}

export function holderOf(work: Work): Session | undefined {
  return work.state.holder === null ? undefined : work.state.sessions[work.state.holder];
}

/** Everything of the lesson that is credited or reserved by held spans. */
export function covered(state: State, lesson: string): readonly Intervals[] {
  const sets: Intervals[] = [lessonIn(state, lesson)[0]];
  for (const held of state.held) if (held.span.lesson === lesson) sets.push(held.media);
  return sets;
}

/** Adds to what of a lesson is denied. */
export function countDenied(work: Work, id: string, ms: number): void {
  const [credited, creditedMs, deniedMs] = lessonIn(work.state, id);
  setLesson(work, id, [credited, creditedMs, deniedMs + ms]);
}

function countCredited(work: Work, id: string, ms: number, media: Intervals): void {
  const [credited, creditedMs, deniedMs] = lessonIn(work.state, id);
  setLesson(work, id, [union(credited, media), creditedMs + ms, deniedMs]);
}

/** The step's own copy is made when the first lesson changes. */
function setLesson({ state, before }: Work, id: string, lesson: Lesson): void {
  if (state.lessons === before.lessons) state.lessons = { ...state.lessons };
  (state.lessons as Record<string, Lesson>)[id] = lesson;
}

/** A held span as it is told: it is open as long as it is held. */
export function told({ id, session, lesson, from, to, ms }: HeldSpan, fate: Fate, reason: Reason): Span {
  return { id, session, lesson, from, to, ms, fate, reason, open: fate === 'held' };
}

/** Changes a held span's fate for good; the caller takes it from the held list. */
export function decide(work: Work, held: Held, fate: 'credited' | 'denied', reason: Reason): Span {
  const span = told(held.span, fate, reason);
  const credited = fate === 'credited';
  if (credited) countCredited(work, span.lesson, span.ms, held.media);
  else countDenied(work, span.lesson, span.ms);
  work.verdicts.push({ verdict: credited ? 'release' : 'deny', span });
  return span;
}

export function notice(work: Work, session: string, kind: NoticeKind, reason: Reason | EndReason, ms: number): void {
  work.verdicts.push({ verdict: 'notice', session, kind, reason, ms });
}
