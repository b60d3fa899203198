/**
 * idleAttendance 挂课: proofs that were due while the lesson played, and missed, one after another. Any
 * answer, also a wrong one, is of somebody who is there.
 */
import type { Rule } from '../rule.ts';

interface Thresholds {
  /** In a row. Anyone misses one. */
  readonly misses: number;
}

interface Memory {
  readonly misses: number;
}

export const promptMissed: Rule<'promptMissed', Memory, Thresholds> = {
  name: 'promptMissed',
  code: 'idleAttendance',
  severity: 'medium',
  scope: 'person',
  thresholds: ['misses'],
  first: { misses: 0 },
  judge(own, { news, thresholds }) {
    if (news.given !== null) return own.misses === 0 ? { own } : { own: { misses: 0 } };
    if (!news.missed) return { own };
    const misses = own.misses + 1;
    return { own: { misses }, ...(misses >= thresholds.misses ? { finding: { alert: { facts: { misses } } } } : {}) };
  },
};
