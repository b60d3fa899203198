/** A paper that was passed in less time than reading all of it takes, however its answers were spread. */
import { charactersOf, examRule } from './rule.ts';

export const thresholds = Object.freeze({
  /** Twice as fast as practised readers of Chinese (5 to 6 a second). */
  charactersPerSecond: 12,
  /** To see, decide and point, for each answer, ms. */
  eachMs: 800,
  answersMin: 8,
});

export const examPace = examRule({
  name: 'examPace',
  code: 'examBrushing',
  severity: 'high',
  judge: ({ sat }) =>
    sat.flatMap((one) => {
      const answered = new Set(one.answers.map(({ n }) => n));
      const last = one.answers.at(-1);
      if (!one.passed || last === undefined || answered.size < thresholds.answersMin) return [];
      const characters = one.items
        .filter(({ n }) => answered.has(n))
        .reduce((sum, item) => sum + charactersOf(item), 0);
      const readMs =
        Math.round((characters / thresholds.charactersPerSecond) * 1000) + answered.size * thresholds.eachMs;
      const tookMs = last.at - one.openedAt;
      return tookMs < readMs
        ? { sat: one, facts: { tookMs, readMs, answers: answered.size, examScore: one.score } }
        : [];
    }),
});
