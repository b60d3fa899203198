/**
 * Presence: when to ask, what an answer proves, and what a proof does to held time.
 *
 * A proof closes the bracket that an earlier proof opened. Held spans whose opener lies
 * at most `maxGapMs` back are released; a span whose bracket can no longer be closed in
 * time lapses. A proof releases; it never creates (adversary: "face check as a pass").
 *
 * Prompting, per person:  idle ─due─▶ asked ─prompted─▶ pending ─answered─▶ idle
 *                                                          └─deadline─▶ missed ─▶ asked again
 * A question outlives its page: closing neither answers nor dodges it.
 */
import { union } from './intervals.ts';
import type { Policy } from './policy.ts';
import { draw } from './random.ts';
import type { Session } from './state.ts';
import { lessonOf, notice, patchPrompting, raise, settle, type Work } from './work.ts';

/** Proofs kept: late beats may speak of time before the last few. */
const PROOFS_KEPT = 6;
/** The shell crashed between a challenge and its prompt: ask again. */
const ASK_AGAIN_MS = 15_000;
/** Right answers a guesser needs at most. */
const MOST_NEEDED = 3;
/** Wrong answers double the pause so often: 10 s becomes 80 s. */
const MOST_DOUBLINGS = 3;
/** Pause before the second question of a proof that needs several. */
const FOLLOW_UP_MS = 2_000;

function schedule(work: Work, seed: number): number {
  const { minPromptMs, maxPromptMs, windowMs } = work.policy.presence;
  const turn = work.state.prompting.turn;
  patchPrompting(work, { turn: turn + 1 });
  const drawn = work.at + draw(seed, turn, minPromptMs, maxPromptMs);
  // What is held from before wants its question while an answer can still help.
  const rescue = Math.min(...work.state.held.map((held) => held.expires - 2 * windowMs));
  return Math.max(work.at, Math.min(drawn, rescue));
}

/** A fresh ticket may open a bracket and puts the next question on the calendar. */
export function openPresence(work: Work, session: Session): void {
  if (work.policy.presence.ticketOpens) addProof(work, false);
  const due = schedule(work, session.seed);
  const earlier = work.state.prompting.dueAt;
  // A new session never postpones a question that was already due.
  patchPrompting(work, { dueAt: earlier === null ? due : Math.min(earlier, due) });
}

function addProof(work: Work, closes: boolean): void {
  work.state.proofs = [...work.state.proofs, { at: work.at, closes }].slice(-PROOFS_KEPT);
}

/** How long after its last beat a page still counts as there: it beats at least each `maxIntervalMs`. */
function reach({ beat, clock }: Policy): number {
  return beat.maxIntervalMs + clock.toleranceMs;
}

/** Whether a question would reach somebody: the trainee plays, or has finished with time still held. */
function attending(state: Work['state'], session: Session): boolean {
  if (session.state === 'playing') return true;
  return session.state === 'ended' && (state.lessons[session.lesson]?.heldMs ?? 0) > 0;
}

export interface Moment {
  /** The beat claims play although the page says, before and after, that it does not play. */
  readonly playsUnsaid: boolean;
  /** The lesson's end: what is held wants its proof. */
  readonly ended: boolean;
}

const quiet: Moment = { playsUnsaid: false, ended: false };

/** Asks if a question is due and would reach the trainee. Whoever claims play can be asked, whatever else the page says. */
export function maybeAsk(work: Work, session: Session, { playsUnsaid, ended }: Moment = quiet): void {
  const { dueAt, askedAt, pending } = work.state.prompting;
  if (session.id !== work.state.holder || pending !== null) return;
  if (!playsUnsaid && !attending(work.state, session)) return;
  // A browser that died or lost its line is not asked: nobody could answer, and nothing is earned meanwhile.
  if (work.at - session.lastAt > reach(work.policy)) return;
  if (askedAt !== null ? work.at - askedAt < ASK_AGAIN_MS : !ended && (dueAt === null || dueAt > work.at)) return;
  patchPrompting(work, { askedAt: work.at });
  work.verdicts.push({ verdict: 'challenge', session: session.id });
}

export function prompted(work: Work, prompt: string, deadline: number): void {
  patchPrompting(work, { pending: { prompt, deadline }, askedAt: null, dueAt: null });
}

