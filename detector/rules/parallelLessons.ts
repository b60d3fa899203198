/**
 * multiPagePlayback 多页面播放 · concurrentLogin 多端口登录: several pages that all claim the same minutes.
 *
 * `secondPage` and `secondDevice` see an older page that plays on after it lost the lease. Pages that stop when
 * they are told, and open again at once, never do: but the play that each of them tells when it takes the lease
 * was made while another one played. A page of ours tells its first play within a second, so there is nothing to
 * overlap; and nobody takes turns between pages twelve times in ten minutes by hand.
 */
import type { Judged, Rule } from '../rule.ts';

interface Thresholds {
  /** Play claimed twice, over at least so many takeovers, that raises an alert; a third of it is a weak sign. */
  readonly overlapMs: number;
  readonly takeovers: number;
  /** So many takeovers raise one without any overlap. All within so long. */
  readonly turns: number;
  readonly withinMs: number;
}

interface Memory {
  /** When the takeovers began that are counted. */
  readonly since: number;
  readonly takeovers: number;
  readonly ms: number;
}

export const parallelLessons: Rule<'parallelLessons', Memory, Thresholds> = {
  name: 'parallelLessons',
  code: 'multiPagePlayback',
  severity: 'medium',
  scope: 'person',
  thresholds: ['overlapMs', 'takeovers', 'turns', 'withinMs'],
  first: { since: 0, takeovers: 0, ms: 0 },
  judge(own, { at, claim, toleranceMs, thresholds }) {
    const took = claim?.took ?? null;
    const over = own.takeovers > 0 && at - own.since > thresholds.withinMs;
    if (claim === null || took === null) return over ? { own: parallelLessons.first } : standing(own, thresholds);
    // What waited for a connection was made when nobody could be told.
    const twice = claim.late ? 0 : Math.max(0, Math.min(claim.played, took.overlapMs) - toleranceMs);
    const before = over || own.takeovers === 0 ? { since: at, takeovers: 0, ms: 0 } : own;
    const next = { ...before, takeovers: before.takeovers + 1, ms: before.ms + twice };
    const overlaps = next.ms >= thresholds.overlapMs && next.takeovers >= thresholds.takeovers;
    if (!overlaps && next.takeovers < thresholds.turns) return standing(next, thresholds);
    const facts = { overlapMs: next.ms, takeovers: next.takeovers, inMs: at - next.since };
    const code = took.sameDevice ? 'multiPagePlayback' : 'concurrentLogin';
    return { own: next, finding: { weak: 2, alert: { facts, code, with: [took.from] } } };
  },
};

function standing(own: Memory, { overlapMs, turns }: Thresholds): Judged<Memory> {
  return own.ms >= overlapMs / 3 || own.takeovers >= turns / 2 ? { own, finding: { weak: 2 } } : { own };
}
