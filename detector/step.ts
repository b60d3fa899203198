/**
 * `step` folds one event into one trainee's state and says what follows. Pure: the same
 * events under the same policies give the same verdicts, byte for byte (law 7).
 */
import { dueSooner, maybeAsk } from './ask.ts';
import { firstAnchor, observe, origin } from './clock.ts';
import { layClaim, sightsOf } from './credit.ts';
import { deliver } from './delivered.ts';
import type { BeatArrived, BeatClaim, Event, SessionOpened } from './event.ts';
import { leaveLease, takeLease } from './lease.ts';
import { judge } from './merge.ts';
import { finish } from './place.ts';
import type { Policy } from './policy.ts';
import { elapse, given, issued, openPresence, outplay, overdue, presenceWake } from './presence.ts';
import type { Claim, PresenceNews, Takeover } from './rule.ts';
import { isWeak } from './score.ts';
import { isHidden } from './signs.ts';
import type { Session, State } from './state.ts';
import type { EndReason, Reason } from './terms.ts';
import type { Verdict } from './verdict.ts';
import { begin, covered, draft, holderOf, notice, patchAsking, patchSession, type Work } from './work.ts';

/** Sessions of one trainee kept open at once; the oldest one that does not earn is closed beyond it. */
const MOST_SESSIONS = 8;
/** Who keeps pace with the clock for so long catches up with nothing. */
const PACE_MS = 30_000;
/** A denial of less is not worth a word. */
const WORTH_TELLING_MS = 1_000;

/** The hash of the policy an event is judged under: its session's, for ever; null: nothing was ever opened. */
export function policyOf(state: State, event: Event): string | null {
  if (event.kind === 'opened') return event.policy;
  return (event.session === null ? undefined : state.sessions[event.session]?.policy) ?? state.policy;
}

export function step(policy: Policy, state: State, event: Event): { state: State; verdicts: readonly Verdict[] } {
  const work = begin(policy, state, event.at);
  elapse(work);
  const session = event.session === null ? undefined : work.state.sessions[event.session];
  let outcome: PresenceNews['given'] = null;
  let free = false;
  switch (event.kind) {
    case 'opened':
      open(work, event);
      break;
    case 'beat':
      if (session !== undefined) {
        beat(work, event, session);
        return { state: work.state, verdicts: work.verdicts };
      }
      break;
    case 'proofIssued':
      if (session !== undefined) free = issued(work, session, event);
      break;
    case 'proofGiven':
      outcome = given(work, event);
      break;
    case 'tick':
      tick(work);
      break;
    case 'closed':
      if (session !== undefined) close(work, session);
      break;
    case 'delivered':
      deliver(work, event);
      break;
    case 'refused':
      break;
    default:
      event satisfies never;
  }
  const spoken = session ?? holderOf(work);
  const { kind } = event;
  const speaks = outcome !== null || kind === 'refused' || kind === 'delivered' || kind === 'proofIssued';
  if (spoken !== undefined && speaks) {
    const news = { missed: false, given: outcome, free, lapsedMs: 0 };
    const { ends } = judge(work, { event, session: spoken, claim: null, news, covered: [] });
    if (ends !== null) close(work, work.state.sessions[spoken.id] ?? spoken, ends);
  }
  return { state: work.state, verdicts: work.verdicts };
}

function open(work: Work, event: SessionOpened): void {
  const { at } = work;
  const session: Session = {
    id: event.session,
    of: event.of,
    lesson: event.lesson,
    lessonMs: event.lessonMs,
    device: event.device,
    policy: event.policy,
    silentMs: work.policy.session.silentMs,
    openedAt: at,
    lineAt: at,
    startAt: null,
    cursor: at,
    lastAt: at,
    offset: 0,
    clock: firstAnchor(at),
    state: 'paused',
    position: 0,
    endsNew: false,
    unsaidMs: 0,
    queuedMs: null,
    behind: null,
    lost: null,
    playsHidden: false,
    rules: {},
    denied: {},
    alerted: {},
    told: null,
  };
  work.state.sessions[event.session] = {
    ...session,
    ...(event.delivery === undefined ? {} : { delivery: event.delivery }),
    ...(event.sealed === 'worker' ? {} : { keyAt: event.sealed ?? 'untold' }),
  };
  nameHeld(work, event.policy);
  work.state.policy = event.policy;
  openPresence(work, event);
  // Pages that never played go first: one that lost the lease may still show that it plays on.
  const open = Object.values(work.state.sessions).filter(({ id }) => id !== work.state.holder);
  const oldest = open.sort((a, b) => Number(a.lost !== null) - Number(b.lost !== null) || a.openedAt - b.openedAt)[0];
  if (Object.keys(work.state.sessions).length > MOST_SESSIONS && oldest !== undefined)
    close(work, oldest, 'session.silent');
}

/** Held time of another policy than that of the session opened last names its own. */
function nameHeld({ state }: Work, next: string): void {
  const { policy: last } = state;
  if (last === null || last === next) return;
  state.held = state.held.map(({ policy = last, ...held }) => (policy === next ? held : { ...held, policy }));
}

