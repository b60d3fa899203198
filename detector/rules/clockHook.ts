/**
 * courseBrushing 刷课: the page's `Date` runs apart from its monotonic clock, beat after beat.
 * Sleep and NTP do it once, or twice in a bad minute. Only told: server time decides what counts.
 */
import type { Rule } from '../rule.ts';

/** Shorter beats say nothing. */
const LONG_ENOUGH_MS = 2_000;
const SLACK_MS = 1_000;

interface Thresholds {
  /** `Date` may drift from the monotonic clock by this share. */
  readonly maxDateDrift: number;
  /** Beats in a row. */
  readonly beats: number;
}

interface Memory {
  readonly beats: number;
}

export const clockHook: Rule<'clockHook', Memory, Thresholds> = {
  name: 'clockHook',
  code: 'courseBrushing',
  severity: 'high',
  scope: 'session',
  thresholds: ['maxDateDrift', 'beats'],
  first: { beats: 0 },
  judge(own, { claim, thresholds }) {
    if (claim === null || claim.lengthMs < LONG_ENOUGH_MS) return { own };
    const dateMs = claim.beat.clocks[0];
    const apart = Math.abs(dateMs - claim.lengthMs) > Math.max(SLACK_MS, claim.lengthMs * thresholds.maxDateDrift);
    if (!apart) return own.beats === 0 ? { own } : { own: { beats: 0 } };
    const beats = own.beats + 1;
    if (beats < thresholds.beats) return { own: { beats } };
    return { own: { beats }, finding: { alert: { facts: { dateMs, elapsedMs: claim.lengthMs } } } };
  },
};
