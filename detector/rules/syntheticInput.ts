/**
 * idleAttendance 挂课: activity that only a script produces. What plays meanwhile is denied with the beat that
 * tells it, and the trainee is told at once; an alert wants it again and again.
 */
import type { Rule } from '../rule.ts';

/** Shorter beats are put together until they say something. */
const LONG_ENOUGH_MS = 2_000;

interface Thresholds {
  /** Assistive software sends a few synthetic events; a fake mouse sends them steadily and nothing else. */
  readonly events: number;
  /** Beats in a row. */
  readonly beats: number;
}

interface Memory {
  readonly beats: number;
  /** Of beats that are too short alone. */
  readonly ms: number;
  readonly events: number;
}

const reason = 'idleAttendance.syntheticInput';
const first: Memory = { beats: 0, ms: 0, events: 0 };

export const syntheticInput: Rule<'syntheticInput', Memory, Thresholds> = {
  name: 'syntheticInput',
  code: 'idleAttendance',
  severity: 'medium',
  scope: 'session',
  thresholds: ['events', 'beats'],
  first,
  judge(own, { claim, thresholds }) {
    if (claim === null) return { own };
    const { beat, lengthMs, played } = claim;
    const [pointer, key, scroll, synthetic] = beat.input;
    const nothingYet = own.beats === 0 && own.events === 0;
    if (pointer + key + scroll > 0 || (synthetic === 0 && nothingYet)) return { own: nothingYet ? own : first };
    const [ms, events] = [own.ms + lengthMs, own.events + synthetic];
    const enough = events >= thresholds.events;
    if (ms < LONG_ENOUGH_MS && !enough) return { own: { ...own, ms, events } };
    if (!enough) return { own: first };
    const beats = own.beats + 1;
    return {
      own: { beats, ms: 0, events: 0 },
      finding: {
        weak: 2,
        ...(played > 0 ? { background: { ms: played, reason }, warn: reason } : {}),
        ...(beats >= thresholds.beats ? { alert: { facts: { beats, events } } } : {}),
      },
    };
  },
};
