/**
 * Lays claimed time on the server's clock: held between the last proof and the next, or denied.
 *
 * The play clock runs with every millisecond laid here, whatever its fate, while the session
 * is in its tenure: brackets are as long as what was played in them (law 5).
 */
import { type Intervals, measure, none, split, union } from './intervals.ts';
import { withheld } from './score.ts';
import type { Bracket, Denial, Held, HeldSpan, Session } from './state.ts';
import type { Reason } from './terms.ts';
import type { Span } from './verdict.ts';
import { countDenied, draft, told, type Work } from './work.ts';

/** A denied piece this short is measurement: it joins the session's last one of the same reason, wherever that is. */
const SLIVER_MS = 500;
/** Neighbours this close are one span: offsets are rounded to whole milliseconds. */
const TOUCH_MS = 250;
/** Play in more pieces than this between two proofs is not watching; it also bounds the state. */
const MOST_HELD = 200;

/** Where the next millisecond of a session goes. */
export interface Placing {
  readonly work: Work;
  readonly session: string;
  cursor: number;
  /** It waited for a connection. */
  readonly late: boolean;
  readonly denied: Map<Reason, number>;
}

/** Lays creditable time; what no bracket can hold is denied. Returns the media that is now reserved. */
export function hold(placing: Placing, ms: number, media: Intervals): Intervals {
  let kept: Intervals = none;
  let rest = media;
  for (let left = ms; left > 0; ) {
    const { bracket, until } = bracketAt(placing);
    const piece = Math.min(left, until - placing.cursor);
    const [shown, later] = split(rest, Math.ceil((measure(rest) * piece) / left));
    kept = union(kept, holdIn(placing, bracket, piece, shown));
    rest = later;
    left -= piece;
  }
  return kept;
}

/**
 * The bracket of the next millisecond, and the server time until which it is that one's. What did not wait was
 * played just now, and is held by a proof that was given meanwhile: a clock that stood still in a page's sleep
 * would place it earlier.
 */
function bracketAt({ work, cursor, late }: Placing): { bracket: Bracket | undefined; until: number } {
  const { brackets } = work.state;
  const last = brackets.length - 1;
  const index = !late && brackets[last]?.[1] !== null ? last : brackets.findLastIndex(([from]) => from <= cursor);
  return { bracket: brackets[index], until: brackets[index + 1]?.[0] ?? Number.POSITIVE_INFINITY };
}

function holdIn(placing: Placing, bracket: Bracket | undefined, ms: number, media: Intervals): Intervals {
  const { state, policy } = placing.work;
  // A proof was due and missed: what plays on after its deadline earns nothing until one is given.
  const opener = bracket?.[1];
  if (opener === null) {
    deny(placing, ms, 'presence.missed');
    return none;
  }
  const expiresPlay = opener === undefined ? 0 : opener + policy.presence.maxGapMs;
  const take = Math.min(ms, Math.max(0, expiresPlay - state.played));
  const [kept] = split(media, Math.ceil((measure(media) * take) / ms));
  const held = opener !== undefined && take > 0 && holdSpan(placing, take, kept, expiresPlay);
  if (!held) deny(placing, take, 'coverage.fragmented');
  deny(placing, ms - take, 'presence.none');
  return held ? kept : none;
}

/** False: there are too many pieces already. */
function holdSpan(placing: Placing, ms: number, media: Intervals, expiresPlay: number): boolean {
  const { work, session, cursor: from } = placing;
  const owner = work.state.sessions[session];
  if (owner === undefined) return false;
  const to = from + ms;
  const reason: Reason = placing.late ? 'disconnected.awaiting' : 'presence.awaiting';
  const expiresAt = to + work.policy.presence.heldForMs;
  // What is held while the evidence is weak wants more, however clean the page is that answers for it.
  const more = withheld(work);
  const index = work.state.held.findLastIndex((one) => one.span.session === session);
  const last = work.state.held[index];
  // A sliver took no room, so its neighbour begins a few ms on: without this, most beats would begin a span.
  const touches = last !== undefined && from - last.span.to <= TOUCH_MS;
  const joins = touches && !last.marked && last.span.reason === reason && last.expiresPlay === expiresPlay;
  if (!joins && work.state.held.length >= MOST_HELD) return false;
  placing.cursor = to;
  work.state.played += ms;
  if (joins) {
    const { id, lesson, from: since } = last.span;
    const span: HeldSpan = { id, session, lesson, from: since, to, ms: last.span.ms + ms, reason };
    const joined: Held = { ...last, span, expiresAt, media: union(last.media, media) };
    work.state.held = work.state.held.with(index, more > (last.more ?? 0) ? { ...joined, more } : joined);
    work.verdicts.push({ verdict: 'hold', span: told(span, 'held', reason) });
    return true;
  }
  const id = nextId(work);
  const span: HeldSpan = { id, session, lesson: owner.lesson, from, to, ms, reason };
  work.state.held = [
    ...work.state.held,
    {
      ...{ span, expiresPlay, expiresAt, media, releasesAt: work.policy.presence.release.at },
      ...(more > 0 ? { more } : {}),
      ...(owner.policy === work.state.policy ? {} : { policy: owner.policy }),
    },
  ];
  work.verdicts.push({ verdict: 'hold', span: told(span, 'held', reason) });
  return true;
}

/** Denied time takes its place too, up to now; a claim beyond the clock keeps its milliseconds but no room. */
export function deny(placing: Placing, ms: number, reason: Reason): void {
  const { work } = placing;
  const session = work.state.sessions[placing.session];
  if (ms <= 0 || session === undefined) return;
  const from = Math.min(placing.cursor, work.at);
  // A measurement sliver takes no room: it would cut an honest hour into hundreds of pieces.
  const sliver = reason === 'coverage.slow' && ms < SLIVER_MS;
  const to = sliver ? from : Math.min(from + ms, work.at);
  placing.cursor = Math.max(placing.cursor, to);
  // Play after the lease was lost is another session's time.
  if (session.lost === null) work.state.played += ms;
  placing.denied.set(reason, (placing.denied.get(reason) ?? 0) + ms);
  countDenied(work, session.lesson, ms);
  const last = session.denied[reason];
  const touches = last !== undefined && from >= last[2] && from - last[2] <= TOUCH_MS;
  const grows = last !== undefined && (touches || ms < SLIVER_MS);
  const denial: Denial = grows
    ? [last[0], last[1], touches ? Math.max(last[2], to) : last[2], last[3] + ms]
    : [nextId(work), from, to, ms];
  // The one before it is over: from here on it is final.
  if (last !== undefined && !grows) work.verdicts.push({ verdict: 'deny', span: spanOf(session, reason, last, false) });
  work.verdicts.push({ verdict: 'deny', span: spanOf(session, reason, denial, true) });
  const own = draft(work, session.id);
  if (own !== undefined) own.denied = { ...own.denied, [reason]: denial };
}

/** A session ends: its denied spans grow no more. */
export function finish(work: Work, { id }: Session): void {
  const session = work.state.sessions[id];
  if (session === undefined) return;
  for (const [reason, denial] of Object.entries(session.denied)) {
    work.verdicts.push({ verdict: 'deny', span: spanOf(session, reason as Reason, denial, false) });
  }
}

function spanOf({ id: session, lesson }: Session, reason: Reason, denial: Denial, open: boolean): Span {
  const [id, from, to, ms] = denial;
  return { id, session, lesson, from, to, ms, fate: 'denied', reason, open };
}

function nextId(work: Work): number {
  const id = work.state.nextSpan;
  work.state.nextSpan = id + 1;
  return id;
}
