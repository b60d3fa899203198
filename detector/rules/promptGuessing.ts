/** idleAttendance 挂课: answers that are wrong too often for somebody who watches. */
import type { Rule } from '../rule.ts';

interface Thresholds {
  /** So many wrong … */
  readonly wrong: number;
  /** … of the last so many. */
  readonly of: number;
}

interface Memory {
  /** The last answers, oldest first: 1 a wrong one. None, where none of them is wrong. */
  readonly answers: readonly (0 | 1)[];
}

const first: Memory = { answers: [] };

export const promptGuessing: Rule<'promptGuessing', Memory, Thresholds> = {
  name: 'promptGuessing',
  code: 'idleAttendance',
  severity: 'medium',
  scope: 'person',
  thresholds: ['wrong', 'of'],
  first,
  judge(own, { news, thresholds }) {
    if (news.given === null) return { own };
    const is = news.given === 'failed' ? 1 : 0;
    const answers = [...own.answers, is as 0 | 1].slice(-thresholds.of);
    const wrong = answers.filter((one) => one === 1).length;
    if (wrong === 0) return { own: first };
    if (is === 0 || wrong < thresholds.wrong) return { own: { answers } };
    return { own: { answers }, finding: { alert: { facts: { wrong, of: answers.length } } } };
  },
};
