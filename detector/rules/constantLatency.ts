/**
 * idleAttendance 挂课: answers that take the same time again and again, right or wrong. Reading and pointing alone
 * spread by 400 ms and more: six of the very quickest hands fall below 120 ms once in some 160, ten once in some
 * 4,000; of usual hands, which spread by two seconds, none ever do. A script's spread is the network's.
 */
import { mannerIn, standing } from '../manner.ts';
import type { Rule } from '../rule.ts';

const WEAK = 2;

interface Thresholds {
  /** Standard deviation. */
  readonly sdMs: number;
  /** The last so many below it are a weak sign … */
  readonly answers: number;
  /** … and so many raise an alert. */
  readonly alertAnswers: number;
}

interface Memory {
  /** Of the last answers, oldest first, ms. */
  readonly latencies: readonly number[];
  readonly weak: number;
}

export const constantLatency: Rule<'constantLatency', Memory, Thresholds> = {
  name: 'constantLatency',
  code: 'idleAttendance',
  severity: 'medium',
  scope: 'person',
  thresholds: ['sdMs', 'answers', 'alertAnswers'],
  first: { latencies: [], weak: 0 },
  judge(own, view) {
    const manner = mannerIn(view);
    if (manner === null) return standing(own, own.weak);
    const { sdMs, answers, alertAnswers } = view.thresholds;
    const latencies = [...own.latencies, manner.latencyMs].slice(-alertAnswers);
    const weak = latencies.length >= answers && deviation(latencies.slice(-answers)) < sdMs ? WEAK : 0;
    const sd = deviation(latencies);
    const worth = latencies.length >= alertAnswers && sd < sdMs;
    const latencyMeanMs = Math.round(mean(latencies));
    const facts = { answers: latencies.length, latencyMeanMs, latencySdMs: Math.round(sd), latencySdMinMs: sdMs };
    return standing({ latencies, weak }, weak, worth ? { facts } : undefined);
  },
};

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

/** Of a sample. */
function deviation(values: readonly number[]): number {
  if (values.length < 2) return Number.POSITIVE_INFINITY;
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, one) => sum + (one - middle) ** 2, 0) / (values.length - 1));
}
