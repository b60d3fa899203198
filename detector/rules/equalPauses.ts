/**
 * courseBrushing 刷课: pauses of exactly one length. Tools pause for 60.000 s now and then so as to look human, or
 * wait 1.000 s after each pause that they undo.
 *
 * Two pauses of people, who pause for 3 to 90 s, are equal within a quarter of a second in 0.6 % of cases.
 */
import type { Judged, Rule } from '../rule.ts';

/** The server's clock is seen through the network's jitter. */
const SAME_MS = 250;
/** Shorter ones are a player's own. */
const SHORT_MS = 500;

interface Thresholds {
  /** So many pauses in a row of one length are a weak sign, and raise an alert. */
  readonly weakPauses: number;
  readonly alertPauses: number;
}

interface Memory {
  /** Since when it is paused, server time; 0: it is not, as far as is known. */
  readonly from: number;
  readonly ms: number;
  readonly pauses: number;
}

export const equalPauses: Rule<'equalPauses', Memory, Thresholds> = {
  name: 'equalPauses',
  code: 'courseBrushing',
  severity: 'low',
  scope: 'person',
  thresholds: ['weakPauses', 'alertPauses'],
  first: { from: 0, ms: 0, pauses: 0 },
  judge(own, { claim, session, thresholds }) {
    if (claim === null) return standing(own, thresholds);
    const { beat, origin } = claim;
    const run = beat.runs[0];
    if (run === undefined || own.from === 0) {
      const begins = beat.player[0] === 'paused' && (run !== undefined || session.state === 'playing');
      const end = beat.runs.at(-1)?.[3] ?? beat.span[0];
      return standing(begins ? { ...own, from: origin + end } : own, thresholds);
    }
    const ms = origin + run[2] - own.from;
    if (ms < SHORT_MS) return standing({ ...own, from: 0 }, thresholds);
    const equal = Math.abs(ms - own.ms) <= SAME_MS;
    const next = equal ? { from: 0, ms: own.ms, pauses: own.pauses + 1 } : { from: 0, ms, pauses: 1 };
    if (next.pauses < thresholds.alertPauses) return standing(next, thresholds);
    return { own: next, finding: { weak: 2, alert: { facts: { pauses: next.pauses, pauseMs: next.ms } } } };
  },
};

function standing(own: Memory, { weakPauses }: Thresholds): Judged<Memory> {
  return own.pauses >= weakPauses ? { own, finding: { weak: 2 } } : { own };
}
