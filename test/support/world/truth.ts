/**
 * What really happened, beside what was claimed of it. Owed: each second of a lesson, once,
 * when it was first played visible and at a rate that is paid. The rest of the play has its
 * own honest reason not to be paid: hidden, too fast, seen before, or slow (a second of media in
 * two of the clock is one second).
 */
import { type Cover, createCover } from './cover.ts';
import type { Stretch } from './element.ts';

/** Why play is rightly not paid. */
export type Unpaid = 'hidden' | 'tooFast' | 'seen' | 'slow';

export interface Truth {
  played(lesson: string, stretch: Stretch, visible: boolean): void;
  answered(how: 'right' | 'wrong' | 'missed'): void;
  /** Wall ms of all play. */
  playedMs(): number;
  owedMs(): number;
  owedOf(lesson: string): number;
  unpaidMs(why: Unpaid): number;
  /** Play while hidden, true time; `playedBy`: wall ms of all play at its end. */
  readonly hidden: readonly { readonly from: number; readonly to: number; readonly playedBy: number }[];
  /** Play at a rate that is not paid, true time; `fresh`: of media that had not been watched as it should. */
  readonly fast: readonly { readonly from: number; readonly to: number; readonly fresh: boolean }[];
  /** Most questions missed in a row; most wrong answers among eight. */
  mostMissed(): number;
  mostWrongOfEight(): number;
  /** How much spoke against somebody who attends, at the worst: 2 for each wrong or missed one, 1 back for each right one. */
  mostAgainst(): number;
  answers(): Readonly<Record<'right' | 'wrong' | 'missed', number>>;
}

/** Stretches of hidden play this close are one: the element was cut in between, not shown. */
const JOIN_MS = 5;
/** Players report 1.05 for 1. */
const RATE_ROUNDING = 0.05;

export function createTruth(paidRate: number): Truth {
  const lessons = new Map<string, Cover>();
  const unpaid: Record<Unpaid, number> = { hidden: 0, tooFast: 0, seen: 0, slow: 0 };
  const hidden: { from: number; to: number; playedBy: number }[] = [];
  const fast: { from: number; to: number; fresh: boolean }[] = [];
  const answers = { right: 0, wrong: 0, missed: 0 };
  let last: ('right' | 'wrong')[] = [];
  let playedMs = 0;
  let missed = 0;
  let mostMissed = 0;
  let mostWrong = 0;
  let against = 0;
  let mostAgainst = 0;

  function coverOf(lesson: string): Cover {
    let cover = lessons.get(lesson);
    if (cover === undefined) {
      cover = createCover();
      lessons.set(lesson, cover);
    }
    return cover;
  }

  return {
    played(lesson, { from, to, mediaFrom, mediaTo, rate }, visible) {
      const wall = to - from;
      playedMs += wall;
      if (!visible) {
        unpaid.hidden += wall;
        const before = hidden.at(-1);
        if (before !== undefined && from - before.to < JOIN_MS) Object.assign(before, { to, playedBy: playedMs });
        else hidden.push({ from, to, playedBy: playedMs });
        return;
      }
      const cover = coverOf(lesson);
      const share = mediaTo > mediaFrom ? cover.fresh(mediaFrom, mediaTo) / (mediaTo - mediaFrom) : 0;
      unpaid.seen += wall * (1 - share);
      if (rate > paidRate + RATE_ROUNDING) {
        unpaid.tooFast += wall * share;
        fast.push({ from, to, fresh: share > 0 });
        return;
      }
      unpaid.slow += share * Math.max(0, wall - (mediaTo - mediaFrom));
      cover.add(mediaFrom, mediaTo);
    },
    answered(how) {
      answers[how] += 1;
      missed = how === 'missed' ? missed + 1 : 0;
      mostMissed = Math.max(mostMissed, missed);
      if (how !== 'missed') last = [...last, how].slice(-8);
      against = how === 'right' ? Math.max(0, against - 1) : against + 2;
      mostAgainst = Math.max(mostAgainst, against);
      mostWrong = Math.max(mostWrong, last.filter((one) => one === 'wrong').length);
    },
    playedMs: () => playedMs,
    owedMs: () => [...lessons.values()].reduce((sum, cover) => sum + cover.total(), 0),
    owedOf: (lesson) => lessons.get(lesson)?.total() ?? 0,
    unpaidMs: (why) => unpaid[why],
    hidden,
    fast,
    mostMissed: () => mostMissed,
    mostWrongOfEight: () => mostWrong,
    mostAgainst: () => mostAgainst,
    answers: () => answers,
  };
}
