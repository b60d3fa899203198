/**
 * `step` folds one event into one trainee's state and says what follows. Pure: the same
 * events under the same policies give the same verdicts, byte for byte (law 7).
 */
import { claimedMs, look, settleClaim } from './credit.ts';
import type { BeatArrived, Event, SessionOpened } from './event.ts';
import type { Policy } from './policy.ts';
import { answered, elapse, leavePresence, maybeAsk, openPresence, presenceWake, prompted } from './presence.ts';
import { alertBackground, judgeBackground } from './rules/background.ts';
import { aheadOfClock, alertRate, alertSeek, judgeRate } from './rules/brushing.ts';
import { judgeForgery, judgeRefused } from './rules/forgery.ts';
import { judgeInput } from './rules/idle.ts';
import { judgeOverlap, takeLease } from './rules/lease.ts';
import { type Session, type State, unseen } from './state.ts';
import type { Reason, Verdict } from './verdict.ts';
import { begin, notice, patchSession, type Work } from './work.ts';

/** Rises whenever the same events could give other verdicts. Stands in every leaf. */
export const DETECTOR_VERSION = '1';

/** Sessions of one trainee kept open at once; the oldest lost one is closed beyond it. */
const MOST_SESSIONS = 8;

/** Play claimed by a page that says it stands still: longer than any honest edge between two states. */
const UNSAID_MS = 1_000;
/** Players end a little before or after the filed duration. */
const END_MS = 3_000;

/** The hash of the policy an event is judged under: its session's, for ever. */
export function policyOf(state: State, event: Event): string | null {
  return event.kind === 'opened' ? event.policy : (state.sessions[event.session]?.policy ?? state.policy);
}

export function step(policy: Policy, state: State, event: Event): { state: State; verdicts: readonly Verdict[] } {
  const work = begin(policy, state, event.at);
  elapse(work);
  const session = work.state.sessions[event.session];
  if (event.kind === 'opened') open(work, event);
  else if (event.kind === 'tick') tick(work);
  else if (session !== undefined) {
    switch (event.kind) {
      case 'beat':
        beat(work, event, session);
        break;
      case 'prompted':
        prompted(work, event.prompt, event.deadline);
        break;
      case 'answered':
        answered(work, session, event.prompt, event.right);
        break;
      case 'refused':
        judgeRefused(work, session, event.code, event.count);
        break;
      case 'closed':
        close(work, session, false);
        break;
      default:
        event satisfies never;
    }
  }
  return { state: work.state, verdicts: work.verdicts };
}

function open(work: Work, event: SessionOpened): void {
  const { at } = work;
  const session: Session = {
    id: event.session,
    lesson: event.lesson,
    lessonMs: event.lessonMs,
    device: event.device,
    policy: event.policy,
    seed: event.seed,
    openedAt: at,
    cursor: at,
    lastAt: at,
    lastLiveAt: at,
    offset: 0,
    state: 'paused',
    queuedMs: null,
    lost: null,
    rateDebt: 0,
    stretch: null,
    residuals: [],
    roundStretches: 0,
    hookedBeats: 0,
    seen: unseen,
    syntheticBeats: 0,
    refused: 0,
    denied: {},
    alerted: {},
    told: null,
  };
  work.state.sessions[session.id] = session;
  work.state.policy = event.policy;
  takeLease(work, session);
  openPresence(work, session);
  const open = Object.values(work.state.sessions).sort((a, b) => a.openedAt - b.openedAt);
  const [oldest] = open;
  if (open.length > MOST_SESSIONS && oldest !== undefined) close(work, oldest, true);
}

function beat(work: Work, event: BeatArrived, before: Session): void {
  const { beat, queued } = event;
  judgeOverlap(work, event, before);
  judgeInput(work, event, before);
  alertSeek(work, event, before);

  const played = claimedMs(beat.runs);
  const ahead = aheadOfClock(work, event, before);
  const forged = judgeForgery(work, event, before);
  const background = judgeBackground(work, beat, work.state.sessions[before.id] ?? before, played);
  alertBackground(work, event, before, background);

  const session = work.state.sessions[before.id] ?? before;
  const sights = look(work, session, beat.runs);
  const refuse: Reason | null = ahead ? 'courseBrushing.fasterThanClock' : forged ? 'courseBrushing.forgedBeats' : null;
  // What is refused whole is not also "too fast".
  const tooFast = refuse === null && judgeRate(work, session, sights);
  alertRate(work, event, session, tooFast);

  const denied = settleClaim(work, event, work.state.sessions[before.id] ?? session, sights, {
    refuse,
    backgroundMs: background.ms,
    backgroundReason: background.reason,
    tooFast,
  });
  const after = patchSession(work, before.id, {
    lastAt: work.at,
    lastLiveAt: queued ? before.lastLiveAt : work.at,
    queuedMs: queued ? (before.queuedMs ?? 0) + played : null,
    offset: Math.max(before.offset, beat.span[1]),
    state: beat.player[0],
  });
  if (after === undefined) return;
  tell(work, after, denied);
  maybeAsk(work, after, {
    playsUnsaid: played >= UNSAID_MS && before.state !== 'playing' && after.state !== 'playing',
    ended: beat.cause === 'ended' && beat.player[1] >= before.lessonMs - END_MS,
  });
}

/** Tells the trainee of a denial that matters, once until something else happens. */
function tell(work: Work, session: Session, denied: ReadonlyMap<Reason, number>): void {
  let worst: Reason | null = null;
  for (const [reason, ms] of denied)
    if (ms >= 1000 && ms > (worst === null ? 0 : (denied.get(worst) ?? 0))) worst = reason;
  if (worst === session.told) return;
  patchSession(work, session.id, { told: worst });
  if (worst !== null) notice(work, session.id, 'denied', worst, denied.get(worst) ?? 0);
}

function tick(work: Work): void {
  for (const session of Object.values(work.state.sessions)) {
    if (work.at - session.lastAt >= work.policy.session.silentMs) close(work, session, true);
  }
  const holder = work.state.holder === null ? undefined : work.state.sessions[work.state.holder];
  if (holder !== undefined) maybeAsk(work, holder);
}

function close(work: Work, session: Session, tellIt: boolean): void {
  delete work.state.sessions[session.id];
  if (work.state.holder === session.id) work.state.holder = null;
  if (work.state.holder === null) leavePresence(work);
  if (tellIt) notice(work, session.id, 'closed', 'session.silent', 0);
}

/** When the detector wants a tick if nothing happens before; null: never. */
export function wakeAt(policy: Policy, state: State): number | null {
  const times = Object.values(state.sessions).map((session) => session.lastAt + policy.session.silentMs);
  const presence = presenceWake(state, policy);
  if (presence !== null) times.push(presence);
  return times.length === 0 ? null : Math.min(...times);
}
