/** idleAttendance 挂课: a lesson that played on until what was held could no longer be proven. */
import type { Rule } from '../rule.ts';

interface Thresholds {
  /** Held time lost in one go. */
  readonly lapsedMs: number;
}

export const presenceGap: Rule<'presenceGap', null, Thresholds> = {
  name: 'presenceGap',
  code: 'idleAttendance',
  severity: 'medium',
  scope: 'person',
  thresholds: ['lapsedMs'],
  first: null,
  judge(own, { news: { lapsedMs }, maxGapMs, thresholds }) {
    if (lapsedMs < thresholds.lapsedMs) return { own };
    return { own, finding: { alert: { facts: { lapsedMs, maxGapMs } } } };
  },
};
