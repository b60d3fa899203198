/**
 * Presence: what a proof does to held time, and what missing one costs.
 *
 * A proof closes the bracket that an earlier proof opened: held spans with at most `maxGapMs`
 * of play since their opener are marked, and released once the answers together convince
 * (standing.ts). A proof releases; it never creates (adversary: "face check as a pass").
 * Brackets are measured on the play clock: a pause, an absence or an outage stops them, and
 * what is held waits for the return.
 *
 * Asking, per person (see ask.ts):
 *   idle ─due─▶ asked ─issued─▶ pending ─given─▶ idle
 *                                  └─deadline─▶ missed (what plays on is denied) ─▶ asked again
 *                                  └─deadline in a pause, once a class hour─▶ withdrawn
 * A proof that is asked outlives its page: closing neither gives nor dodges it.
 */
import { due, dueAfterReturn, dueNow, HOUR_MS, isCovered, RESCUE_MS, reach } from './ask.ts';
import type { ProofGiven, ProofIssued, SessionOpened } from './event.ts';
import type { Release } from './policy.ts';
import { proofKinds } from './proofKinds.ts';
import type { Claim } from './rule.ts';
import { withheld } from './score.ts';
import { AT_END, raised, rightOf, wrongOf } from './standing.ts';
import { type Bracket, heldOf, type Pending, type Session } from './state.ts';
import { decide, holderOf, notice, patchAsking, patchSession, type Work } from './work.ts';

/** Play past a deadline that is no rounding. */
const PAST_MS = 1_000;
/** A page that opened, or came back online, with less of the question's time left than this could not read it. */
const READ_MS = 20_000;
/** What a page tells after a few others have been opened and questions answered still finds its bracket. */
const BRACKETS_KEPT = 7;

/** A fresh ticket may open a bracket, and puts a proof on the calendar. */
export function openPresence(work: Work, { draw, face }: SessionOpened): void {
  patchAsking(work, { draw, turn: 0 });
  const { held, played } = work.state;
  const { duePlayed, missedAt } = work.state.asking;
  if (work.policy.presence.ticketOpens && missedAt === null) beginBracket(work, played);
  if (duePlayed === null) patchAsking(work, { duePlayed: due(work) });
  else if (missedAt === null && (held.some(({ marked }) => !marked) || duePlayed <= played)) dueAfterReturn(work);
  if (face && missedAt === null && isFaceWanted(work)) dueAfterReturn(work);
}

/** Who it is that opens a page is not known from a face that was seen long ago. */
function isFaceWanted({ policy, state, at }: Work): boolean {
  const { openAgainMs } = policy.proofs.face ?? {};
  const { facedAt } = state.asking;
  return openAgainMs !== undefined && (facedAt === undefined || at - facedAt > openAgainMs);
}

/** A bracket begins, where nothing later has. `opener`: on the play clock; null: a proof was missed. */
function beginBracket(work: Work, opener: number | null, closes = false, from = work.at): void {
  const before = work.state.brackets.filter((one) => one[0] <= from);
  // The same bracket, for all that can be told in it.
  if (!closes && before.at(-1)?.[1] === opener) return;
  const bracket: Bracket = closes ? [from, opener, closes] : [from, opener];
  work.state.brackets = [...before, bracket].slice(-BRACKETS_KEPT);
}

/** Returns whether a lesson's end brought it, and it may be left. */
export function issued(work: Work, session: Session, { proof, id, deadlineAt, draw, guess = 0 }: ProofIssued): boolean {
  const { policy, state } = work;
  // It takes the place of one that nobody could judge: a dark picture, a busy machine, no camera.
  const instead = state.asking.pending;
  const free =
    instead === null ? session.state === 'ended' && session.endsNew && isCovered(work, session) : instead.free === true;
  const lately = state.asking.askedAts.filter((one) => work.at - one < HOUR_MS);
  const askedAts = [...(instead === null ? lately : lately.slice(0, -1)), work.at].slice(
    -2 * policy.presence.mostPerHour,
  );
  const shownUntil = deadlineAt - (policy.proofs[proof]?.lateMs ?? 0);
  const silentAt = deadlineAt + reach(policy);
  const pending: Pending = {
    proof,
    id,
    deadlineAt,
    shownUntil,
    silentAt,
    guess,
    ...(free ? { free } : {}),
    terms: policy.presence.release,
  };
  patchAsking(work, { pending, askedAt: null, askedAts, returning: false, draw, turn: 0 });
  return free;
}

