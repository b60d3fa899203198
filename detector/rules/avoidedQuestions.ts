/**
 * idleAttendance 挂课: questions that get no answer, whatever the way: paused on, left by a fresh page, waited out in
 * silence, played past. Each way alone is also an honest person's; most of the last ones are nobody's who attends.
 *
 * A question that the lesson's end brought may be left for free, and does not count.
 */
import type { Judged, Rule } from '../rule.ts';

interface Thresholds {
  /** Of the last `of` questions, so many without an answer: a weak sign, and an alert. */
  readonly of: number;
  readonly weakAvoided: number;
  readonly alertAvoided: number;
}

interface Memory {
  /** One is asked that counts and is not answered yet. */
  readonly open: boolean;
  /** The last ones: 1 without an answer. */
  readonly last: readonly (0 | 1)[];
}

const first: Memory = { open: false, last: [] };

export const avoidedQuestions: Rule<'avoidedQuestions', Memory, Thresholds> = {
  name: 'avoidedQuestions',
  code: 'idleAttendance',
  severity: 'medium',
  scope: 'person',
  thresholds: ['of', 'weakAvoided', 'alertAvoided'],
  first,
  judge(own, { event, news, thresholds }) {
    const { of, alertAvoided } = thresholds;
    if (news.given !== null) {
      const last = own.last.length === 0 ? own.last : [...own.last, 0 as const].slice(-of);
      return standing(last.includes(1) ? { open: false, last } : first, thresholds);
    }
    if (event.kind !== 'proofIssued') return standing(own, thresholds);
    const last = own.open ? [...own.last, 1 as const].slice(-of) : own.last;
    const next = { open: news.free !== true, last };
    const avoided = count(last);
    if (!own.open || avoided < alertAvoided) return standing(next, thresholds);
    return { own: next, finding: { weak: 1, alert: { facts: { avoided, of: last.length } } } };
  },
};

const count = (last: Memory['last']): number => last.filter((one) => one === 1).length;

function standing(own: Memory, { weakAvoided }: Thresholds): Judged<Memory> {
  return count(own.last) >= weakAvoided ? { own, finding: { weak: 1 } } : { own };
}
