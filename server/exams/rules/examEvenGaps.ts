/** Answers that follow each other like a clock's ticks: items differ in length, and people in pace. */
import { examRule, gapsOf } from './rule.ts';

export const thresholds = Object.freeze({
  gapsMin: 8,
  /** Standard deviation over mean. People at one kind of item keep it above 0.3. */
  spreadMax: 0.1,
});

export const examEvenGaps = examRule({
  name: 'examEvenGaps',
  code: 'examBrushing',
  severity: 'medium',
  judge: ({ sat }) =>
    sat.flatMap((one) => {
      // The first one counts from the opening, with the paper's loading in it.
      const gaps = gapsOf(one).slice(1);
      if (gaps.length < thresholds.gapsMin) return [];
      const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
      const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
      const spread = mean === 0 ? 0 : deviation / mean;
      if (spread > thresholds.spreadMax) return [];
      const facts = { answers: one.answers.length, gapMeanMs: Math.round(mean), spread: round(spread) };
      return { sat: one, facts: { ...facts, spreadMax: thresholds.spreadMax } };
    }),
});

const round = (value: number): number => Math.round(value * 1000) / 1000;
