/**
 * idleAttendance 挂课: nothing that a hand makes came for very long, on any page of this person. Only the weakest of
 * signs: people watch an hour without touching anything, and some assistive technology makes no such events.
 */
import type { Rule } from '../rule.ts';

interface Thresholds {
  /** Play without any trusted input: some questions were asked in it. */
  readonly quietMs: number;
}

interface Memory {
  readonly ms: number;
}

const first: Memory = { ms: 0 };

export const noHand: Rule<'noHand', Memory, Thresholds> = {
  name: 'noHand',
  code: null,
  severity: 'low',
  scope: 'person',
  thresholds: ['quietMs'],
  first,
  judge(own, { claim, thresholds: { quietMs } }) {
    if (claim === null) return { own };
    const [pointer, key, scroll] = claim.beat.input;
    const ms = pointer + key + scroll > 0 ? 0 : Math.min(quietMs, own.ms + claim.played);
    const kept = ms === own.ms ? own : ms === 0 ? first : { ms };
    return ms >= quietMs ? { own: kept, finding: { weak: 1 } } : { own: kept };
  },
};
