/**
 * The credit engine: turns one beat's claim of play into spans with fates.
 *
 * Each claimed millisecond goes through these gates in order and is denied by the first
 * that refuses it: lease, honesty of the claim, foreground, rate, coverage, clock, offline
 * cap, presence. What passes is held (or credited, when a bracket already encloses it).
 * Every claimed millisecond leaves with a fate (law 6): credited + held + denied = claimed.
 *
 * Placement: a session's milliseconds are laid one after another from its cursor, inside its
 * lease tenure and never past the server's now. The cursor only moves forward, so credit
 * never exceeds the clock (law 1) and spans never overlap (law 2).
 */
import type { BeatArrived, Run } from './event.ts';
import { add, clip, type Intervals, measure, none, split, subtract, union } from './intervals.ts';
import type { Session } from './state.ts';
import type { Reason, Span } from './verdict.ts';
import { count, lessonOf, patchSession, type Work } from './work.ts';

/** Coverage in more pieces than this is not watching; it also bounds the state. */
const MOST_FRAGMENTS = 400;
/** A denied sliver this short is measurement: it joins the session's span of the same reason. */
const SLIVER_MS = 500;

/** Claimed play with the media it is said to have shown, and the gate that refused it, if one has. */
interface Piece {
  readonly ms: number;
  readonly media: Intervals;
  readonly denied: Reason | null;
}

/** What the rules said of the whole beat before its seconds are looked at. */
export interface Judgement {
  /** Refuses everything: the claim itself is not believed. */
  readonly refuse: Reason | null;
  /** So many of the claimed milliseconds were played in the background. */
  readonly backgroundMs: number;
  readonly backgroundReason: Reason;
  readonly tooFast: boolean;
}

export function claimedMs(runs: readonly Run[]): number {
  let total = 0;
  for (const [, , from, to] of runs) total += to - from;
  return total;
}

/** New media under each run, and how the run's wall time divides between new and seen. */
export interface Sight {
  readonly ms: number;
  /** Wall milliseconds spent on media not covered before. */
  readonly freshMs: number;
  readonly fresh: Intervals;
  readonly beyond: boolean;
}

/** Everything of the lesson that is credited or reserved by held spans. */
export function covered(work: Work, lesson: string): readonly Intervals[] {
  const sets: Intervals[] = [lessonOf(work, lesson).credited];
  for (const held of work.state.held) if (held.span.lesson === lesson) sets.push(held.media);
  return sets;
}

/** Looks at the runs in order; media shown twice within the beat is new only once. */
export function look(work: Work, session: Session, runs: readonly Run[]): readonly Sight[] {
  const taken = covered(work, session.lesson);
  let here: Intervals = none;
  return runs.map(([mediaFrom, mediaTo, from, to]) => {
    const ms = to - from;
    const length = mediaTo - mediaFrom;
    let fresh = clip([[mediaFrom, mediaTo]], 0, session.lessonMs);
    const inside = measure(fresh);
    for (const set of taken) fresh = subtract(fresh, set);
    fresh = subtract(fresh, here);
    for (const [a, b] of fresh) here = add(here, a, b);
    const freshMs = length === 0 ? 0 : Math.round((ms * measure(fresh)) / length);
    return { ms, freshMs, fresh, beyond: inside < length };
  });
}

