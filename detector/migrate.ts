/**
 * From a state of version 2 to one of version 3: what a person's `upgraded` event does.
 *
 * Nothing that was decided changes: credited media stays credited, held spans stay held with the ids they
 * have, and open denied spans go on growing. What version 2 held is released as it would have been there:
 * by as many right answers as were still needed.
 */

import type { Intervals } from './intervals.ts';
import { alone } from './policy2.ts';
import type { Asking, Bracket, Held, Lesson, Pending, Session, State, Totals } from './state.ts';
import type { Reason } from './terms.ts';
import type { Span, Verdict } from './verdict.ts';

/** What waited was one of four choices at most: a right answer to it brings the points that release. */
const GUESS = 250;
const RELEASES_AT = alone.at;

type Pending2 = Omit<Pending, 'guess' | 'terms' | 'free'>;
type Asking2 = Omit<Asking, 'standing' | 'pending'> & {
  readonly pending: Pending2 | null;
  readonly needed: number;
  readonly wrong: number;
};

type Denial2 = Pick<Span, 'id' | 'from' | 'to' | 'ms'>;

interface Session2 extends Omit<Session, 'clock' | 'denied'> {
  readonly clock: { readonly low: number; readonly lowBefore: number; readonly since: number };
  readonly denied: Readonly<Partial<Record<Reason, Denial2>>>;
}

interface Lesson2 extends Totals {
  readonly credited: Intervals;
}

/** It kept whether each was right. */
interface PromptGuessing2 {
  readonly answers: readonly boolean[];
}

export interface State2 extends Omit<State, 'asking' | 'held' | 'brackets' | 'lessons' | 'sessions' | 'rules'> {
  readonly rules: Omit<State['rules'], 'promptGuessing'> & { readonly promptGuessing?: PromptGuessing2 };
  readonly sessions: Readonly<Record<string, Session2>>;
  readonly lessons: Readonly<Record<string, Lesson2>>;
  readonly asking: Asking2;
  readonly held: readonly (Omit<Held, 'span' | 'marked' | 'policy' | 'releasesAt'> & {
    readonly span: Span;
    readonly opener: number;
  })[];
  readonly brackets: readonly { readonly from: number; readonly opener: number | null; readonly closes: boolean }[];
}

/** `at`: the time of the `upgraded` event. */
export function migrate(before: State2, at: number): { state: State; verdicts: readonly Verdict[] } {
  const { needed, wrong: _, pending, ...asking } = before.asking;
  const { promptGuessing, ...rules } = before.rules;
  const state: State = {
    ...before,
    ordinal: before.ordinal + 1,
    at: Math.max(at, before.at),
    rules: promptGuessing === undefined ? rules : { ...rules, promptGuessing: guessingOf(promptGuessing) },
    asking: {
      ...asking,
      pending: pending === null ? null : { ...pending, guess: GUESS, terms: alone },
      standing: (1 - needed) * RELEASES_AT,
      answers: 0,
    },
    held: before.held.map((held) => {
      const policy = before.sessions[held.span.session]?.policy ?? before.policy;
      const { fate: _fate, open: _open, ...span } = held.span;
      const { span: _span, opener: _opener, ...kept } = held;
      return {
        span,
        ...kept,
        ...(policy === null || policy === before.policy ? {} : { policy }),
        releasesAt: RELEASES_AT,
      };
    }),
    sessions: Object.fromEntries(Object.entries(before.sessions).map(([id, session]) => [id, sessionOf(session)])),
    lessons: Object.fromEntries(
      Object.entries(before.lessons).map(([id, { credited, creditedMs, deniedMs }]): [string, Lesson] => [
        id,
        [credited, creditedMs, deniedMs],
      ]),
    ),
    brackets: before.brackets.map(
      ({ from, opener, closes }): Bracket => (closes ? [from, opener, closes] : [from, opener]),
    ),
  };
  return { state, verdicts: [] };
}

function guessingOf({ answers }: PromptGuessing2): NonNullable<State['rules']['promptGuessing']> {
  return { answers: answers.includes(false) ? answers.map((right) => (right ? 0 : 1)) : [] };
}

function sessionOf({ clock: { low, lowBefore, since }, denied, ...session }: Session2): Session {
  const denials = Object.entries(denied).map(([reason, { id, from, to, ms }]) => [reason, [id, from, to, ms]]);
  return { ...session, clock: [low, lowBefore, since], denied: Object.fromEntries(denials) as Session['denied'] };
}
