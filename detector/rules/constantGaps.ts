/**
 * Between one lesson's end and the next one's start lies a constant, short time, again and again. Tools go on
 * after 1 or 2 s; so do platforms that play the next lesson by themselves. It is a weak sign and accuses nobody.
 */
import { hash32 } from '../hash.ts';
import type { Judged, Rule } from '../rule.ts';

/** People need longer, or need as long by chance. */
const SHORT_MS = 10_000;
const SAME_MS = 250;

interface Thresholds {
  /** Gaps in a row of one length: odd, and a weak sign. */
  readonly oddGaps: number;
  readonly weakGaps: number;
}

interface Memory {
  readonly lesson: number;
  readonly ms: number;
  readonly gaps: number;
}

const first: Memory = { lesson: 0, ms: 0, gaps: 0 };

export const constantGaps: Rule<'constantGaps', Memory, Thresholds> = {
  name: 'constantGaps',
  code: null,
  severity: 'low',
  scope: 'person',
  thresholds: ['oddGaps', 'weakGaps'],
  first,
  judge(own, { claim, session, freeFrom, thresholds }) {
    if (claim?.starts !== true || session.startAt === null || claim.took !== null) return standing(own, thresholds);
    const lesson = hash32(session.lesson);
    if (lesson === own.lesson) return standing(own, thresholds);
    const ms = session.startAt - freeFrom;
    const equal = Math.abs(ms - own.ms) <= SAME_MS;
    // A pause between lessons ends the row, and nothing of it is worth remembering.
    if (ms > SHORT_MS) return { own: first };
    const next = { lesson, ms: equal ? own.ms : ms, gaps: equal ? own.gaps + 1 : 1 };
    return standing(next, thresholds);
  },
};

function standing(own: Memory, { oddGaps, weakGaps }: Thresholds): Judged<Memory> {
  if (own.gaps < oddGaps) return { own };
  return { own, finding: { weak: own.gaps < weakGaps ? 1 : 2 } };
}
