/** idleAttendance 挂课: activity that only a script produces. */
import type { Rule } from '../rule.ts';

/** Too short to say anything; a beat's cause is the page's own word and says nothing at all. */
const LONG_ENOUGH_MS = 2_000;

interface Thresholds {
  /** Assistive software sends a few synthetic events; a fake mouse sends them steadily and nothing else. */
  readonly events: number;
  /** Beats in a row. */
  readonly beats: number;
}

interface Memory {
  readonly beats: number;
}

export const syntheticInput: Rule<'syntheticInput', Memory, Thresholds> = {
  name: 'syntheticInput',
  code: 'idleAttendance',
  severity: 'medium',
  scope: 'session',
  thresholds: ['events', 'beats'],
  first: { beats: 0 },
  judge(own, { claim, thresholds }) {
    if (claim === null || claim.lengthMs < LONG_ENOUGH_MS) return { own };
    const [pointer, key, scroll, synthetic] = claim.beat.input;
    if (synthetic < thresholds.events || pointer + key + scroll > 0)
      return own.beats === 0 ? { own } : { own: { beats: 0 } };
    const beats = own.beats + 1;
    if (beats < thresholds.beats) return { own: { beats } };
    return { own: { beats }, finding: { alert: { facts: { beats, events: synthetic } } } };
  },
};