/** An answer to the pending prompt, or one a little late to the prompt just missed. */
export function answered(work: Work, session: Session, prompt: string, right: boolean): void {
  const { pending, missed, needed, wrong, answers } = work.state.prompting;
  const { retryMs, lateMs, mostWrong, guessesOfEight } = work.policy.presence;
  const meant = pending?.prompt === prompt ? pending : missed?.prompt === prompt ? missed : null;
  if (meant === null || work.at > meant.deadline + lateMs) return;

  const last = [...answers, right].slice(-8);
  patchPrompting(work, { pending: null, missed: null, answers: last });
  if (!right) {
    const retry = retryMs * 2 ** Math.min(wrong, MOST_DOUBLINGS);
    patchPrompting(work, { dueAt: work.at + retry, needed: Math.min(needed + 1, MOST_NEEDED), wrong: wrong + 1 });
    const guesses = last.filter((one) => !one).length;
    if (guesses >= guessesOfEight) {
      raise(work, 'idleAttendance', 'promptGuessing', 'medium', session, { wrong: guesses, of: last.length });
    }
    if (wrong + 1 >= mostWrong) forfeit(work, session);
    return;
  }
  if (needed > 1) {
    patchPrompting(work, { dueAt: work.at + FOLLOW_UP_MS, needed: needed - 1 });
    return;
  }
  prove(work, session);
  patchPrompting(work, { misses: 0, wrong: 0, needed: 1, dueAt: schedule(work, session.seed) });
}

/** Too many wrong answers: nobody who watched. What is held is lost; a right answer starts again from here. */
function forfeit(work: Work, session: Session): void {
  let lost = 0;
  for (const held of work.state.held) lost += settle(work, held, 'denied', 'presence.failed').ms;
  work.state.held = [];
  work.state.proofs = [];
  patchPrompting(work, { wrong: 0, needed: 1 });
  if (lost > 0) notice(work, session.id, 'denied', 'presence.failed', lost);
}

/** A closing proof: credits every held span (those past their bracket have lapsed already), and opens the next. */
function prove(work: Work, session: Session): void {
  addProof(work, true);
  let released = 0;
  for (const held of work.state.held) {
    const span = settle(work, held, 'credited', 'presence.proven');
    const lesson = lessonOf(work, span.lesson);
    work.state.lessons[span.lesson] = { ...lesson, credited: union(lesson.credited, held.media) };
    released += span.ms;
  }
  work.state.held = [];
  if (released > 0) notice(work, session.id, 'released', 'presence.proven', released);
}

/** Time passing: a prompt's window ends, a bracket can no longer be closed. */
export function elapse(work: Work): void {
  const { prompting, held } = work.state;
  const { maxGapMs, retryMs, alertAfterMisses } = work.policy.presence;
  const holder = work.state.holder === null ? undefined : work.state.sessions[work.state.holder];

  if (prompting.pending !== null && work.at > prompting.pending.deadline) {
    // Whoever has left, or whose page fell silent, misses nothing; the next question waits for the return.
    const there = holder !== undefined && holder.lastAt >= prompting.pending.deadline - reach(work.policy);
    const misses = prompting.misses + (there ? 1 : 0);
    patchPrompting(work, { pending: null, missed: prompting.pending, misses, dueAt: work.at + retryMs });
    if (there) {
      notice(work, holder.id, 'promptMissed', 'presence.awaiting', lessonOf(work, holder.lesson).heldMs);
      if (misses >= alertAfterMisses) raise(work, 'idleAttendance', 'promptMissed', 'medium', holder, { misses });
    }
  }

  let lapsed = 0;
  let own = 0;
  const kept = held.filter((one) => {
    if (work.at <= one.expires) return true;
    const { ms, session } = settle(work, one, 'denied', 'presence.lapsed');
    lapsed += ms;
    if (session === holder?.id) own += ms;
    return false;
  });
  if (lapsed === 0) return;
  work.state.held = kept;
  if (holder === undefined) return;
  notice(work, holder.id, 'denied', 'presence.lapsed', lapsed);
  // Time of a page that was closed or fell silent lapses too, but nothing plays there unattended.
  const silent = work.at - holder.lastAt > reach(work.policy);
  if (own > 0 && !silent) raise(work, 'idleAttendance', 'presenceGap', 'medium', holder, { lapsedMs: own, maxGapMs });
}

/** The last page is gone before its question was on the way: it comes first next time. */
export function leavePresence(work: Work): void {
  if (work.state.prompting.askedAt !== null) patchPrompting(work, { askedAt: null, dueAt: work.at });
}

/** When time alone changes something here. */
export function presenceWake(state: Work['state'], policy: Policy): number | null {
  const { held, prompting, holder, sessions } = state;
  const times = held.map((one) => one.expires + 1);
  if (prompting.pending !== null) times.push(prompting.pending.deadline + 1);
  const session = holder === null ? undefined : sessions[holder];
  if (session !== undefined && prompting.pending === null && attending(state, session)) {
    const due = prompting.askedAt !== null ? prompting.askedAt + ASK_AGAIN_MS : prompting.dueAt;
    // Due after the page has fallen silent: its next beat asks.
    if (due !== null && due <= session.lastAt + reach(policy)) times.push(due);
  }
  return times.length === 0 ? null : Math.min(...times);
}
