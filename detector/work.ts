/**
 * The workbench of one step: a shallow copy of the state that rules may change, and the
 * verdicts so far. The state handed in is never touched, so a step that is not committed
 * leaves no trace.
 */
import type { Policy } from './policy.ts';
import { emptyLesson, type Held, type Lesson, type Prompting, type Session, type State } from './state.ts';
import type { AlertCode, Severity, Span, Verdict } from './verdict.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface Work {
  readonly policy: Policy;
  readonly at: number;
  readonly state: Mutable<State> & { sessions: Record<string, Session>; lessons: Record<string, Lesson> };
  readonly verdicts: Verdict[];
}

export function begin(policy: Policy, state: State, at: number): Work {
  const now = Math.max(at, state.at);
  return {
    policy,
    at: now,
    state: {
      ...state,
      ordinal: state.ordinal + 1,
      at: now,
      sessions: { ...state.sessions },
      lessons: { ...state.lessons },
    },
    verdicts: [],
  };
}

export function patchSession(work: Work, id: string, patch: Partial<Session>): Session | undefined {
  const session = work.state.sessions[id];
  if (session === undefined) return undefined;
  const next = { ...session, ...patch };
  work.state.sessions[id] = next;
  return next;
}

export function patchPrompting(work: Work, patch: Partial<Prompting>): void {
  work.state.prompting = { ...work.state.prompting, ...patch };
}

export function lessonOf(work: Work, id: string): Lesson {
  return work.state.lessons[id] ?? emptyLesson;
}

/** Adds to a lesson's totals; fates move milliseconds between them, never create any. */
export function count(
  work: Work,
  id: string,
  delta: Partial<Record<'creditedMs' | 'heldMs' | 'deniedMs', number>>,
): void {
  const lesson = lessonOf(work, id);
  work.state.lessons[id] = {
    ...lesson,
    creditedMs: lesson.creditedMs + (delta.creditedMs ?? 0),
    heldMs: lesson.heldMs + (delta.heldMs ?? 0),
    deniedMs: lesson.deniedMs + (delta.deniedMs ?? 0),
  };
}

/** Changes a held span's fate for good: out of the held list, into the totals. */
export function settle(work: Work, held: Held, fate: 'credited' | 'denied', reason: Span['reason']): Span {
  const span: Span = { ...held.span, fate, reason };
  const credited = fate === 'credited';
  count(work, span.lesson, {
    heldMs: -span.ms,
    ...(credited ? { creditedMs: span.ms } : { deniedMs: span.ms }),
  });
  work.verdicts.push({ verdict: credited ? 'release' : 'deny', span });
  return span;
}

/** Raises an alert unless the same rule spoke about this session a moment ago. */
export function raise(
  work: Work,
  code: AlertCode,
  rule: string,
  severity: Severity,
  session: Session,
  facts: Readonly<Record<string, string | number | boolean>>,
  sessions: readonly string[] = [session.id],
): void {
  const key = `${code}.${rule}`;
  const current = work.state.sessions[session.id] ?? session;
  const last = current.alerted[key];
  if (last !== undefined && work.at - last < work.policy.alerts.repeatMs) return;
  patchSession(work, session.id, { alerted: { ...current.alerted, [key]: work.at } });
  work.verdicts.push({ verdict: 'alert', code, rule, severity, session: session.id, sessions, facts });
}

export function notice(
  work: Work,
  session: string,
  kind: Extract<Verdict, { verdict: 'notice' }>['kind'],
  reason: string,
  ms: number,
): void {
  work.verdicts.push({ verdict: 'notice', session, kind, reason, ms });
}
