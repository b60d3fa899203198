/**
 * Nearly everybody passes, and hard items are answered as well as easy ones: the exam tells nobody from anybody
 * (适当难易区分度), or its answers were given out.
 */

import type { Difficulty } from '../blueprint.ts';
import { isItemRight, lastAnswers } from '../grade.ts';
import { byPerson } from './people.ts';
import { examRule, type Sat } from './rule.ts';

export const thresholds = Object.freeze({
  peopleMin: 30,
  passShareMin: 0.99,
  /** By so much less are hard items answered rightly than easy ones, at the least. */
  differenceMin: 0.02,
  answersMin: 100,
});

export const examNoSpread = examRule({
  name: 'examNoSpread',
  code: 'examEasing',
  severity: 'medium',
  judge: ({ sat }) => {
    const people = byPerson(sat);
    if (people.length < thresholds.peopleMin) return [];
    const passShare = people.filter((own) => own.some(({ passed }) => passed)).length / people.length;
    const [easy, hard] = [rightOf(sat, 'easy'), rightOf(sat, 'hard')];
    if (passShare < thresholds.passShareMin || Math.min(easy.of, hard.of) < thresholds.answersMin) return [];
    const [easyShare, hardShare] = [easy.right / easy.of, hard.right / hard.of];
    if (easyShare - hardShare >= thresholds.differenceMin) return [];
    const facts = { people: people.length, passShare: round(passShare), easyShare: round(easyShare) };
    return [{ sat: null, facts: { ...facts, hardShare: round(hardShare), passShareMin: thresholds.passShareMin } }];
  },
});

function rightOf(sat: readonly Sat[], difficulty: Difficulty): { readonly right: number; readonly of: number } {
  let [right, of] = [0, 0];
  for (const { items, answers } of sat) {
    const last = lastAnswers(answers);
    for (const item of items) {
      if (item.difficulty !== difficulty) continue;
      of += 1;
      if (isItemRight(item, last.get(item.n))) right += 1;
    }
  }
  return { right, of };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
