/**
 * concurrentLogin 同一账号同时多端口登录 · multiPagePlayback 多页面播放: two rules of one shape.
 *
 * The session that plays last takes the lease; the older one is told. A handover is legal
 * (phone → desk), so an alert waits for proof of overlap: play of the older session that it
 * made, by its own clock, well after the takeover. What it made before may arrive late.
 */
import type { Rule } from '../rule.ts';
import type { AlertCode } from '../terms.ts';

interface Thresholds {
  /** Play claimed after the takeover that proves the overlap. A page that is told stops within a second or two. */
  readonly overlapMs: number;
}

interface Memory {
  readonly ms: number;
}

function secondPlace<const Name extends string>(name: Name, code: AlertCode): Rule<Name, Memory, Thresholds> {
  return {
    name,
    code,
    severity: 'high',
    scope: 'session',
    thresholds: ['overlapMs'],
    first: { ms: 0 },
    judge(own, { claim, session: { lost }, toleranceMs, thresholds }) {
      if (claim === null || lost === null || lost.code !== code) return { own };
      const from = lost.at + toleranceMs - claim.origin;
      let after = 0;
      for (const { offset, ms } of claim.sights) after += Math.max(0, offset + ms - Math.max(offset, from));
      if (after === 0) return { own };
      const ms = own.ms + after;
      if (ms < thresholds.overlapMs) return { own: { ms } };
      return { own: { ms }, finding: { alert: { facts: { takenOverAt: lost.at, overlapMs: ms }, with: [lost.by] } } };
    },
  };
}

export const secondDevice = secondPlace('secondDevice', 'concurrentLogin');
export const secondPage = secondPlace('secondPage', 'multiPagePlayback');
