/**
 * Presence: what a proof does to held time, and what missing one costs.
 *
 * A proof closes the bracket that an earlier proof opened: held spans with at most `maxGapMs`
 * of play since their opener are released. A proof releases; it never creates (adversary:
 * "face check as a pass"). Brackets are measured on the play clock: a pause, an absence or an
 * outage stops them, and what is held waits for the return.
 *
 * Asking, per person (see ask.ts):
 *   idle ─due─▶ asked ─issued─▶ pending ─given─▶ idle
 *                                  └─deadline─▶ missed (what plays on is denied) ─▶ asked again
 *                                  └─deadline in a pause, once a class hour─▶ withdrawn
 * A proof that is asked outlives its page: closing neither gives nor dodges it.
 */
import { due, dueAfterReturn, dueNow, reach } from './ask.ts';
import type { ProofGiven, ProofIssued } from './event.ts';
import { union } from './intervals.ts';
import { proofKinds } from './proofKinds.ts';
import type { Claim } from './rule.ts';
import type { Pending, Session } from './state.ts';
import { decide, holderOf, lessonOf, notice, patchAsking, patchSession, type Work } from './work.ts';

/** Proofs needed at most, however many were missed or guessed. */
const MOST_NEEDED = 3;
/** A wrong answer asks for two more: with one, guessing among four choices released a third of the brackets (now 0.28). */
const WRONG_COSTS = 2;
/** Time to read how the last one went, before the next. */
const FOLLOW_UP_MS = 2_000;
/** Wrong answers double the pause so often: 10 s becomes 80 s. */
const MOST_DOUBLINGS = 3;
/** Play past a deadline that is no rounding. */
const PAST_MS = 1_000;
/** A page that opened, or came back online, with less of the question's time left than this could not read it. */
const READ_MS = 20_000;
/** The last few are enough: a span is held under the proof that was last when it was claimed. */
const PROOFS_KEPT = 2;

/** A fresh ticket may open a bracket, and puts a proof on the calendar. */
export function openPresence(work: Work, draw: number): void {
  patchAsking(work, { draw, turn: 0 });
  if (work.policy.presence.ticketOpens) addProof(work, false);
  const { duePlayed, missedAt, needed } = work.state.asking;
  if (duePlayed === null) patchAsking(work, { duePlayed: due(work) });
  else if (missedAt === null && needed === 1 && (work.state.held.length > 0 || duePlayed <= work.state.played)) {
    dueAfterReturn(work);
  }
}

function addProof(work: Work, closes: boolean): void {
  const { at, state } = work;
  state.proofs = [...state.proofs, { at, played: state.played, closes }].slice(-PROOFS_KEPT);
}

export function issued(work: Work, { proof, id, deadlineAt, draw }: ProofIssued): void {
  const { policy, state } = work;
  const askedAts = [...state.asking.askedAts, work.at].slice(-policy.presence.mostPerHour);
  const shownUntil = deadlineAt - (policy.proofs[proof]?.lateMs ?? 0);
  const pending: Pending = { proof, id, deadlineAt, shownUntil, silentAt: deadlineAt + reach(policy) };
  patchAsking(work, { pending, askedAt: null, askedAts, returning: false, draw, turn: 0 });
}

/** A proof was given: what it proves, or what a wrong one costs. Returns what became of it; null: it was not asked. */
export function given(work: Work, { proof, id, outcome, draw }: ProofGiven): 'passed' | 'failed' | null {
  const { pending, needed } = work.state.asking;
  const answers = pending?.proof === proof && pending.id === id && work.at <= pending.deadlineAt;
  if (!answers && proofKinds[proof].asked) return null;
  patchAsking(work, { ...(answers ? { pending: null } : {}), draw, turn: 0 });
  if (outcome === 'failed') {
    failed(work);
    return outcome;
  }
  // Somebody who is there again: what plays from here on is held again, even if what is held needs one more.
  patchAsking(work, { missedAt: null, wrong: 0 });
  if (proofKinds[proof].asked && needed > 1) {
    // After a forfeit nothing is left that could enclose it: this one opens, the next one closes.
    if (work.state.proofs.length === 0) addProof(work, false);
    patchAsking(work, { needed: needed - 1 });
    dueNow(work, FOLLOW_UP_MS);
    return outcome;
  }
  prove(work);
  patchAsking(work, { needed: 1, duePlayed: due(work), notBeforeAt: 0, returning: false });
  return outcome;
}

function failed(work: Work): void {
  patchAsking(work, { needed: Math.min(work.state.asking.needed + WRONG_COSTS, MOST_NEEDED) });
  mistaken(work);
}

/** One more in a row that was not known: asked again after an ever longer pause; too many lose what is held. */
function mistaken(work: Work): void {
  const { retryMs, mostWrong } = work.policy.presence;
  const { wrong } = work.state.asking;
  patchAsking(work, { wrong: wrong + 1 });
  dueNow(work, retryMs * 2 ** Math.min(wrong, MOST_DOUBLINGS));
  if (wrong + 1 >= mostWrong) forfeit(work);
}

