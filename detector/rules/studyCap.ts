/**
 * Study for hours on end without a break earns nothing beyond a cap, until there is a break. It explains and
 * accuses nobody.
 */
import type { Rule } from '../rule.ts';

/** The end of the stretch is noted so often: a break may be measured so much too long, never too short. */
const NOTED_MS = 60_000;

interface Thresholds {
  /** The longest stretch that earns, and the least time without play that ends it. */
  readonly capMs: number;
  readonly breakMs: number;
}

interface Memory {
  /** When the stretch began, and when it was last seen to go on. */
  readonly since: number;
  readonly until: number;
}

export const studyCap: Rule<'studyCap', Memory, Thresholds> = {
  name: 'studyCap',
  code: null,
  severity: 'low',
  scope: 'person',
  thresholds: ['capMs', 'breakMs'],
  first: { since: 0, until: 0 },
  judge(own, { at, claim, session, thresholds: { capMs, breakMs } }) {
    if (claim === null || claim.played === 0 || session.lost !== null) return { own };
    const away = at - own.until;
    if (away - claim.played >= breakMs) return { own: { since: at - claim.played, until: at } };
    const next = away >= NOTED_MS ? { since: own.since, until: at } : own;
    const ms = Math.min(claim.played, at - own.since - capMs);
    return { own: next, ...(ms <= 0 ? {} : { finding: { background: { ms, reason: 'session.studyCap' } } }) };
  },
};
