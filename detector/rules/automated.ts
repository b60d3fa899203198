/**
 * idleAttendance 挂课: a browser that a tool drives.
 *
 * That it is one is a weak sign: old browsers lack `navigator.webdriver`, which is told by the same bit, and a library
 * that knows tools may err. One in which nothing that a hand makes came over several questions is watched by nobody.
 */
import type { Rule } from '../rule.ts';
import { Sign } from '../signs.ts';

interface Thresholds {
  /** Play without any trusted input in such a browser that raises an alert: at least two questions lie in it. */
  readonly quietMs: number;
}

interface Memory {
  /** Play without trusted input, so far. */
  readonly ms: number;
}

export const automated: Rule<'automated', Memory, Thresholds> = {
  name: 'automated',
  code: 'idleAttendance',
  severity: 'medium',
  scope: 'session',
  thresholds: ['quietMs'],
  first: { ms: 0 },
  judge(own, { claim, thresholds: { quietMs } }) {
    if (claim === null) return { own };
    const { signs, input } = claim.beat;
    const driven = signs & (Sign.webdriver | Sign.automation);
    const [pointer, key, scroll] = input;
    const ms = driven === 0 || pointer + key + scroll > 0 ? 0 : own.ms + claim.played;
    const kept = ms === own.ms ? own : { ms };
    if (driven === 0) return { own: kept };
    // Not added up: the library looks at `navigator.webdriver` as well.
    const weak = driven & Sign.automation ? 2 : 1;
    return {
      own: kept,
      finding: { weak, ...(ms >= quietMs && claim.played > 0 ? { alert: { facts: { signs, quietMs: ms } } } : {}) },
    };
  },
};
