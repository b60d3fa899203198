/**
 * Many people of a class answer right, in less time than reading takes, questions they were never
 * asked before: the bank is known outside. Whoever meets a question again may well be quick.
 */
import { type Foreknowing, readForeknowing } from '../answers/store.ts';
import { byKey } from '../groups.ts';
import { type Finding, pattern } from '../pattern.ts';
import { ofClass } from '../subjects.ts';

export const thresholds = Object.freeze({
  windowMs: 86_400_000,
  /** Nobody sees, reads and points sooner, however short the question, ms. */
  readMinMs: 800,
  /** Characters of the question and one choice: twice as fast as practised readers of Chinese (5 to 6 a second). */
  charactersPerSecond: 12,
  /** Of one person. */
  earlyMin: 3,
  /** Of that person's right answers: a lucky click now and then is none. */
  shareMin: 0.5,
  peopleMin: 5,
  /** People read in one run. */
  people: 5000,
});

export const knownBank = pattern({
  name: 'knownBank',
  code: 'courseBrushing',
  severity: 'medium',
  windowMs: thresholds.windowMs,
  read: (q, window) => readForeknowing(q, window, thresholds),
  judge: judgeForeknowing,
});

/** @param foreknowing people who each passed the thresholds of one person */
export function judgeForeknowing(foreknowing: readonly Foreknowing[]): Finding[] {
  return [...byKey(foreknowing, ({ classId }) => classId).values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined || own.length < thresholds.peopleMin) return [];
    const sum = (of: (one: Foreknowing) => number): number => own.reduce((total, one) => total + of(one), 0);
    return {
      ...ofClass(first),
      sessions: own.flatMap(({ sessions }) => sessions),
      evidenceAt: Math.max(...own.map(({ lastAt }) => lastAt)),
      facts: {
        people: own.length,
        peopleMin: thresholds.peopleMin,
        earlyAnswers: sum(({ early }) => early),
        rightAnswers: sum(({ right }) => right),
        earlyShareMin: thresholds.shareMin,
        charactersPerSecond: thresholds.charactersPerSecond,
        windowMs: thresholds.windowMs,
      },
    };
  });
}
