/**
 * backgroundPlayback 非前台播放: the window lies outside the screen while it plays. Only a weak sign: window managers,
 * remote desktops and several screens report odd places.
 */
import type { Rule } from '../rule.ts';
import { Sign, standing } from '../signs.ts';

interface Thresholds {
  /** Play with the sign after which it says something: windows are moved. */
  readonly standingMs: number;
}

interface Memory {
  readonly ms: number;
}

export const offScreen: Rule<'offScreen', Memory, Thresholds> = {
  name: 'offScreen',
  code: null,
  severity: 'low',
  scope: 'session',
  thresholds: ['standingMs'],
  first: { ms: 0 },
  judge(own, { claim, thresholds: { standingMs } }) {
    if (claim === null) return { own };
    const ms = standing(own.ms, (claim.beat.signs & Sign.offScreen) !== 0, claim.played, standingMs);
    const kept = ms === own.ms ? own : { ms };
    return ms >= standingMs ? { own: kept, finding: { weak: 2 } } : { own: kept };
  },
};
