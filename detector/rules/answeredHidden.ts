/** idleAttendance 挂课: answers given in a page that was hidden then: nobody could read the question. */
import { mannerIn, standing } from '../manner.ts';
import type { Rule } from '../rule.ts';

/** Once: the page was left in the moment in which the answer was sent. Twice in a row is no accident. */
const weakOf = (answers: number): number => (answers === 0 ? 0 : answers === 1 ? 2 : 4);

interface Thresholds {
  /** In a row. */
  readonly answers: number;
}

interface Memory {
  readonly answers: number;
}

export const answeredHidden: Rule<'answeredHidden', Memory, Thresholds> = {
  name: 'answeredHidden',
  code: 'idleAttendance',
  severity: 'medium',
  scope: 'person',
  thresholds: ['answers'],
  first: { answers: 0 },
  judge(own, view) {
    const manner = mannerIn(view);
    if (manner?.hand === undefined) return standing(own, weakOf(own.answers));
    const answers = manner.hidden ? own.answers + 1 : 0;
    const worth = answers >= view.thresholds.answers;
    const facts = { answers, answersMin: view.thresholds.answers };
    return standing(answers === own.answers ? own : { answers }, weakOf(answers), worth ? { facts } : undefined);
  },
};
