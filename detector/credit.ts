/**
 * The credit engine: turns one beat's claim of play into spans with fates.
 *
 * Each claimed millisecond goes through these gates in order and is denied by the first that
 * refuses it: the rules' judgement, what the session's kind earns, foreground, rate, coverage,
 * clock and lease, the cap for lost connections, presence. What passes is held.
 * Every claimed millisecond leaves with a fate (law 6): credited + held + denied = claimed.
 *
 * Placement (place.ts): a session's milliseconds are laid where the browser says it played
 * them, inside its lease tenure and never past the server's now, from a cursor that only moves
 * forward; so credit never exceeds the clock (law 1) and spans never overlap (law 2).
 */
import { END_MS } from './ask.ts';
import { add, clip, type Intervals, measure, none, split, subtract, union } from './intervals.ts';
import type { Judgement } from './merge.ts';
import { deny, hold, type Placing } from './place.ts';
import type { Claim, Sight } from './rule.ts';
import { sessionKinds } from './sessionKinds.ts';
import type { Session } from './state.ts';
import type { Reason } from './terms.ts';
import { covered, draft, type Work } from './work.ts';

/** Coverage in more pieces than this is not watching; it also bounds the state. What closes gaps is always taken. */
const MOST_FRAGMENTS = 400;

/** Claimed play with the media it is said to have shown, and the gate that refused it, if one has. */
interface Piece {
  readonly ms: number;
  /** Where it begins on the browser's clock. */
  readonly offset: number;
  readonly media: Intervals;
  readonly denied: Reason | null;
}

/** Looks at the runs in order; media shown twice within the beat is new only once. */
export function sightsOf(runs: Claim['beat']['runs'], lessonMs: number, taken: readonly Intervals[]): readonly Sight[] {
  let here: Intervals = none;
  return runs.map(([mediaFrom, mediaTo, from, to]) => {
    const ms = to - from;
    const length = mediaTo - mediaFrom;
    let fresh = clip([[mediaFrom, mediaTo]], 0, lessonMs);
    const inside = measure(fresh);
    for (const set of taken) fresh = subtract(fresh, set);
    fresh = subtract(fresh, here);
    for (const [a, b] of fresh) here = add(here, a, b);
    const freshMs = length === 0 ? 0 : Math.round((ms * measure(fresh)) / length);
    return { ms, offset: from, freshMs, fresh, beyond: inside < length };
  });
}

/** Divides the claim into pieces, each refused by its first gate or still creditable. */
function pieces({ sights, played }: Claim, credits: boolean, judgement: Judgement): Piece[] {
  const out: Piece[] = [];
  const put = (ms: number, offset: number, denied: Reason | null, media: Intervals = none): number => {
    if (ms > 0) out.push({ ms, offset, media, denied });
    return offset + ms;
  };
  const whole = judgement.refuse ?? (credits ? null : 'session.exam');
  // Within a mixed beat the end is taken as background: transitions cut beats, so this is rare.
  let foreground = played - Math.min(played, judgement.backgroundMs);
  for (const [i, { ms, offset, freshMs, fresh, beyond }] of sights.entries()) {
    if (whole !== null) {
      put(ms, offset, whole);
      continue;
    }
    const front = Math.min(ms, foreground);
    foreground -= front;
    const mine = Math.min(freshMs, front);
    const unpaid = judgement.unpaid[i] ?? null;
    let next = offset;
    if (unpaid !== null) next = put(mine, next, unpaid);
    else {
      // Law 4: never more than the newly covered media that this part of the run showed.
      const [shown] = split(fresh, Math.ceil((measure(fresh) * mine) / Math.max(1, freshMs)));
      const paid = Math.min(mine, measure(shown));
      next = put(paid, next, null, shown);
      next = put(mine - paid, next, 'coverage.slow');
    }
    next = put(front - mine, next, beyond && freshMs === 0 ? 'coverage.beyondLesson' : 'coverage.seen');
    put(ms - front, next, judgement.backgroundReason);
  }
  return out;
}

/** Holds or denies every millisecond the beat claims. Returns what was newly denied, by reason. */
export function layClaim(
  work: Work,
  session: Session,
  claim: Claim,
  judgement: Judgement,
): ReadonlyMap<Reason, number> {
  const { lost } = session;
  const { late } = claim;
  const placing: Placing = {
    work,
    session: session.id,
    cursor: Math.max(session.cursor, session.startAt ?? work.at),
    late,
    denied: new Map(),
  };
  // A lost session still accounts for the time before it lost the lease, and for none after.
  const horizon = lost === null ? work.at : Math.min(work.at, lost.at);
  const beyond: Reason = lost === null ? 'clock.exceeded' : `${lost.code}.leaseLost`;
  let roomLeft = disconnectedRoom(work, session, late);
  const all = pieces(claim, sessionKinds[session.of].credits, judgement);
  const sets = covered(work.state, session.lesson);
  // Joined, it has at most so many pieces; nearly always that is few, and nothing need be joined to count them.
  const most = [...sets, ...all.map(({ media }) => media)].reduce((sum, { length }) => sum + length, 0);
  let coverage = most > MOST_FRAGMENTS ? sets.reduce(union) : none;
  const { toleranceMs } = work.policy.clock;
  let { endsNew } = session;

  for (const piece of all) {
    const from = Math.min(horizon, claim.origin + piece.offset - toleranceMs);
    placing.cursor = Math.max(placing.cursor, from);
    const grown = most > MOST_FRAGMENTS && piece.denied === null ? union(coverage, piece.media) : coverage;
    const denied =
      piece.denied ??
      (grown.length > Math.max(MOST_FRAGMENTS, coverage.length) ? ('coverage.fragmented' as const) : null);
    if (denied !== null) {
      deny(placing, piece.ms, denied);
      continue;
    }
    const room = Math.max(0, Math.min(piece.ms, horizon - placing.cursor));
    const take = Math.min(room, roomLeft);
    roomLeft -= take;
    const [media] = split(piece.media, Math.ceil((measure(piece.media) * take) / piece.ms));
    const kept = hold(placing, take, media);
    if (most > MOST_FRAGMENTS) coverage = union(coverage, kept);
    endsNew ||= (kept.at(-1)?.[1] ?? 0) >= session.lessonMs - END_MS;
    deny(placing, room - take, 'disconnected.overCap');
    deny(placing, piece.ms - room, beyond);
  }
  const own = draft(work, session.id);
  if (own !== undefined) {
    own.cursor = placing.cursor;
    own.endsNew = endsNew;
  }
  return placing.denied;
}

/** How much of the time without a connection may still count; the first live beat after it adds its own. */
function disconnectedRoom({ policy, at }: Work, { queuedMs, lastAt }: Session, late: boolean): number {
  if (!late && queuedMs === null) return Number.POSITIVE_INFINITY;
  const left = Math.max(0, policy.disconnected.capMs - (queuedMs ?? 0));
  return late ? left : left + (at - lastAt);
}
