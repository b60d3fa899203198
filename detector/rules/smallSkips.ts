/**
 * courseBrushing 刷课: a lesson sampled in small pieces, a little played and a little skipped. `seekAhead` looks at
 * jumps over a tenth of the lesson; these are shorter, and only together are they most of it.
 *
 * Skipping earns nothing and is nobody's crime. Somebody who looks for a place presses a key again and again, or
 * drags, and nothing plays between: that does not count.
 */
import { clip, measure, subtract } from '../intervals.ts';
import type { Judged, Rule } from '../rule.ts';

/** A longer jump is `seekAhead`'s. */
const SMALL_SHARE = 1 / 10;
/** So much play between two jumps is not looking for a place. */
const PLAYED_MS = 500;

interface Thresholds {
  /** Unseen media skipped in one session, as a share of the lesson, over at least so many jumps. */
  readonly flagShare: number;
  readonly jumps: number;
}

interface Memory {
  readonly skippedMs: number;
  readonly jumps: number;
}

export const smallSkips: Rule<'smallSkips', Memory, Thresholds> = {
  name: 'smallSkips',
  code: 'courseBrushing',
  severity: 'low',
  scope: 'session',
  thresholds: ['flagShare', 'jumps'],
  first: { skippedMs: 0, jumps: 0 },
  judge(own, { claim, session: { lessonMs }, covered, thresholds }) {
    if (claim === null || claim.beat.seeks.length === 0 || claim.played < PLAYED_MS) {
      return standing(own, lessonMs, thresholds);
    }
    let { skippedMs, jumps } = own;
    for (const [from, to] of claim.beat.seeks) {
      if (to <= from) continue;
      let skipped = clip([[from, to]], 0, lessonMs);
      for (const set of covered) skipped = subtract(skipped, set);
      const ms = measure(skipped);
      if (ms === 0 || ms >= lessonMs * SMALL_SHARE) continue;
      skippedMs += ms;
      jumps += 1;
    }
    if (jumps === own.jumps) return standing(own, lessonMs, thresholds);
    const next = { skippedMs, jumps };
    if (jumps < thresholds.jumps || skippedMs < thresholds.flagShare * lessonMs) {
      return standing(next, lessonMs, thresholds);
    }
    const facts = { jumps, share: Math.round((100 * skippedMs) / lessonMs) / 100 };
    return { own: next, finding: { weak: 1, alert: { facts } } };
  },
};

/** Half of what raises an alert is odd. */
function standing(own: Memory, lessonMs: number, { flagShare, jumps }: Thresholds): Judged<Memory> {
  const odd = own.jumps >= jumps / 2 && own.skippedMs >= (flagShare / 2) * lessonMs;
  return odd ? { own, finding: { weak: 1 } } : { own };
}
