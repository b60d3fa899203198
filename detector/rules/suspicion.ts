/**
 * idleAttendance 挂课, or what the strongest sign speaks of: weak signs that add up. None of them says
 * anything alone; each rule says for how much its own counts. A person determines what they mean (PIPL §24).
 */
import type { Rule } from '../rule.ts';

/** A shorter beat says too little for a sign to be missing in it. */
const LONG_ENOUGH_MS = 5_000;

interface Thresholds {
  /** From so many points on, questions come sooner and harder. */
  readonly askAt: number;
  /** From so many on, a release needs `holdMore` more points of right answers. */
  readonly holdAt: number;
  readonly holdMore: number;
  /** From so many on, in so many beats in a row, somebody is asked to look. */
  readonly alertAt: number;
  readonly beats: number;
  /** So long signs count after they were last seen: a fresh page does not wipe them away. */
  readonly lastsMs: number;
}

interface Memory {
  /** The most that stood at once lately, and when that was last so. */
  readonly points: number;
  readonly at: number;
  /** Beats in a row at `alertAt`. */
  readonly beats: number;
}

export const suspicion: Rule<'suspicion', Memory, Thresholds> = {
  name: 'suspicion',
  code: 'idleAttendance',
  severity: 'medium',
  scope: 'person',
  thresholds: ['askAt', 'holdAt', 'holdMore', 'alertAt', 'beats', 'lastsMs'],
  first: { points: 0, at: 0, beats: 0 },
  judge(own, { claim, at, weak, thresholds: { alertAt, beats, lastsMs } }) {
    if (claim === null || (weak.length === 0 && own.points === 0)) return { own };
    const sum = weak.reduce((all, { points }) => all + points, 0);
    const stands = at - own.at <= lastsMs ? own.points : 0;
    const short = claim.lengthMs < LONG_ENOUGH_MS;
    const next: Memory = {
      ...(sum >= stands ? { points: sum, at: sum === 0 ? 0 : at } : { points: stands, at: own.at }),
      beats: sum >= alertAt ? own.beats + 1 : short ? own.beats : 0,
    };
    if (sum < alertAt || next.beats < beats) return { own: next };
    const code = weak.toSorted((a, b) => b.points - a.points).find((one) => one.code !== null)?.code;
    const parts = weak.map(({ rule, points }) => `${rule} ${points}`).join(', ');
    return {
      own: next,
      finding: { alert: { facts: { points: sum, parts }, ...(code != null && { code }) } },
    };
  },
};
