/**
 * Over resits, item after item is answered with another choice each time, until it is right: the paper is tried
 * out, not answered. Who learns between two attempts leaves right answers as they are, and so does this rule.
 */
import { chosenBy } from '../../proofs/question/answer.ts';
import { isItemRight, lastAnswers } from '../grade.ts';
import { byPerson } from './people.ts';
import { examRule, type Sat } from './rule.ts';

export const thresholds = Object.freeze({
  attemptsMin: 3,
  /** Items that were met in three attempts or more, each time with a choice that was not tried before. */
  itemsMin: 4,
  /** Of the items that were met so often and not right at once. */
  shareMin: 0.7,
});

export const examCycling = examRule({
  name: 'examCycling',
  code: 'examBrushing',
  severity: 'medium',
  judge: ({ sat }) =>
    byPerson(sat).flatMap((own) => {
      const newest = own.at(-1);
      if (newest === undefined || own.length < thresholds.attemptsMin) return [];
      const tried = triedOf(own).filter(({ length }) => length >= thresholds.attemptsMin);
      const cycled = tried.filter((choices) => new Set(choices).size === choices.length).length;
      if (cycled < thresholds.itemsMin || cycled < tried.length * thresholds.shareMin) return [];
      const facts = { attempts: own.length, cycledItems: cycled, metItems: tried.length };
      return { sat: newest, facts: { ...facts, itemsMin: thresholds.itemsMin } };
    }),
});

/** What was chosen at each item that was wrong at first, attempt by attempt, up to the first right answer. */
function triedOf(own: readonly Sat[]): readonly (readonly string[])[] {
  const tried = new Map<string, { readonly choices: string[]; done: boolean }>();
  for (const { items, answers } of own) {
    const last = lastAnswers(answers);
    for (const item of items) {
      const answer = last.get(item.n);
      const chosen = answer === undefined ? null : chosenBy(item.asked, item.shown, answer.given);
      if (chosen === null) continue;
      const met = tried.get(item.item) ?? { choices: [], done: false };
      tried.set(item.item, met);
      if (!met.done) met.choices.push(chosen);
      met.done ||= isItemRight(item, answer);
    }
  }
  return [...tried.values()].map(({ choices }) => choices);
}
