/**
 * From a state of version 1 to one of version 2: what a person's `upgraded` event does.
 *
 * Nothing that was decided changes: credited media stays credited, held spans stay held with
 * the ids they have, denied spans become final. Version 1 measured brackets on the wall
 * clock; what it still held when it was left is taken over as play since its last proof, so
 * the next right answer releases it.
 */
import { firstAnchor } from './clock.ts';
import type { PlayState } from './event.ts';
import type { Intervals } from './intervals.ts';
import type { RuleMemories } from './rules/index.ts';
import { emptyState, type Held, type Lesson, type Pending, type Session, type State } from './state.ts';
import type { Reason } from './terms.ts';
import type { Span, Verdict } from './verdict.ts';

/** As long as today's policies wait for what is held. */
const HELD_FOR_MS = 7 * 24 * 3_600_000;
/** A page of then is waited for as long as one of today's: how long its own policy waited is not part of version 1's state. */
const SILENT_MS = 12 * 3_600_000;
/** Enough play for the question that a return brings, however little of the bracket was left. */
const LEAST_LEFT_MS = 60_000;

interface Span1 {
  readonly id: number;
  readonly session: string;
  readonly lesson: string;
  readonly from: number;
  readonly to: number;
  readonly ms: number;
  readonly fate: Span['fate'];
  readonly reason: string;
}

interface Session1 {
  readonly id: string;
  readonly lesson: string;
  readonly lessonMs: number;
  readonly device: string;
  readonly policy: string;
  readonly openedAt: number;
  readonly cursor: number;
  readonly lastAt: number;
  readonly offset: number;
  readonly state: PlayState;
  readonly queuedMs: number | null;
  readonly lost: Session['lost'];
  readonly rateDebt: number;
  readonly hookedBeats: number;
  readonly syntheticBeats: number;
  readonly refused: number;
  readonly denied: Readonly<Record<string, Span1>>;
}

export interface State1 {
  readonly ordinal: number;
  readonly at: number;
  readonly nextSpan: number;
  readonly policy: string | null;
  readonly holder: string | null;
  readonly proofs: readonly { readonly at: number; readonly closes: boolean }[];
  readonly prompting: {
    readonly dueAt: number | null;
    readonly pending: { readonly prompt: string; readonly deadline: number } | null;
    readonly misses: number;
    readonly wrong: number;
    readonly answers: readonly boolean[];
    readonly needed: number;
  };
  readonly held: readonly {
    readonly span: Span1;
    readonly opener: number;
    readonly expires: number;
    readonly media: Intervals;
  }[];
  readonly lessons: Readonly<Record<string, Lesson>>;
  readonly sessions: Readonly<Record<string, Session1>>;
}

/** `at`: the time of the `upgraded` event. */
export function migrate(before: State1, at: number): { state: State; verdicts: readonly Verdict[] } {
  const { prompting } = before;
  const verdicts: Verdict[] = Object.values(before.sessions).flatMap(({ denied }) =>
    Object.values(denied).map((span): Verdict => ({ verdict: 'deny', span: spanOf(span, false) })),
  );
  const { held, played } = heldOf(before, at);
  const { misses, answers } = prompting;
  const state: State = {
    ordinal: before.ordinal + 1,
    at: Math.max(at, before.at),
    nextSpan: before.nextSpan,
    policy: before.policy,
    holder: before.holder,
    freeFrom: before.at,
    played,
    brackets: before.proofs.map((proof) => ({ from: proof.at, opener: 0, closes: proof.closes })),
    asking: {
      ...emptyState.asking,
      duePlayed: duePlayed(before, played),
      pending: prompting.pending === null ? null : pendingOf(prompting.pending),
      needed: prompting.needed,
      wrong: prompting.wrong,
    },
    held,
    lessons: before.lessons,
    sessions: Object.fromEntries(Object.values(before.sessions).map((one) => [one.id, sessionOf(one, before.holder)])),
    rules: {
      ...(misses === 0 ? {} : { promptMissed: { misses } }),
      ...(answers.length === 0 ? {} : { promptGuessing: { answers } }),
    },
  };
  return { state, verdicts };
}

/** Version 1 added its grace of 30 s when the answer came, and counted a page as there for 17 s. */
function pendingOf({ prompt: id, deadline }: { readonly prompt: string; readonly deadline: number }): Pending {
  const deadlineAt = deadline + 30_000;
  return { proof: 'question', id, shownUntil: deadline, deadlineAt, silentAt: deadlineAt + 17_000 };
}

/** A question that was due or asked for and not yet on its way comes with the next play. */
function duePlayed({ prompting: { dueAt, pending }, policy, at }: State1, played: number): number | null {
  if (dueAt !== null) return played + Math.max(0, dueAt - at);
  return pending === null && policy !== null ? played : null;
}

/** Held spans in the order of the wall, on a play clock that begins at their first opener. */
function heldOf(before: State1, at: number): { held: readonly Held[]; played: number } {
  let played = 0;
  const held = before.held.map(({ span, opener, expires, media }): Held => {
    played += span.ms;
    // What version 1 would still have let pass, as play, and enough of it for a return's question.
    const bracket = Math.max(expires - opener, played + LEAST_LEFT_MS);
    return {
      span: spanOf(span, true),
      opener: 0,
      expiresPlay: bracket,
      expiresAt: Math.max(at, span.to) + HELD_FOR_MS,
      media,
    };
  });
  return { held, played };
}

function spanOf(span: Span1, open: boolean): Span {
  // Reasons of version 1 stand as they were stored; `offline` meant a lost connection.
  return { ...span, reason: span.reason as Reason, open };
}

function sessionOf(one: Session1, holder: string | null): Session {
  const { id, lesson, lessonMs, device, policy, openedAt, cursor, lastAt, offset, state, queuedMs, lost } = one;
  const rules: Partial<RuleMemories> = {
    ...(one.rateDebt === 0 ? {} : { playbackRate: { debtMs: one.rateDebt, fastMs: 0 } }),
    ...(one.hookedBeats === 0 ? {} : { clockHook: { beats: one.hookedBeats } }),
    ...(one.syntheticBeats === 0 ? {} : { syntheticInput: { beats: one.syntheticBeats } }),
    ...(one.refused === 0 ? {} : { replayedBeats: { refused: one.refused } }),
  };
  return {
    ...{ id, of: 'lesson', lesson, lessonMs, device, policy, silentMs: SILENT_MS },
    ...{
      openedAt,
      lineAt: queuedMs === null ? openedAt : lastAt,
      startAt: id === holder || lost !== null ? openedAt : null,
      cursor,
      lastAt,
      offset,
    },
    // Version 1 kept no anchor: the last beat's own arrival bounds where the browser's clock began.
    clock: firstAnchor(Math.max(openedAt, lastAt - offset)),
    ...{ state, position: 0, endsNew: false, unsaidMs: 0, queuedMs, behind: null, lost, playsHidden: false },
    rules,
    denied: {},
    alerted: {},
    told: null,
  };
}
