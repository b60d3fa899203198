/**
 * courseBrushing 刷课: lesson after lesson is left at the same place, say at 91 %, where a platform takes it as done.
 *
 * People leave as the credits begin, too, and a second earlier or later each time: a few are odd, and only
 * twenty in a row within a thousandth are told.
 */
import { hash32 } from '../hash.ts';
import type { Judged, Rule } from '../rule.ts';

/** Left earlier, a lesson was not meant to be done; later, it is as good as over. */
const LEAST_SHARE = 500;
const MOST_SHARE = 985;

interface Thresholds {
  /** Lessons in a row left within a thousandth of the same share: odd (twice as many: a weak sign), and an alert. */
  readonly weakLessons: number;
  readonly alertLessons: number;
}

interface Memory {
  /** In thousandths of the lesson. */
  readonly share: number;
  readonly lesson: number;
  readonly lessons: number;
}

export const fixedEnd: Rule<'fixedEnd', Memory, Thresholds> = {
  name: 'fixedEnd',
  code: 'courseBrushing',
  severity: 'low',
  scope: 'person',
  thresholds: ['weakLessons', 'alertLessons'],
  first: { share: 0, lesson: 0, lessons: 0 },
  judge(own, { claim, session, thresholds }) {
    if (claim === null || claim.beat.cause !== 'closing' || session.startAt === null) return standing(own, thresholds);
    const { runs, player } = claim.beat;
    const share = Math.round((1000 * (runs.at(-1)?.[1] ?? player[1])) / session.lessonMs);
    if (share < LEAST_SHARE || share > MOST_SHARE) return standing(own, thresholds);
    const lesson = hash32(session.lesson);
    // Left again where it was left before: a reload.
    if (lesson === own.lesson) return standing(own, thresholds);
    const same = Math.abs(share - own.share) <= 1;
    const next = { share: same ? own.share : share, lesson, lessons: same ? own.lessons + 1 : 1 };
    if (next.lessons < thresholds.alertLessons) return standing(next, thresholds);
    const facts = { endShare: next.share / 1000, lessonsInRow: next.lessons };
    return { own: next, finding: { weak: 2, alert: { facts } } };
  },
};

function standing(own: Memory, { weakLessons }: Thresholds): Judged<Memory> {
  if (own.lessons < weakLessons) return { own };
  return { own, finding: { weak: own.lessons < 2 * weakLessons ? 1 : 2 } };
}
