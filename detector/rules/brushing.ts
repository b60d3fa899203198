/**
 * courseBrushing 刷课, the fast ways: playing faster than allowed, jumping over the lesson,
 * claiming more time than passed.
 */

import { covered, type Sight } from '../credit.ts';
import type { BeatArrived } from '../event.ts';
import { clip, holds, measure, subtract } from '../intervals.ts';
import type { Session } from '../state.ts';
import { patchSession, raise, type Work } from '../work.ts';

/** Rates are sent × 100; a player set to 1.05 is still 1. */
const RATE_ROUNDING = 5;
/** The browser's session clock starts after the server's, so it can never be ahead by more than drift. */
const AHEAD_SLACK_MS = 1_000;

/** Whether new media went by faster than policy allows; small leads are carried from beat to beat. */
export function judgeRate(work: Work, session: Session, sights: readonly Sight[]): boolean {
  const { firstViewingMax, slackMs, driftShare } = work.policy.rate;
  // Honest play pays the debt back: it is always a little behind the rate plus drift.
  let ahead = 0;
  for (const { freshMs, fresh } of sights) ahead += measure(fresh) - freshMs * firstViewingMax * (1 + driftShare);
  const debt = Math.max(0, session.rateDebt + ahead);
  const tooFast = debt > slackMs;
  patchSession(work, session.id, { rateDebt: tooFast ? 0 : debt });
  return tooFast;
}

/** Says so at the moment the rate is set, if what plays next is new. */
export function alertRate(work: Work, event: BeatArrived, session: Session, tooFast: boolean): void {
  const [state, position, rate] = event.beat.player;
  const over = rate > work.policy.rate.firstViewingMax * 100 + RATE_ROUNDING;
  const seen = covered(work, session.lesson).some((set) => holds(set, position));
  if (!tooFast && !(over && state === 'playing' && !seen)) return;
  raise(work, 'courseBrushing', 'playbackRate', 'medium', session, { rate: rate / 100, measured: tooFast });
}

/** A forward jump over a large unseen part. Seeking covers nothing; the jump itself is worth a look. */
export function alertSeek(work: Work, event: BeatArrived, session: Session): void {
  for (const [from, to] of event.beat.seeks) {
    if (to <= from) continue;
    let skipped = clip([[from, to]], 0, session.lessonMs);
    for (const set of covered(work, session.lesson)) skipped = subtract(skipped, set);
    const share = measure(skipped) / session.lessonMs;
    if (share < work.policy.seek.flagShare) continue;
    raise(work, 'courseBrushing', 'seekAhead', 'low', session, { from, to, share: Math.round(share * 100) / 100 });
  }
}

/**
 * The browser's clock says more time passed since the session opened than passed here: a
 * hooked clock or a made-up history. Delay can only make it less.
 */
export function aheadOfClock(work: Work, event: BeatArrived, session: Session): boolean {
  const ahead = event.beat.span[1] - (work.at - session.openedAt);
  if (ahead <= work.policy.clock.toleranceMs + AHEAD_SLACK_MS) return false;
  raise(work, 'courseBrushing', 'fasterThanClock', 'high', session, { aheadMs: ahead });
  return true;
}
