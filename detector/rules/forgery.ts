/**
 * courseBrushing 刷课, without a player: beats that no media element produced.
 *
 * Measured: in a real player the residual of media against elapsed time has sd 3 ms, max
 * 8 ms, and positions are never round; made-up beats advance by exact amounts, or jitter both
 * sides independently so that the residual's sd is hundreds of milliseconds.
 */
import type { BeatArrived, BeatClaim, Run } from '../event.ts';
import type { Session } from '../state.ts';
import { patchSession, raise, type Work } from '../work.ts';

/** Uninterrupted play of this length is comparable with the next; shorter pieces are joined until it is. */
const STRETCH_MS = 2_000;
/** Pieces this close belong together. */
const JOIN_MS = 60;
/** Beats in a row whose `Date` ran apart from the monotonic clock. Sleep and NTP do it once. */
const HOOKED_BEATS = 3;
const DATE_SLACK_MS = 1_000;

/** Offsets are rounded separately: neighbours may disagree by a few milliseconds without meaning anything. */
const ROUNDING_MS = 5;

/** Runs that cannot have happened: out of order, outside the span, or before what was already told. */
export function impossible(beat: BeatClaim, session: Session): boolean {
  if (beat.span[0] < session.offset - ROUNDING_MS) return true;
  let edge = beat.span[0];
  for (const [, , from, to] of beat.runs) {
    if (from < edge - ROUNDING_MS || to > beat.span[1] + ROUNDING_MS) return true;
    edge = to;
  }
  return false;
}

/** Joins the beat's runs to what came before; the stretches that are long enough now, and the rest. */
function stretches(begun: Run | null, runs: readonly Run[]): { done: readonly Run[]; rest: Run | null } {
  const done: Run[] = [];
  let open = begun;
  for (const run of runs) {
    const joins = open !== null && Math.abs(run[0] - open[1]) <= JOIN_MS && run[2] - open[3] <= JOIN_MS;
    open = joins && open !== null ? [open[0], run[1], open[2], run[3]] : run;
    if (open[3] - open[2] < STRETCH_MS) continue;
    done.push(open);
    open = null;
  }
  return { done, rest: open };
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** Whether this beat, with the ones before it, is made up. Remembers what it saw. */
export function judgeForgery(work: Work, event: BeatArrived, session: Session): boolean {
  const { beat } = event;
  if (impossible(beat, session)) {
    raise(work, 'courseBrushing', 'forgedBeats', 'high', session, { why: 'impossibleRuns' });
    return true;
  }
  judgeClock(work, beat, session);
  const { window, maxResidualMs, roundStretches } = work.policy.forgery;
  const { done, rest } = stretches(session.stretch, beat.runs);
  const rate = Math.max(1, beat.player[2]) / 100;
  let { residuals, roundStretches: round } = session;
  for (const [mediaFrom, mediaTo, from, to] of done) {
    residuals = [...residuals, mediaTo - mediaFrom - Math.round(rate * (to - from))].slice(-window);
    round = mediaFrom % 1000 === 0 && mediaTo % 1000 === 0 ? round + 1 : 0;
  }
  patchSession(work, session.id, { stretch: rest, residuals, roundStretches: round });

  if (round >= roundStretches) {
    raise(work, 'courseBrushing', 'forgedBeats', 'high', session, { why: 'roundPositions', stretches: round });
    return true;
  }
  if (residuals.length === window && deviation(residuals) > maxResidualMs) {
    const sd = Math.round(deviation(residuals));
    raise(work, 'courseBrushing', 'forgedBeats', 'high', session, { why: 'residuals', residualSdMs: sd });
    return true;
  }
  return false;
}

/** `Date` against the monotonic clock. Only told: server time decides what counts. */
function judgeClock(work: Work, beat: BeatClaim, session: Session): void {
  const length = beat.span[1] - beat.span[0];
  if (length < STRETCH_MS) return;
  const drift = Math.abs(beat.clocks[0] - length);
  const apart = drift > Math.max(DATE_SLACK_MS, length * work.policy.forgery.maxDateDrift);
  const hooked = apart ? session.hookedBeats + 1 : 0;
  patchSession(work, session.id, { hookedBeats: hooked });
  if (hooked < HOOKED_BEATS) return;
  raise(work, 'courseBrushing', 'clockHook', 'high', session, { dateMs: beat.clocks[0], elapsedMs: length });
}

/** Refusals at the gateway: one is an accident, several are a replay. */
export function judgeRefused(work: Work, session: Session, code: string, count: number): void {
  const refused = session.refused + count;
  patchSession(work, session.id, { refused });
  if (refused < work.policy.forgery.refusals) return;
  raise(work, 'courseBrushing', 'replayedBeats', 'high', session, { code, refused });
}
