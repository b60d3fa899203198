/**
 * courseBrushing 刷课: a lesson sampled instead of watched. Seeking covers nothing and is
 * nobody's crime; skipping over most of a lesson again and again is worth a look.
 */
import { clip, measure, subtract } from '../intervals.ts';
import type { Rule } from '../rule.ts';

interface Thresholds {
  /** Unseen media skipped in one session, as a share of the lesson, over at least so many jumps. */
  readonly flagShare: number;
  readonly jumps: number;
}

interface Memory {
  readonly skippedMs: number;
  readonly jumps: number;
}

export const seekAhead: Rule<'seekAhead', Memory, Thresholds> = {
  name: 'seekAhead',
  code: 'courseBrushing',
  severity: 'low',
  scope: 'session',
  thresholds: ['flagShare', 'jumps'],
  first: { skippedMs: 0, jumps: 0 },
  judge(own, { claim, session: { lessonMs }, covered, thresholds }) {
    if (claim === null) return { own };
    let { skippedMs, jumps } = own;
    for (const [from, to] of claim.beat.seeks) {
      if (to <= from) continue;
      let skipped = clip([[from, to]], 0, lessonMs);
      for (const set of covered) skipped = subtract(skipped, set);
      // Someone who looks for a place jumps a little; someone who samples jumps over a tenth.
      if (measure(skipped) < lessonMs / 10) continue;
      skippedMs += measure(skipped);
      jumps += 1;
    }
    if (jumps === own.jumps) return { own };
    const worth = jumps >= thresholds.jumps && skippedMs >= thresholds.flagShare * lessonMs;
    const share = Math.round((100 * skippedMs) / lessonMs) / 100;
    return { own: { skippedMs, jumps }, ...(worth ? { finding: { alert: { facts: { jumps, share } } } } : {}) };
  },
};