/** Divides the claim into pieces, each refused by its first gate or still creditable. */
function pieces(sights: readonly Sight[], judgement: Judgement): Piece[] {
  const out: Piece[] = [];
  const put = (ms: number, denied: Reason | null, media: Intervals = none) => {
    if (ms > 0) out.push({ ms, media, denied });
  };
  const total = sights.reduce((sum, sight) => sum + sight.ms, 0);
  // Within a mixed beat the end is taken as background: transitions cut beats, so this is rare.
  let foreground = total - Math.min(total, judgement.backgroundMs);
  for (const { ms, freshMs, fresh, beyond } of sights) {
    if (judgement.refuse !== null) {
      put(ms, judgement.refuse);
      continue;
    }
    const front = Math.min(ms, foreground);
    foreground -= front;
    const mine = Math.min(freshMs, front);
    if (judgement.tooFast) put(mine, 'courseBrushing.playbackRate');
    else {
      // Law 4: never more than the newly covered media that this part of the run showed.
      const [shown] = split(fresh, Math.ceil((measure(fresh) * mine) / Math.max(1, freshMs)));
      const paid = Math.min(mine, measure(shown));
      put(paid, null, shown);
      put(mine - paid, 'coverage.slow');
    }
    put(front - mine, beyond && freshMs === 0 ? 'coverage.beyondLesson' : 'coverage.seen');
    put(ms - front, judgement.backgroundReason);
  }
  return out;
}

/** Credits, holds or denies every millisecond the beat claims. Returns what was newly denied, by reason. */
export function settleClaim(
  work: Work,
  event: BeatArrived,
  session: Session,
  sights: readonly Sight[],
  judgement: Judgement,
): ReadonlyMap<Reason, number> {
  const { policy } = work;
  const anchor = session.lastLiveAt - policy.clock.toleranceMs;
  const placing: Placing = {
    work,
    session: session.id,
    cursor: Math.max(session.cursor, session.openedAt, anchor),
    queued: isLate(work, event, session),
    denied: new Map(),
  };
  // A lost session still accounts for the time before it lost the lease, and for none after.
  const horizon = session.lost === null ? work.at : Math.min(work.at, session.lost.at);
  const late: Reason = session.lost === null ? 'clock.exceeded' : `${session.lost.code}.leaseLost`;
  let offlineLeft = offlineRoom(work, event, session);
  const fragments = covered(work, session.lesson).reduce((sum, set) => sum + set.length, 0);

  for (const piece of pieces(sights, judgement)) {
    if (piece.denied !== null) {
      deny(placing, piece.ms, piece.denied);
      continue;
    }
    if (fragments > MOST_FRAGMENTS) {
      deny(placing, piece.ms, 'coverage.fragmented');
      continue;
    }
    const room = Math.max(0, Math.min(piece.ms, horizon - placing.cursor));
    const take = Math.min(room, offlineLeft);
    offlineLeft -= take;
    bracket(placing, take, split(piece.media, Math.ceil((measure(piece.media) * take) / piece.ms))[0]);
    deny(placing, room - take, 'offline.overCap');
    deny(placing, piece.ms - room, late);
  }
  patchSession(work, session.id, { cursor: placing.cursor });
  return placing.denied;
}

/** Waited for a connection: by its label, or because no page that is connected is silent for so long. */
function isLate(work: Work, event: BeatArrived, session: Session): boolean {
  const { beat, clock } = work.policy;
  return event.queued || work.at - session.lastAt > 2 * beat.maxIntervalMs + clock.toleranceMs;
}

/** How much of the time without a connection may still count; the first live beat after it adds its own. */
function offlineRoom(work: Work, event: BeatArrived, session: Session): number {
  const late = isLate(work, event, session);
  if (!late && session.queuedMs === null) return Number.POSITIVE_INFINITY;
  const left = Math.max(0, work.policy.offline.capMs - (session.queuedMs ?? 0));
  return late ? left : left + (work.at - session.lastAt);
}

/** Where the next millisecond of a session goes. */
interface Placing {
  readonly work: Work;
  readonly session: string;
  cursor: number;
  readonly queued: boolean;
  readonly denied: Map<Reason, number>;
}

