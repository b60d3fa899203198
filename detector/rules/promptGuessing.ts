/** idleAttendance 挂课: answers that are wrong too often for somebody who watches. */
import type { Rule } from '../rule.ts';

interface Thresholds {
  /** So many wrong … */
  readonly wrong: number;
  /** … of the last so many. */
  readonly of: number;
}

interface Memory {
  /** The last answers, oldest first: right or wrong. */
  readonly answers: readonly boolean[];
}

export const promptGuessing: Rule<'promptGuessing', Memory, Thresholds> = {
  name: 'promptGuessing',
  code: 'idleAttendance',
  severity: 'medium',
  scope: 'person',
  thresholds: ['wrong', 'of'],
  first: { answers: [] },
  judge(own, { news, thresholds }) {
    if (news.given === null) return { own };
    const answers = [...own.answers, news.given === 'passed'].slice(-thresholds.of);
    const wrong = answers.filter((right) => !right).length;
    const worth = news.given === 'failed' && wrong >= thresholds.wrong;
    return { own: { answers }, ...(worth ? { finding: { alert: { facts: { wrong, of: answers.length } } } } : {}) };
  },
};
