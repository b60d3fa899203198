/**
 * More hours in one day than a day's study earns nothing beyond (D-DAYCAP). It explains and accuses nobody:
 * studying long is no offence.
 *
 * Counted is what the person has earned (credited or held) since the day's first play. The day is that of
 * China, which has one time zone and no summer time: UTC+8, by arithmetic alone.
 */
import type { Rule } from '../rule.ts';

const DAY_MS = 86_400_000;
const CHINA_MS = 8 * 3_600_000;
/** So close to the cap, each beat is looked at. */
const CLOSE_MS = 60_000;

interface Thresholds {
  /** What one day earns at most. */
  readonly capMs: number;
}

interface Memory {
  readonly day: number;
  /** What was earned before this day, over all lessons. */
  readonly before: number;
  /** The cap cannot be reached before then: nobody earns faster than the clock. */
  readonly lookAt: number;
}

export const dayCap: Rule<'dayCap', Memory, Thresholds> = {
  name: 'dayCap',
  code: null,
  severity: 'low',
  scope: 'person',
  thresholds: ['capMs'],
  first: { day: 0, before: 0, lookAt: 0 },
  judge(own, { at, claim, session, earnedMs, thresholds: { capMs } }) {
    if (claim === null || claim.played === 0 || session.lost !== null) return { own };
    const day = Math.floor((at + CHINA_MS) / DAY_MS);
    if (day === own.day && at < own.lookAt) return { own };
    const earned = earnedMs();
    const today = day === own.day ? own : { day, before: earned, lookAt: at };
    const left = Math.max(0, capMs - (earned - today.before));
    // What had waited for a connection may be told faster than the clock: half of the way is safe.
    if (left > CLOSE_MS) return { own: { ...today, lookAt: at + Math.floor(left / 2) } };
    const ms = Math.max(0, claim.played - left);
    return { own: today, ...(ms === 0 ? {} : { finding: { background: { ms, reason: 'session.dayCap' } } }) };
  },
};
