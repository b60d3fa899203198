/**
 * How much may be asked of exams without a login. Guarantees: whoever guesses at ids is stopped by the address
 * before anything is read; a sitting's own limit is taken only by who proved to hold it, so that nobody else can
 * use it up.
 */
import type { Buckets } from '../gateway/bucket.ts';

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A whole examination centre shares an address and opens at the same minute: 2 000 candidates, an answer each 10 s. */
const ADDRESS_RATE: Rate = { perSecond: 200, burst: 4000 };
/** Of one trainee and exam: tickets, launches and openings. A page is reloaded a few times when something looks stuck. */
const OPEN_RATE: Rate = { perSecond: 1 / 3, burst: 20 };
/** Of one sitting: answers, facts, results. 300 answers kept by a page that was offline go through within a minute. */
const SITTING_RATE: Rate = { perSecond: 5, burst: 60 };

export interface ExamLimits {
  readonly address: Pick<Buckets, 'take'>;
  readonly opening: Pick<Buckets, 'take'>;
  readonly sitting: Pick<Buckets, 'take'>;
}

export function createExamLimits(buckets: (rate: Rate, now: () => number) => Buckets, now: () => number): ExamLimits {
  return {
    address: buckets(ADDRESS_RATE, now),
    opening: buckets(OPEN_RATE, now),
    sitting: buckets(SITTING_RATE, now),
  };
}
