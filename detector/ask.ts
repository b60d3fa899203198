/**
 * When a proof is asked. The server alone decides: the due point is counted in play, survives
 * closing and opening again, and nothing a browser can say makes, moves or replaces it. A pause
 * or a goodbye summons nothing; the true end of a lesson, backed by what was played, does.
 */
import { measure, union } from './intervals.ts';
import type { Policy } from './policy.ts';
import { proofKinds } from './proofKinds.ts';
import { between } from './random.ts';
import { isWeak } from './score.ts';
import type { Session } from './state.ts';
import { covered, patchAsking, type Work } from './work.ts';

export const HOUR_MS = 3_600_000;
/** The shell crashed between the asking and the issuing: ask again. */
const ASK_AGAIN_MS = 15_000;
/** Play claimed in all by beats that say that nothing plays: an honest page's edges come to less. */
const UNSAID_MS = 5_000;
/** Players end a little before or after the filed duration. */
export const END_MS = 3_000;
/** So much play before a bracket can no longer be closed, the bound per hour gives way. */
export const RESCUE_MS = 180_000;

/** How long after its last beat a page still counts as there: it beats at least each `maxIntervalMs`. */
export function reach({ beat, clock }: Policy): number {
  return beat.maxIntervalMs + clock.toleranceMs;
}

function drawn(work: Work, low: number, high: number): number {
  const { draw, turn } = work.state.asking;
  patchAsking(work, { turn: turn + 1 });
  return between(draw, turn, low, high);
}

/** The play clock at which the next proof is due, counted from here. */
export function due(work: Work): number {
  const { minDueMs, maxDueMs, minDoubtMs, maxDoubtMs, release } = work.policy.presence;
  const doubted = work.state.asking.standing < release.at || isWeak(work);
  return work.state.played + (doubted ? drawn(work, minDoubtMs, maxDoubtMs) : drawn(work, minDueMs, maxDueMs));
}

/** The evidence has become weak: what was due later is due as after an answer that left doubts. */
export function dueSooner(work: Work): void {
  const { duePlayed } = work.state.asking;
  if (duePlayed !== null && duePlayed > work.state.played)
    patchAsking(work, { duePlayed: Math.min(duePlayed, due(work)) });
}

/** Asked again with the next play, after so long a pause. */
export function dueNow(work: Work, pauseMs = 0): void {
  patchAsking(work, { duePlayed: work.state.played, notBeforeAt: work.at + pauseMs });
}

/** After an absence: about what was watched before, once some new play has gone by. Never moved twice. */
export function dueAfterReturn(work: Work): void {
  const { returning, duePlayed } = work.state.asking;
  if (returning) return;
  const { minReturnMs, maxReturnMs } = work.policy.presence;
  const back = work.state.played + drawn(work, minReturnMs, maxReturnMs);
  const later = duePlayed === null || duePlayed <= work.state.played || duePlayed > back;
  patchAsking(work, { duePlayed: later ? back : duePlayed, returning: true });
}

/** Asks through the session that earns, if a proof is due and somebody could give it. */
export function maybeAsk(work: Work, session: Session): void {
  const { asking, held, holder } = work.state;
  if (session.id !== holder || asking.pending !== null) return;
  if (asking.askedAt !== null && work.at - asking.askedAt < ASK_AGAIN_MS) return;
  // Somebody who is gone is not asked.
  if (work.at - session.lastAt > reach(work.policy) || work.at < asking.notBeforeAt) return;
  // It says that it plays, or has claimed too much play while it said that it does not.
  const plays = session.state === 'playing' || session.unsaidMs >= UNSAID_MS;
  const ended = session.state === 'ended' && session.position >= session.lessonMs - END_MS;
  // Who has come to the end need not play on to be believed: asked on, within bounds, until the answers decide.
  const open = session.endsNew || (asking.standing < work.policy.presence.release.at && !isOften(work, 2));
  const atEnd = ended && open && held.length > 0 && isCovered(work, session);
  if (!atEnd && !(plays && isDue(work, session))) return;
  const kinds = (Object.keys(proofKinds) as (keyof typeof proofKinds)[]).filter(
    (kind) => proofKinds[kind].asked && work.policy.proofs[kind] !== undefined,
  );
  if (kinds.length === 0) return;
  patchAsking(work, { askedAt: work.at });
  const lesson = lessonAsked(work) ?? session.lesson;
  const others = new Set(held.flatMap(({ policy }) => policy ?? work.state.policy ?? []));
  others.delete(session.policy);
  work.verdicts.push({
    ...{ verdict: 'proofAsked', session: session.id, kinds, lesson },
    ...(others.size > 0 ? { policies: [...others] } : {}),
    ...(isWeak(work) ? { hard: true } : {}),
  });
}

function isDue(work: Work, session: Session): boolean {
  const { asking, held, played } = work.state;
  if (asking.duePlayed === null || played < asking.duePlayed) return false;
  const waits = held.filter(({ marked }) => !marked);
  const closing = Math.min(...waits.map((one) => one.expiresPlay)) - played <= RESCUE_MS;
  // What plays while one is missed earns nothing, so that is asked soon; not without end.
  if (closing || (asking.missedAt !== null && !isOften(work, 2))) return true;
  const { nearEndMs } = work.policy.presence;
  // The lesson's own end brings one soon. Who left there and comes back is asked all the same: short lessons would
  // have no other question.
  const nearEnd = session.lessonMs - session.position < nearEndMs && played - asking.duePlayed < nearEndMs;
  if (nearEnd && !asking.returning) return false;
  return !isOften(work);
}

/** As many as an hour may bring were asked within one; `times`: so many times as many. */
function isOften({ state, policy, at }: Work, times = 1): boolean {
  return state.asking.askedAts.filter((one) => at - one < HOUR_MS).length >= times * policy.presence.mostPerHour;
}

/** The lesson it is best about: drawn by how much of each waits for a proof, so that nobody chooses it. */
function lessonAsked(work: Work): string | null {
  const { held } = work.state;
  const waits = held.some(({ marked }) => !marked) ? held.filter(({ marked }) => !marked) : held;
  let place = drawn(work, 0, Math.max(0, waits.reduce((sum, { span }) => sum + span.ms, 0) - 1));
  for (const { span } of waits) {
    if (place < span.ms) return span.lesson;
    place -= span.ms;
  }
  return waits.at(-1)?.span.lesson ?? null;
}

/** Enough of it was played for its end to be one. */
export function isCovered(work: Work, session: Session): boolean {
  const all = covered(work.state, session.lesson).reduce(union);
  return measure(all) >= work.policy.presence.endCoverage * session.lessonMs;
}
