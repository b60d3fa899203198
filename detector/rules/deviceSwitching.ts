/**
 * concurrentLogin 同一账号同时多端口登录: devices take turns faster than a person can. One device after another plays
 * for seconds, and each stops before `secondDevice` could see that two play at once.
 *
 * Going from the phone to the desk takes a minute and happens a few times a day. A browser that keeps nothing is
 * another device after each reload: several in a row of a page that does not work are not yet eight.
 */
import { hash32 } from '../hash.ts';
import type { Rule } from '../rule.ts';

interface Thresholds {
  /** So many changes of the device that plays, within so long, raise an alert; half of them are a weak sign. */
  readonly switches: number;
  readonly withinMs: number;
}

interface Memory {
  /** The device that played last. */
  readonly device: number;
  /** When others took its place, the last ones. */
  readonly ats: readonly number[];
}

export const deviceSwitching: Rule<'deviceSwitching', Memory, Thresholds> = {
  name: 'deviceSwitching',
  code: 'concurrentLogin',
  severity: 'medium',
  scope: 'person',
  thresholds: ['switches', 'withinMs'],
  first: { device: 0, ats: [] },
  judge(own, { at, claim, session, thresholds: { switches, withinMs } }) {
    if (claim === null || claim.played === 0 || session.lost !== null) return { own };
    const device = hash32(session.device);
    const moved = device !== own.device;
    if (!moved && own.ats.length === 0) return { own };
    const recent = own.ats.filter((one) => at - one <= withinMs);
    const ats = moved && own.device !== 0 ? [...recent, at].slice(-switches) : recent;
    const next = moved || ats.length !== own.ats.length ? { device, ats } : own;
    if (ats.length < switches / 2) return { own: next };
    const alert = { facts: { switches: ats.length, inMs: at - (ats[0] ?? at) } };
    return { own: next, finding: { weak: 2, ...(moved && ats.length >= switches ? { alert } : {}) } };
  },
};
