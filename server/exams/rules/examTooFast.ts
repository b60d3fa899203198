/** Right answers sooner than the item could be read: somebody, or something, knew them before. */
import { isItemRight, lastAnswers } from '../grade.ts';
import { charactersOf, examRule, gapsOf, type Sat } from './rule.ts';

export const thresholds = Object.freeze({
  /** Nobody sees, reads and points sooner, however short the item, ms. */
  readMinMs: 800,
  /** Twice as fast as practised readers of Chinese (5 to 6 a second). */
  charactersPerSecond: 12,
  earlyMin: 5,
  /** Of the right answers: an item that was read with another one before is no sign. */
  earlyShareMin: 0.5,
});

export const examTooFast = examRule({
  name: 'examTooFast',
  code: 'examBrushing',
  severity: 'medium',
  judge: ({ sat }) =>
    sat.flatMap((one) => {
      const { early, right } = earlyOf(one);
      if (early < thresholds.earlyMin || early < right * thresholds.earlyShareMin) return [];
      const { charactersPerSecond, earlyShareMin } = thresholds;
      return { sat: one, facts: { earlyAnswers: early, rightAnswers: right, earlyShareMin, charactersPerSecond } };
    }),
});

function earlyOf(sat: Sat): { readonly early: number; readonly right: number } {
  const last = lastAnswers(sat.answers);
  const gaps = gapsOf(sat);
  let [early, right] = [0, 0];
  for (const [i, answer] of sat.answers.entries()) {
    const item = sat.items[answer.n - 1];
    // Who changes an answer has read the item before.
    const first = sat.answers.findIndex(({ n }) => n === answer.n) === i;
    if (item === undefined || !first || last.get(answer.n) !== answer || !isItemRight(item, answer)) continue;
    right += 1;
    const floorMs = thresholds.readMinMs + (charactersOf(item) / thresholds.charactersPerSecond) * 1000;
    if ((gaps[i] ?? 0) < floorMs) early += 1;
  }
  return { early, right };
}