/** A proof was given: what it proves, or what a wrong one costs. Returns what became of it; null: nobody waited for it. */
export function given(work: Work, { proof, id, outcome, draw }: ProofGiven): 'passed' | 'failed' | null {
  const { pending } = work.state.asking;
  const answered = pending?.proof === proof && pending.id === id && work.at <= pending.deadlineAt ? pending : null;
  if (answered === null && proofKinds[proof].asked) return null;
  // Whoever vouches for the trainee answers what waits, too.
  patchAsking(work, {
    ...(answered === null && outcome === 'failed' ? {} : { pending: null }),
    ...(proof === 'face' && outcome === 'passed' ? { facedAt: work.at } : {}),
    ...{ draw, turn: 0 },
  });
  // Somebody is there again: what plays from here on is held again, under the proof that opened what is held.
  if (work.state.asking.missedAt !== null) beginBracket(work, lastOpener(work));
  patchAsking(work, { missedAt: null, returning: false });
  const closing = Math.min(...work.state.held.map((held) => (held.marked ? Infinity : held.expiresPlay)));
  if (answered === null) vouched(work, outcome);
  else if (scored(work, answered, outcome)) return outcome;
  if (outcome === 'passed') {
    mark(work);
    release(work);
  }
  // As far away after any answer, and no later than a wrong one must be made good: nobody learns from it how it went.
  const duePlayed = Math.min(due(work), Math.max(work.state.played, closing - RESCUE_MS));
  patchAsking(work, { duePlayed, notBeforeAt: work.at + work.policy.presence.retryMs });
  return outcome;
}

/** A person of ours has seen the trainee: that leaves no doubt, either way. */
function vouched(work: Work, outcome: ProofGiven['outcome']): void {
  const { release: own } = work.policy.presence;
  if (outcome === 'failed') {
    lower(work, own.wrong, own);
    decided(work, own);
  } else
    patchAsking(work, {
      standing: Math.max(own.at, ...work.state.held.map((one) => one.releasesAt)) + ceilingMore(work),
    });
}

/** An answer counts in points. Returns whether all that is held is lost with it. */
function scored(work: Work, { guess, terms, free }: Pending, outcome: ProofGiven['outcome']): boolean {
  const { standing } = work.state.asking;
  // Answered, rightly or not: that end asks for free no more.
  if (free) endsShown(work);
  if (outcome === 'failed') lower(work, wrongOf(guess, terms.wrong), terms);
  else {
    const points = Math.round(rightOf(guess) * (free ? AT_END.right : 1));
    patchAsking(work, { standing: raised(standing, points, terms.at + ceilingMore(work)) });
  }
  return decided(work, terms);
}

/** Where the proof stands that opened what is held. */
function lastOpener({ state }: Work): number {
  return state.brackets.findLast(([, opener]) => opener !== null)?.[1] ?? state.played;
}

/** How far above what releases the points may go: as far as something that is held wants. */
function ceilingMore(work: Work): number {
  return Math.max(withheld(work), ...work.state.held.map(({ more }) => more ?? 0));
}

/** An answer that speaks against somebody who attends. */
function lower(work: Work, points: number, { at }: Release): void {
  // A ceiling that weak signs had raised, and that is no longer wanted, forgives nothing.
  const own = work.state.asking.standing;
  const standing =
    Math.min(own, Math.max(at, ...work.state.held.map((one) => one.releasesAt)) + ceilingMore(work)) - points;
  patchAsking(work, { standing });
}

/**
 * Whether all that is held is lost is decided with every so many answers, for them together: a loss that followed
 * the answer that brought it would tell that it was wrong, and many who pool what they are told would learn the bank.
 */
function decided(work: Work, { decidedEvery, lostAt }: Release): boolean {
  const answers = (work.state.asking.answers + 1) % decidedEvery;
  patchAsking(work, { answers });
  if (answers > 0 || work.state.asking.standing > lostAt) return false;
  forfeit(work);
  return true;
}

/** Too many wrong answers: nobody who watched. What is held is lost; a right answer starts again from here. */
function forfeit(work: Work): void {
  let lost = 0;
  for (const held of work.state.held) lost += decide(work, held, 'denied', 'presence.failed').ms;
  work.state.held = [];
  // Whatever plays on is denied until then: a fresh ticket must not open what guessing closed. And no bracket
  // is left for what was played before and is told later.
  const missedAt = work.state.asking.missedAt ?? work.at;
  work.state.brackets = [[missedAt, null]];
  patchAsking(work, { standing: 0, missedAt });
  dueNow(work, work.policy.presence.retryMs);
  const holder = holderOf(work);
  if (lost > 0 && holder !== undefined) notice(work, holder.id, 'denied', 'presence.failed', lost);
}

/** A closing proof: marks every held span (those past their bracket have lapsed already), and opens the next bracket. */
function mark(work: Work): void {
  beginBracket(work, work.state.played, true);
  work.state.held = work.state.held.map((held) => (held.marked ? held : { ...held, marked: true }));
  endsShown(work);
}

/** An end that was proven, or left, summons nothing more. */
function endsShown(work: Work): void {
  for (const { id, endsNew } of Object.values(work.state.sessions))
    if (endsNew) patchSession(work, id, { endsNew: false });
}

/** Credits what is marked, as far as the answers convince for it. */
function release(work: Work): void {
  const { standing } = work.state.asking;
  const extra = withheld(work);
  let released = 0;
  work.state.held = work.state.held.filter((held) => {
    if (!held.marked || standing < held.releasesAt + Math.max(held.more ?? 0, extra)) return true;
    const span = decide(work, held, 'credited', 'presence.proven');
    released += span.ms;
    return false;
  });
  const holder = holderOf(work);
  if (released > 0 && holder !== undefined) notice(work, holder.id, 'released', 'presence.proven', released);
}