function beat(work: Work, event: BeatArrived, before: Session): void {
  const { beat: told } = event;
  const { anchor, aheadMs } = observe(before.clock, told.span[1], work.at);
  const began = origin(anchor);
  const played = told.runs.reduce((sum, [, , from, to]) => sum + (to - from), 0);
  const plays = played > 0 || told.player[0] === 'playing';
  const firstRun = told.runs[0];
  // What it says was made then, however late it came.
  const playedFrom = began + (firstRun === undefined ? told.span[1] : firstRun[2]);
  const older = holderOf(work);
  const session = plays ? takeLease(work, before, playedFrom) : before;
  // Whoever was away when the lease went is told now, and with each beat until the page stops.
  if (before.lost !== null && told.cause !== 'takenOver' && told.cause !== 'closing') {
    notice(work, before.id, 'takenOver', `${before.lost.code}.leaseLost`, 0);
  }
  // What this beat's play will outrun is lost before it is looked at: its media may be earned again.
  const lapsedMs = session.id === work.state.holder ? outplay(work, played) : 0;

  const sets = covered(work.state, session.lesson);
  const behind = fallBehind(work, before, told, began);
  const claim: Claim = {
    beat: told,
    late: isLate(work, before, event, behind),
    lengthMs: told.span[1] - told.span[0],
    played,
    sights: sightsOf(told.runs, session.lessonMs, sets),
    origin: began,
    aheadMs,
    starts: before.startAt === null && session.startAt !== null,
    took: older === undefined || work.state.holder === older.id ? null : takeover(older, session, playedFrom),
  };
  const missed = overdue(work, session, claim);
  // Nobody could be asked over a line that was lost: what that costs accuses nobody.
  const news = { missed, given: null, lapsedMs: claim.late ? 0 : lapsedMs };
  const wasWeak = isWeak(work);
  const judgement = judge(work, { event, session, claim, news, covered: sets });
  if (!wasWeak && isWeak(work)) dueSooner(work);
  const denied = layClaim(work, work.state.sessions[session.id] ?? session, claim, judgement);

  const after = draft(work, session.id);
  if (after === undefined) return;
  // Only a silence tells that the line was down: a label is the page's own word.
  if (claim.late && work.at - before.lastAt > longest(work.policy)) after.lineAt = work.at;
  after.lastAt = work.at;
  after.queuedMs = claim.late ? (before.queuedMs ?? 0) + played : null;
  after.behind = behind;
  after.offset = Math.max(before.offset, told.span[1]);
  after.clock = anchor;
  after.unsaidMs = unsaid(before, told, played);
  after.state = told.player[0];
  after.position = told.runs.at(-1)?.[1] ?? told.player[1];
  after.playsHidden = told.player[0] === 'playing' && isHidden(told);
  outplay(work, 0);
  tell(work, after, denied);
  maybeAsk(work, after);
}

function takeover(older: Session, { device }: Session, playedFrom: number): Takeover {
  return {
    from: older.id,
    sameDevice: older.device === device,
    overlapMs: Math.max(0, older.cursor - playedFrom),
  };
}

/** The longest that a page with a connection is silent, and that its beats are on the way. */
const longest = ({ beat, clock }: Policy): number => 2 * beat.maxIntervalMs + clock.toleranceMs;

/**
 * Waited for a connection: by its label, because no page that has one is silent for so long, or because it was
 * made so long ago.
 */
function isLate(
  { policy, at }: Work,
  { lastAt }: Session,
  { queued }: BeatArrived,
  behind: Session['behind'],
): boolean {
  return queued || at - lastAt > longest(policy) || behind?.waits === true;
}

/**
 * How far behind the clock its play is told. Such a page tells what had waited, until it has kept pace with the
 * clock for a while: then its own clock stood still, in its sleep. `began`: where its clock began.
 */
function fallBehind({ policy, at }: Work, { behind }: Session, { span }: BeatClaim, began: number): Session['behind'] {
  const ms = at - (began + span[1]);
  if (ms <= longest(policy)) return null;
  if (behind === null || behind.ms - ms > policy.clock.toleranceMs) return { at, ms, waits: true };
  return behind.waits && at - behind.at >= PACE_MS ? { at, ms, waits: false } : behind;
}

/** A beat that claims play although the page says, before and after, that it does not play. */
function unsaid(session: Session, { player, cause }: BeatClaim, played: number): number {
  if (session.state === 'playing' || player[0] === 'playing' || cause === 'closing') return session.unsaidMs;
  return session.unsaidMs + played;
}

/** Tells the trainee of a denial that matters, once until something else happens. */
function tell(work: Work, session: Session, denied: ReadonlyMap<Reason, number>): void {
  let worst: Reason | null = null;
  for (const [reason, ms] of denied)
    if (ms >= WORTH_TELLING_MS && ms > (worst === null ? 0 : (denied.get(worst) ?? 0))) worst = reason;
  const told = work.state.sessions[session.id]?.told ?? null;
  // A warning stands until the seconds it spoke of have come and gone.
  if (worst === told || (worst === null && session.playsHidden)) return;
  patchSession(work, session.id, { told: worst });
  if (worst !== null) notice(work, session.id, 'denied', worst, denied.get(worst) ?? 0);
}

function tick(work: Work): void {
  for (const session of Object.values(work.state.sessions)) {
    if (work.at - session.lastAt >= session.silentMs) close(work, session, 'session.silent');
  }
  const holder = holderOf(work);
  if (holder !== undefined) maybeAsk(work, holder);
}

/** `told`: why it was ended from here; absent: its page closed it. */
function close(work: Work, session: Session, told?: EndReason): void {
  finish(work, session);
  leaveLease(work, work.state.sessions[session.id] ?? session);
  delete work.state.sessions[session.id];
  // What was asked for and is not on its way yet is asked for again by whatever page comes next.
  if (work.state.holder === null) patchAsking(work, { askedAt: null });
  if (told !== undefined) notice(work, session.id, 'closed', told, 0);
}

/** When the detector wants a tick if nothing happens before; null: never. A tick then moves it forward. */
export function wakeAt(state: State): number | null {
  const times = Object.values(state.sessions).map((session) => session.lastAt + session.silentMs);
  const presence = presenceWake(state);
  if (presence !== null) times.push(presence);
  return times.length === 0 ? null : Math.min(...times);
}