/** Too many wrong answers: nobody who watched. What is held is lost; a right answer starts again from here. */
function forfeit(work: Work): void {
  let lost = 0;
  for (const held of work.state.held) lost += decide(work, held, 'denied', 'presence.failed').ms;
  work.state.held = [];
  work.state.proofs = [];
  // Whatever plays on is denied until then: a fresh ticket must not open what guessing closed.
  patchAsking(work, { wrong: 0, needed: 1, missedAt: work.at });
  const holder = holderOf(work);
  if (lost > 0 && holder !== undefined) notice(work, holder.id, 'denied', 'presence.failed', lost);
}

/** A closing proof: credits every held span (those past their bracket have lapsed already), and opens the next. */
function prove(work: Work): void {
  addProof(work, true);
  let released = 0;
  for (const held of work.state.held) {
    const span = decide(work, held, 'credited', 'presence.proven');
    const lesson = lessonOf(work, span.lesson);
    work.state.lessons[span.lesson] = { ...lesson, credited: union(lesson.credited, held.media) };
    released += span.ms;
  }
  work.state.held = [];
  // An end that was proven summons nothing more.
  for (const { id, endsNew } of Object.values(work.state.sessions))
    if (endsNew) patchSession(work, id, { endsNew: false });
  const holder = holderOf(work);
  if (released > 0 && holder !== undefined) notice(work, holder.id, 'released', 'presence.proven', released);
}

/**
 * Time passing: the days that held time waits, and a deadline of which nobody speaks. A page that
 * plays is waited for as long as a living page is silent at most: what it says decides (see `playedPast`).
 */
export function elapse(work: Work): void {
  lapse(work, (held) => work.at > held.expiresAt);
  const { pending } = work.state.asking;
  if (pending === null || work.at <= pending.deadlineAt) return;
  const paused = holderOf(work)?.state !== 'playing';
  if (paused || work.at > pending.silentAt) letGo(work, paused);
}

/** Whether a beat of the page that earns says that the lesson played on past a proof's deadline: then it is missed. */
export function playedPast(work: Work, session: Session, { late, origin, sights }: Claim): boolean {
  const { pending, needed } = work.state.asking;
  // What comes late is of a page that had no line to answer by.
  if (pending === null || session.id !== work.state.holder || late) return false;
  const last = sights.at(-1);
  if (last === undefined || origin + last.offset + last.ms < pending.deadlineAt + PAST_MS) return false;
  if (session.lineAt > pending.shownUntil - READ_MS) {
    letGo(work, false);
    return false;
  }
  patchAsking(work, { pending: null, missedAt: pending.deadlineAt, needed: Math.min(needed + 1, MOST_NEEDED) });
  dueNow(work);
  tellMissed(work);
  return true;
}

/**
 * Nobody answered and nothing is known to have played on: free once a class hour. From then on it costs
 * what a missed one costs; one that was paused over is one that was not known, too.
 */
function letGo(work: Work, paused: boolean): void {
  const { asking, played } = work.state;
  const { freePauseMs } = work.policy.presence;
  const { pending, missedAt, freePlayed, needed } = asking;
  if (pending === null) return;
  patchAsking(work, { pending: null });
  if (freePlayed === null || played - freePlayed >= freePauseMs) {
    patchAsking(work, { freePlayed: played });
    // What plays on earns nothing until a missed one is made good: that is asked at once.
    if (missedAt === null) dueAfterReturn(work);
    else dueNow(work);
    const holder = holderOf(work);
    if (holder !== undefined) notice(work, holder.id, 'promptWithdrawn', 'presence.awaiting', 0);
    return;
  }
  patchAsking(work, { missedAt: pending.deadlineAt, needed: Math.min(needed + 1, MOST_NEEDED) });
  if (paused) mistaken(work);
  else dueNow(work);
  tellMissed(work);
}

function tellMissed(work: Work): void {
  const holder = holderOf(work);
  if (holder === undefined) return;
  notice(work, holder.id, 'promptMissed', 'presence.missed', lessonOf(work, holder.lesson).heldMs);
}

/** Play goes on, by so many ms, past what a proof can still enclose. Returns what that cost. */
export function outplay(work: Work, ms: number): number {
  return lapse(work, (held) => work.state.played + ms > held.expiresPlay);
}

function lapse(work: Work, over: (held: Work['state']['held'][number]) => boolean): number {
  if (!work.state.held.some(over)) return 0;
  let lapsed = 0;
  work.state.held = work.state.held.filter((held) => {
    if (!over(held)) return true;
    lapsed += decide(work, held, 'denied', 'presence.lapsed').ms;
    return false;
  });
  const holder = holderOf(work);
  if (holder !== undefined) notice(work, holder.id, 'denied', 'presence.lapsed', lapsed);
  return lapsed;
}

/** When time alone changes something here; null: never. */
export function presenceWake({ at, held, asking, holder }: Work['state']): number | null {
  const times = held.map((one) => one.expiresAt + 1);
  // Asked again at once, not with the page's next beat.
  if (holder !== null && asking.pending === null && asking.notBeforeAt > at) times.push(asking.notBeforeAt);
  if (asking.pending !== null) {
    const { deadlineAt, silentAt } = asking.pending;
    times.push((at <= deadlineAt ? deadlineAt : silentAt) + 1);
  }
  return times.length === 0 ? null : Math.min(...times);
}
