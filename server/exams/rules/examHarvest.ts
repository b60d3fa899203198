/** Attempts that see most of the bank and answer next to nothing: papers are drawn to be copied out. */
import { byPerson } from './people.ts';
import { examRule } from './rule.ts';

export const thresholds = Object.freeze({
  attemptsMin: 3,
  /** Of the bank's items. */
  seenShareMin: 0.6,
  /** Of the items of these papers. */
  answeredShareMax: 0.2,
});

export const examHarvest = examRule({
  name: 'examHarvest',
  code: 'examBrushing',
  severity: 'medium',
  judge: ({ sat, bankItems }) =>
    byPerson(sat).flatMap((own) => {
      const newest = own.at(-1);
      const asked = own.reduce((sum, { items }) => sum + items.length, 0);
      const answered = own.reduce((sum, { answers }) => sum + new Set(answers.map(({ n }) => n)).size, 0);
      const seen = new Set(own.flatMap(({ items }) => items.map(({ item }) => item))).size;
      if (newest === undefined || own.length < thresholds.attemptsMin) return [];
      if (seen < bankItems * thresholds.seenShareMin || answered > asked * thresholds.answeredShareMax) return [];
      const facts = { attempts: own.length, seenItems: seen, bankItems, answers: answered };
      return { sat: newest, facts: { ...facts, seenShareMin: thresholds.seenShareMin } };
    }),
});
