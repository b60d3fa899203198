/**
 * courseBrushing 刷课: beats that are said to have waited for a connection, or carry a nonce that is too old, from
 * a page whose line was evidently up.
 *
 * An outage is a silence, and then what had waited comes in one burst: all of it was made before the first of
 * it arrived. A beat that was made after the last one had arrived, and arrived itself when the next one was due,
 * waited for an outage of its own that nobody could notice. A line that flaps does that now and then; beat after
 * beat it is a label, or a store of beats that were sealed in advance.
 */
import type { Rule } from '../rule.ts';
import { standing } from '../summed.ts';

/** Play that was told as it should be makes good so much of its length. */
const MADE_GOOD = 1 / 4;

interface Thresholds {
  /** Play of such beats, beyond what others made good, that is a weak sign, and that raises an alert. */
  readonly weakMs: number;
  readonly alertMs: number;
}

interface Memory {
  readonly ms: number;
}

export const lateLabel: Rule<'lateLabel', Memory, Thresholds> = {
  name: 'lateLabel',
  code: 'courseBrushing',
  severity: 'medium',
  scope: 'session',
  thresholds: ['weakMs', 'alertMs'],
  first: { ms: 0 },
  judge(own, { at, event, claim, session, beat, toleranceMs, thresholds }) {
    if (event.kind !== 'beat' || claim === null || claim.played === 0) return standing(own, thresholds);
    const madeAt = claim.origin + claim.beat.span[1];
    const unnoticed = at - session.lastAt <= beat.maxIntervalMs + toleranceMs && madeAt > session.lastAt;
    if (!event.queued || !unnoticed) {
      if (own.ms === 0 || event.queued) return standing(own, thresholds);
      return standing({ ms: Math.max(0, own.ms - Math.round(claim.played * MADE_GOOD)) }, thresholds);
    }
    const ms = own.ms + claim.played;
    if (ms < thresholds.alertMs) return standing({ ms }, thresholds);
    return { own: { ms }, finding: { weak: 2, alert: { facts: { labelledMs: ms, alertMs: thresholds.alertMs } } } };
  },
};
