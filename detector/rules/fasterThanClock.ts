/**
 * courseBrushing 刷课: the browser's clock runs further than the server's. A hooked clock or a
 * made-up history does it all the time; a stepped or drifting clock once, or by little. What
 * exceeds the clock is never paid (law 4); this rule says when it is a lie.
 */
import type { Rule } from '../rule.ts';

interface Thresholds {
  /** Time claimed beyond the server's, in all, less what drift forgives. */
  readonly aheadMs: number;
  /** Share of the server's time that is forgiven as drift. */
  readonly driftShare: number;
}

interface Memory {
  readonly aheadMs: number;
  readonly at: number;
}

const first: Memory = { aheadMs: 0, at: 0 };

export const fasterThanClock: Rule<'fasterThanClock', Memory, Thresholds> = {
  name: 'fasterThanClock',
  code: 'courseBrushing',
  severity: 'high',
  scope: 'session',
  thresholds: ['aheadMs', 'driftShare'],
  first,
  judge(own, { claim, at, thresholds }) {
    if (claim === null || (claim.aheadMs === 0 && own.aheadMs === 0)) return { own };
    const forgiven = thresholds.driftShare * (at - own.at);
    const aheadMs = Math.max(0, own.aheadMs - forgiven) + claim.aheadMs;
    if (aheadMs === 0) return { own: first };
    if (aheadMs <= thresholds.aheadMs) return { own: { aheadMs, at } };
    return {
      own: { aheadMs, at },
      finding: {
        refuse: 'courseBrushing.fasterThanClock',
        alert: { facts: { aheadMs: Math.round(aheadMs) } },
      },
    };
  },
};
