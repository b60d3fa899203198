/**
 * idleAttendance 挂课: right answers, one after another, in less time than reading the question takes. Whoever
 * was asked the same before may be quick: of such questions the server says no reading time.
 */
import { mannerIn, standing } from '../manner.ts';
import type { Rule } from '../rule.ts';

const WEAK = 2;

interface Thresholds {
  /** In a row: a weak sign. A lucky click comes once. */
  readonly answers: number;
  /** In a row: an alert. */
  readonly alertAnswers: number;
}

interface Memory {
  readonly answers: number;
}

export const tooFastToRead: Rule<'tooFastToRead', Memory, Thresholds> = {
  name: 'tooFastToRead',
  code: 'idleAttendance',
  severity: 'medium',
  scope: 'person',
  thresholds: ['answers', 'alertAnswers'],
  first: { answers: 0 },
  judge(own, view) {
    const { answers: weakAnswers, alertAnswers } = view.thresholds;
    const weakOf = (answers: number): number => (answers >= weakAnswers ? WEAK : 0);
    const manner = mannerIn(view);
    const readMs = manner?.readMs;
    if (manner === null || readMs === undefined) return standing(own, weakOf(own.answers));
    const quick = manner.latencyMs < readMs;
    // Wrong and quick is guessing, which is another rule's.
    if (quick && view.news.given !== 'passed') return standing(own, weakOf(own.answers));
    const answers = quick ? own.answers + 1 : 0;
    const worth = answers >= alertAnswers;
    const facts = { answers, answersMin: alertAnswers, latencyMs: manner.latencyMs, readMs };
    return standing(answers === own.answers ? own : { answers }, weakOf(answers), worth ? { facts } : undefined);
  },
};