/** Lays creditable time between the proofs that surround it. */
function bracket(placing: Placing, ms: number, media: Intervals): void {
  const { work } = placing;
  const { maxGapMs } = work.policy.presence;
  const { proofs } = work.state;
  const end = placing.cursor + ms;
  let rest = media;
  while (placing.cursor < end) {
    const from = placing.cursor;
    const opener = proofs.findLast((proof) => proof.at <= from);
    const next = proofs.find((proof) => proof.at > from);
    const expiry = opener === undefined ? end : opener.at + maxGapMs;
    const to = Math.min(end, next?.at ?? end, expiry > from ? expiry : end);
    const [part, after] = split(rest, Math.ceil((measure(rest) * (to - from)) / (end - from)));
    rest = after;
    const closer = proofs.find((proof) => proof.closes && proof.at >= to);
    if (opener === undefined || to > expiry) deny(placing, to - from, 'presence.none');
    else if ((closer?.at ?? work.at) > expiry) deny(placing, to - from, 'presence.lapsed');
    else if (closer === undefined) hold(placing, to, part, opener.at, expiry);
    else credit(placing, to, part);
    placing.cursor = to;
  }
}

function hold(placing: Placing, to: number, media: Intervals, opener: number, expires: number): void {
  const { work, session, cursor: from } = placing;
  const owner = work.state.sessions[session];
  if (owner === undefined) return;
  const reason: Reason = placing.queued ? 'offline.awaiting' : 'presence.awaiting';
  const ms = to - from;
  count(work, owner.lesson, { heldMs: ms });
  const index = work.state.held.findLastIndex((one) => one.span.session === session);
  const last = work.state.held[index];
  if (last !== undefined && last.span.to === from && last.span.reason === reason && last.opener === opener) {
    const span: Span = { ...last.span, to, ms: last.span.ms + ms };
    const joined = { span, opener, expires, media: union(last.media, media) };
    work.state.held = work.state.held.map((one, i) => (i === index ? joined : one));
    work.verdicts.push({ verdict: 'hold', span });
    return;
  }
  const span: Span = { id: nextId(work), session, lesson: owner.lesson, from, to, ms, fate: 'held', reason };
  work.state.held = [...work.state.held, { span, opener, expires, media }];
  work.verdicts.push({ verdict: 'hold', span });
}

/** Both proofs are known already: a beat that arrived after the answer speaks of time before it. */
function credit(placing: Placing, to: number, media: Intervals): void {
  const { work, session, cursor: from } = placing;
  const owner = work.state.sessions[session];
  if (owner === undefined) return;
  const ms = to - from;
  count(work, owner.lesson, { creditedMs: ms });
  const lesson = lessonOf(work, owner.lesson);
  work.state.lessons[owner.lesson] = { ...lesson, credited: union(lesson.credited, media) };
  const span: Span = {
    id: nextId(work),
    session,
    lesson: owner.lesson,
    from,
    to,
    ms,
    fate: 'credited',
    reason: 'presence.proven',
  };
  work.verdicts.push({ verdict: 'credit', span });
}

/** Denied time takes its place too, up to now; a claim beyond the clock keeps its milliseconds but no room. */
function deny(placing: Placing, ms: number, reason: Reason): void {
  const { work } = placing;
  const session = work.state.sessions[placing.session];
  if (ms <= 0 || session === undefined) return;
  const from = Math.min(placing.cursor, work.at);
  // A measurement sliver takes no room: it would cut an honest hour into hundreds of pieces.
  const sliver = reason === 'coverage.slow' && ms < SLIVER_MS;
  const to = sliver ? from : Math.min(from + ms, work.at);
  placing.cursor = Math.max(placing.cursor, to);
  placing.denied.set(reason, (placing.denied.get(reason) ?? 0) + ms);
  count(work, session.lesson, { deniedMs: ms });
  const last = session.denied[reason];
  const joins = last !== undefined && (last.to === from || ms < SLIVER_MS);
  const span: Span = joins
    ? { ...last, to: sliver ? last.to : Math.max(last.to, to), ms: last.ms + ms }
    : { id: nextId(work), session: session.id, lesson: session.lesson, from, to, ms, fate: 'denied', reason };
  patchSession(work, session.id, { denied: { ...session.denied, [reason]: span } });
  work.verdicts.push({ verdict: 'deny', span });
}

function nextId(work: Work): number {
  const id = work.state.nextSpan;
  work.state.nextSpan = id + 1;
  return id;
}
