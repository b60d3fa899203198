/**
 * courseBrushing 刷课: beats that come much more rarely than the server asks for them, while the lesson plays.
 *
 * A page that is awake beats when it was asked to, give or take a timer. One that sleeps plays nothing, one that
 * is hidden has slow timers and earns nothing, and one whose thread is blocked says so: none of them is meant.
 */
import type { Rule } from '../rule.ts';
import { standing } from '../summed.ts';

/** A page that could store no more beats tells an hour in one: that is one beat. */
const MOST_OF_ONE_MS = 60_000;

interface Thresholds {
  /** Play of such beats, less what others told, that is a weak sign, and that raises an alert. */
  readonly weakMs: number;
  readonly alertMs: number;
}

interface Memory {
  readonly ms: number;
}

export const rareBeats: Rule<'rareBeats', Memory, Thresholds> = {
  name: 'rareBeats',
  code: 'courseBrushing',
  severity: 'medium',
  scope: 'session',
  thresholds: ['weakMs', 'alertMs'],
  first: { ms: 0 },
  judge(own, { claim, beat: { maxIntervalMs }, toleranceMs, thresholds }) {
    if (claim === null || claim.played === 0) return standing(own, thresholds);
    const { beat, lengthMs, played } = claim;
    const half = lengthMs / 2;
    const rare = lengthMs > maxIntervalMs + toleranceMs;
    if (!rare || played < half || beat.page[0] < half || (beat.busy ?? 0) > half) {
      if (own.ms === 0 || rare) return standing(own, thresholds);
      return standing({ ms: Math.max(0, own.ms - played) }, thresholds);
    }
    const ms = own.ms + Math.min(played, MOST_OF_ONE_MS);
    if (ms < thresholds.alertMs) return standing({ ms }, thresholds);
    const facts = { rareMs: ms, intervalMs: lengthMs, maxIntervalMs };
    return { own: { ms }, finding: { weak: 2, alert: { facts } } };
  },
};
