/** courseBrushing 刷课: refusals at the gateway. One is an accident, several are a replay. */
import type { Rule } from '../rule.ts';

interface Thresholds {
  /** Refused beats (bad MAC, replay, wrong nonce) in one session that raise an alert. */
  readonly refusals: number;
}

interface Memory {
  readonly refused: number;
}

export const replayedBeats: Rule<'replayedBeats', Memory, Thresholds> = {
  name: 'replayedBeats',
  code: 'courseBrushing',
  severity: 'high',
  scope: 'session',
  thresholds: ['refusals'],
  first: { refused: 0 },
  judge(own, { event, thresholds }) {
    if (event.kind !== 'refused') return { own };
    const refused = own.refused + event.count;
    if (refused < thresholds.refusals) return { own: { refused } };
    return { own: { refused }, finding: { alert: { facts: { code: event.code, refused } } } };
  },
};
