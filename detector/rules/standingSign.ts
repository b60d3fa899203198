/**
 * backgroundPlayback 非前台播放, two rules of one shape: a sign of the page that stands for a while. Only weak signs:
 *
 * `offScreen`: the window lies outside the screen while it plays. Window managers, remote desktops and several
 * screens report odd places. `noRecord`: the browser keeps a record of its pages' visibility, and this page has
 * none: somebody took it away. An extension against tracking might.
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

function standingSign<const Name extends string>(name: Name, sign: number): Rule<Name, Memory, Thresholds> {
  return {
    name,
    code: null,
    severity: 'low',
    scope: 'session',
    thresholds: ['standingMs'],
    first: { ms: 0 },
    judge(own, { claim, thresholds: { standingMs } }) {
      if (claim === null) return { own };
      const ms = standing(own.ms, (claim.beat.signs & sign) !== 0, claim.played, standingMs);
      const kept = ms === own.ms ? own : { ms };
      return ms >= standingMs ? { own: kept, finding: { weak: 2 } } : { own: kept };
    },
  };
}

export const offScreen = standingSign('offScreen', Sign.offScreen);
export const noRecord = standingSign('noRecord', Sign.noRecord);
