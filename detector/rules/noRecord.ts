/**
 * backgroundPlayback 非前台播放: the browser keeps a record of its pages' visibility, and this page has none: somebody
 * took it away. Only a weak sign: an extension against tracking might.
 */
import type { Rule } from '../rule.ts';
import { Sign, standing } from '../signs.ts';

interface Thresholds {
  /** Play with the sign after which it says something. */
  readonly standingMs: number;
}

interface Memory {
  readonly ms: number;
}

export const noRecord: Rule<'noRecord', Memory, Thresholds> = {
  name: 'noRecord',
  code: null,
  severity: 'low',
  scope: 'session',
  thresholds: ['standingMs'],
  first: { ms: 0 },
  judge(own, { claim, thresholds: { standingMs } }) {
    if (claim === null) return { own };
    const ms = standing(own.ms, (claim.beat.signs & Sign.noRecord) !== 0, claim.played, standingMs);
    const kept = ms === own.ms ? own : { ms };
    return ms >= standingMs ? { own: kept, finding: { weak: 2 } } : { own: kept };
  },
};