/**
 * Time passing: the days that held time waits, and a deadline of which nobody speaks. The page that earns is
 * waited for as long as a living page is silent at most: what it says decides (see `overdue`).
 */
export function elapse(work: Work): void {
  lapse(work, (held) => work.at > held.expiresAt);
  const { pending } = work.state.asking;
  if (pending === null || work.at <= pending.deadlineAt) return;
  const left = holderOf(work) === undefined;
  if (left || work.at > pending.silentAt) letGo(work, left);
}

/**
 * What a beat of the page that earns says of a proof whose deadline it has passed: missed if the lesson played
 * at the deadline and on, else let go. Returns whether it is missed.
 */
export function overdue(work: Work, session: Session, { late, origin, beat, sights }: Claim): boolean {
  const { pending } = work.state.asking;
  // What comes late is of a page that had no line to answer by.
  if (pending === null || session.id !== work.state.holder || late) return false;
  const deadline = pending.deadlineAt - origin;
  const [from, to] = beat.span;
  if (to < deadline) return false;
  const past = sights.filter(({ offset, ms }) => offset + ms >= deadline);
  const played = past.length > 0 && (from >= deadline || past.some(({ offset }) => offset < deadline));
  const playedOn = played && past.some(({ offset, ms }) => offset + ms >= deadline + PAST_MS);
  // So little may be rounding: what it says next decides.
  if (played && !playedOn && beat.player[0] === 'playing') return false;
  if (!playedOn || session.lineAt > pending.shownUntil - READ_MS) {
    letGo(work, !playedOn);
    return false;
  }
  miss(work, pending, 'playedOn');
  tellMissed(work);
  return true;
}

/** So many points, but no further down than one miss below nothing: for what speaks against nobody. */
function atMost({ state }: Work, points: number, { missed }: Release): number {
  return Math.min(points, Math.max(0, state.asking.standing + missed));
}

/** What plays from the deadline on is denied, if nothing is since an earlier one. Asked again at once, or after a while. */
function miss(work: Work, { deadlineAt, terms }: Pending, how: 'playedOn' | 'avoided' | 'silent'): void {
  const { missedAt } = work.state.asking;
  if (missedAt === null) beginBracket(work, null, false, deadlineAt);
  patchAsking(work, { pending: null, missedAt: missedAt ?? deadlineAt });
  // To pause, or to lose the line, at one question after another speaks against nobody; it does not convince either.
  const points = how === 'playedOn' ? terms.missed : atMost(work, terms.missed, terms);
  lower(work, points, terms);
  // What was avoided is no answer: who avoids the others would choose which ones are decided together.
  if (how === 'playedOn' && decided(work, terms)) return;
  dueNow(work, how === 'avoided' ? work.policy.presence.retryMs : 0);
}

/**
 * Nobody answered and nothing is known to have played on: free once a class hour. From then on it costs
 * what a missed one costs; one that was avoided, by a pause or by leaving, is one that was not known, too.
 */
function letGo(work: Work, avoided: boolean): void {
  const { asking, played } = work.state;
  const { freePauseMs } = work.policy.presence;
  const { pending, missedAt, freePlayed } = asking;
  if (pending === null) return;
  if (pending.free && missedAt === null) {
    // The lesson's end brought it, and it was left there: the return brings one that is like any other.
    // Nor does it take an ordinary one's place in the hour: who leaves each end is asked between.
    patchAsking(work, { pending: null, askedAts: asking.askedAts.slice(0, -1) });
    lower(work, atMost(work, Math.round(AT_END.left * pending.terms.missed), pending.terms), pending.terms);
    endsShown(work);
    dueAfterReturn(work);
    const holder = holderOf(work);
    if (holder !== undefined) notice(work, holder.id, 'promptWithdrawn', 'presence.awaiting', 0);
    return;
  }
  if (freePlayed === null || played - freePlayed >= freePauseMs) {
    patchAsking(work, { pending: null, freePlayed: played });
    // What plays on earns nothing until a missed one is made good: that is asked at once.
    if (missedAt === null) dueAfterReturn(work);
    else dueNow(work);
    const holder = holderOf(work);
    if (holder !== undefined) notice(work, holder.id, 'promptWithdrawn', 'presence.awaiting', 0);
    return;
  }
  miss(work, pending, avoided ? 'avoided' : 'silent');
  tellMissed(work);
}

function tellMissed(work: Work): void {
  const holder = holderOf(work);
  if (holder === undefined) return;
  notice(work, holder.id, 'promptMissed', 'presence.missed', heldOf(work.state, holder.lesson));
}

/** Play goes on, by so many ms, past what a proof can still enclose. Returns what that cost. */
export function outplay(work: Work, ms: number): number {
  return lapse(work, (held) => !held.marked && work.state.played + ms > held.expiresPlay);
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
