/**
 * courseBrushing 刷课: the server draws when each next beat is wanted, uniformly; a page keeps to it. Beats of a
 * constant 10 s, or with a small jitter of their own, spread much less than what was asked for.
 *
 * Compared is the variance over a window of beats that nothing but the interval brought about. With 40 of
 * them the variance of a page that keeps to the draw lies within 14 % (sd) of what is expected: a third of it
 * is 5 sd away. A page without a line beats at one constant pace, and hidden ones wait for the alert's moment:
 * neither counts.
 */
import type { Judged, Rule } from '../rule.ts';

/** Changes of the player cut intervals short, and then those that are left are not the draw's: at most one in eight. */
const MOST_CUT = 1 / 8;
/** A server that asks for a constant interval learns nothing. */
const LEAST_RANGE_MS = 2_000;

interface Thresholds {
  /** Intervals looked at together. */
  readonly window: number;
  /** A window with less than this share of the expected variance is stiff; so many stiff ones in a row raise an alert. */
  readonly share: number;
  readonly windows: number;
}

interface Memory {
  readonly n: number;
  readonly cut: number;
  /** Of the intervals, less the middle of the range: their sum, and that of their squares. */
  readonly sum: number;
  readonly squares: number;
  readonly stiff: number;
}

const first: Memory = { n: 0, cut: 0, sum: 0, squares: 0, stiff: 0 };

export const constantCadence: Rule<'constantCadence', Memory, Thresholds> = {
  name: 'constantCadence',
  code: 'courseBrushing',
  severity: 'medium',
  scope: 'session',
  thresholds: ['window', 'share', 'windows'],
  first,
  judge(own, { claim, beat: { minIntervalMs, maxIntervalMs }, thresholds }) {
    const range = maxIntervalMs - minIntervalMs;
    if (claim === null || claim.late || claim.played === 0 || range < LEAST_RANGE_MS) return standing(own);
    const { beat, lengthMs } = claim;
    if (beat.page[0] < lengthMs / 2) return standing(own);
    if (beat.cause !== 'interval') return standing(own.n === 0 ? own : { ...own, cut: own.cut + 1 });
    const off = lengthMs - (minIntervalMs + maxIntervalMs) / 2;
    const [n, sum, squares] = [own.n + 1, own.sum + off, own.squares + off * off];
    if (n < thresholds.window) return standing({ n, cut: own.cut, sum, squares, stiff: own.stiff });
    if (own.cut > n * MOST_CUT) return standing({ ...first, stiff: own.stiff });
    const variance = squares / n - (sum / n) ** 2;
    const stiff = variance < (thresholds.share * range * range) / 12 ? own.stiff + 1 : 0;
    if (stiff < thresholds.windows) return standing({ ...first, stiff });
    const facts = { intervals: n * stiff, spreadMs: Math.round(Math.sqrt(variance)), minIntervalMs, maxIntervalMs };
    return { own: { ...first, stiff }, finding: { weak: 2, alert: { facts } } };
  },
};

function standing(own: Memory): Judged<Memory> {
  return own.stiff > 0 ? { own, finding: { weak: 2 } } : { own };
}
