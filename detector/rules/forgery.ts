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

/** An interval beat that played for most of its span is comparable with its neighbours. */
const STEADY_SHARE = 0.8;
const STEADY_MS = 2_000;
/** Interval beats in a row whose `Date` ran apart from the monotonic clock. Sleep and NTP do it once. */
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

function steadyRun(beat: BeatClaim): Run | null {
  const [run] = beat.runs;
  const length = beat.span[1] - beat.span[0];
  if (beat.cause !== 'interval' || beat.runs.length !== 1 || run === undefined) return null;
  const played = run[3] - run[2];
  return played >= STEADY_MS && played >= length * STEADY_SHARE ? run : null;
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** Whether this beat, with the ones before it, is made up. Remembers what it saw. */
export function judgeForgery(work: Work, event: BeatArrived, session: Session): boolean {
  const { beat } = event;
  const { window, maxResidualMs, roundBeats, maxDateDrift } = work.policy.forgery;
  if (impossible(beat, session)) {
    raise(work, 'courseBrushing', 'forgedBeats', 'high', session, { why: 'impossibleRuns' });
    return true;
  }
  const run = steadyRun(beat);
  if (run === null) return false;

  const [mediaFrom, mediaTo, from, to] = run;
  const rate = Math.max(1, beat.player[2]) / 100;
  const residuals = [...session.residuals, mediaTo - mediaFrom - Math.round(rate * (to - from))].slice(-window);
  const round = mediaFrom % 1000 === 0 && mediaTo % 1000 === 0 ? session.roundBeats + 1 : 0;
  const length = beat.span[1] - beat.span[0];
  const drift = Math.abs(beat.clocks[0] - length);
  const hooked = drift > Math.max(DATE_SLACK_MS, length * maxDateDrift) ? session.hookedBeats + 1 : 0;
  patchSession(work, session.id, { residuals, roundBeats: round, hookedBeats: hooked });

  if (hooked >= HOOKED_BEATS) {
    raise(work, 'courseBrushing', 'clockHook', 'high', session, { dateMs: beat.clocks[0], elapsedMs: length });
  }
  if (round >= roundBeats) {
    raise(work, 'courseBrushing', 'forgedBeats', 'high', session, { why: 'roundPositions', beats: round });
    return true;
  }
  if (residuals.length === window && deviation(residuals) > maxResidualMs) {
    const sd = Math.round(deviation(residuals));
    raise(work, 'courseBrushing', 'forgedBeats', 'high', session, { why: 'residuals', residualSdMs: sd });
    return true;
  }
  return false;
}

/** Refusals at the gateway: one is an accident, several are a replay. */
export function judgeRefused(work: Work, session: Session, code: string, count: number): void {
  const refused = session.refused + count;
  patchSession(work, session.id, { refused });
  if (refused < work.policy.forgery.refusals) return;
  raise(work, 'courseBrushing', 'replayedBeats', 'high', session, { code, refused });
}
