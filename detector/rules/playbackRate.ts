/**
 * courseBrushing 刷课: new media shown faster than allowed.
 *
 * Judged run by run, each by its own rate, so that a second at 1.25× costs no more than
 * itself. A rate change is no accusation; keeping it up after being told is.
 */
import { measure } from '../intervals.ts';
import type { Rule } from '../rule.ts';

interface Thresholds {
  /** Fastest first viewing that earns credit (AQ 8011-2023 线上: 屏蔽快进). */
  readonly firstViewingMax: number;
  /** Media ahead of wall × max that is put down to measurement; carried between beats, paid back by honest play. */
  readonly slackMs: number;
  /** Share of the wall time that two clocks may drift apart: 2 % is far beyond any crystal. */
  readonly driftShare: number;
  /** New media shown too fast in one session that raises an alert. */
  readonly alertAfterMs: number;
}

interface Memory {
  /** Media ahead of the clock at the allowed rate. */
  readonly debtMs: number;
  /** New media that went by too fast, so far. */
  readonly fastMs: number;
}

export const playbackRate: Rule<'playbackRate', Memory, Thresholds> = {
  name: 'playbackRate',
  code: 'courseBrushing',
  severity: 'medium',
  scope: 'session',
  thresholds: ['firstViewingMax', 'slackMs', 'driftShare', 'alertAfterMs'],
  first: { debtMs: 0, fastMs: 0 },
  judge(own, { claim, thresholds }) {
    if (claim === null || claim.sights.length === 0) return { own };
    const { firstViewingMax, slackMs, driftShare, alertAfterMs } = thresholds;
    let { debtMs, fastMs } = own;
    const unpaid = claim.sights.map(({ fresh, freshMs }) => {
      const media = measure(fresh);
      // Honest play pays the debt back: it is always a little behind the rate plus drift.
      debtMs = Math.max(0, debtMs + media - freshMs * firstViewingMax * (1 + driftShare));
      if (debtMs <= slackMs) return null;
      debtMs = 0;
      fastMs += media;
      return 'courseBrushing.playbackRate' as const;
    });
    if (fastMs === own.fastMs) return debtMs === own.debtMs ? { own } : { own: { debtMs, fastMs } };
    const facts = { fastMs, rate: claim.beat.player[2] / 100 };
    return {
      own: { debtMs, fastMs },
      finding: { unpaid, ...(fastMs >= alertAfterMs ? { alert: { facts } } : {}) },
    };
  },
};
