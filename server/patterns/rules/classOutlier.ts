/**
 * A class, or an institution, that lies far outside the others of the day: its answers come much
 * faster, are right or wrong much more often, or it raises many more alerts. Where to look first,
 * and no more. Slow answers accuse nobody: older people take their time.
 */
import { type Measured, readMeasured } from '../classes/store.ts';
import { type Finding, pattern } from '../pattern.ts';
import { median, robustScore } from '../statistics.ts';
import { ofClass, ofInstitution } from '../subjects.ts';

export const thresholds = Object.freeze({
  windowMs: 86_400_000,
  /** Fewer have no middle to be far from. */
  othersMin: 10,
  /** Answers, for a class's own middle to mean something. */
  answersMin: 30,
  /** Robust standard deviations. */
  scoreMin: 6,
  measured: 5000,
});

interface Measure {
  readonly name: 'answerLatency' | 'rightShare' | 'alertsEachAnswer';
  readonly of: (one: Measured) => number;
  /** Where classes are more alike than this, being far is no news. In the measure's unit. */
  readonly sdMin: number;
  readonly suspect: 'low' | 'high' | 'both';
}

const measures: readonly Measure[] = [
  // By factors: 2 s beside 4 s is as far as 5 s beside 10 s. A tenth is the least spread of honest classes.
  { name: 'answerLatency', of: ({ latencyMs }) => Math.log(Math.max(1, latencyMs)), sdMin: 0.1, suspect: 'low' },
  // Banks differ in how hard they are: 3 points of a hundred is the least spread.
  { name: 'rightShare', of: ({ rightShare }) => rightShare, sdMin: 0.03, suspect: 'both' },
  // Two alerts in a hundred answers, which is a day of a few learners.
  { name: 'alertsEachAnswer', of: ({ alertsEach }) => alertsEach, sdMin: 0.02, suspect: 'high' },
];

export const classOutlier = pattern({
  name: 'classOutlier',
  code: 'learningRecordForgery',
  severity: 'low',
  windowMs: thresholds.windowMs,
  read: (q, window) => readMeasured(q, window, thresholds),
  judge: judgeOutliers,
});

/** One finding a class or institution: the measure in which it lies farthest out. */
export function judgeOutliers(measured: readonly Measured[]): Finding[] {
  return (['class', 'institution'] as const).flatMap((kind) => {
    const all = measured.filter((one) => one.kind === kind);
    if (all.length < thresholds.othersMin) return [];
    const scores = measures.map((measure) => ({ measure, values: all.map(measure.of) }));
    return all.flatMap((one) => {
      const [farthest] = scores
        .map(({ measure, values }) => ({ measure, values, score: scored(one, measure, values) }))
        .toSorted((a, b) => b.score - a.score);
      if (farthest === undefined || farthest.score < thresholds.scoreMin) return [];
      return finding(one, farthest.measure, farthest.values, farthest.score);
    });
  });
}

function scored(one: Measured, { of, sdMin, suspect }: Measure, values: readonly number[]): number {
  const score = robustScore(of(one), values, sdMin);
  switch (suspect) {
    case 'low':
      return -score;
    case 'high':
      return score;
    case 'both':
      return Math.abs(score);
    default:
      return suspect satisfies never;
  }
}

function finding(one: Measured, measure: Measure, values: readonly number[], score: number): Finding {
  const shown = (value: number): number =>
    measure.name === 'answerLatency' ? Math.round(Math.exp(value)) : Math.round(value * 1000) / 1000;
  const { id, platformId, regions } = one;
  const about =
    one.kind === 'class' && platformId !== null
      ? ofClass({ classId: id, platformId, region: regions[0] })
      : ofInstitution(id, regions);
  return {
    ...about,
    sessions: [],
    evidenceAt: one.lastAt,
    facts: {
      measure: measure.name,
      value: shown(measure.of(one)),
      middle: shown(median(values)),
      score: Math.round(score * 10) / 10,
      scoreMin: thresholds.scoreMin,
      compared: values.length,
      answers: one.answers,
      windowMs: thresholds.windowMs,
    },
  };
}
