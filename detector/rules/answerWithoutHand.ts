/**
 * idleAttendance 挂课: right answers that no hand gave: before them came no trusted pointer or key event, or only
 * a script's. Assistive technology presses a button without either, and is told apart: its answers are as good.
 */
import { mannerIn, standing } from '../manner.ts';
import type { Rule } from '../rule.ts';

/** Only a script's events: pages that click for people do it after a key or a pointer of theirs. */
const SCRIPTED = 4;
/** None at all, in a document that had the focus: whoever answers elsewhere has the focus there. */
const BARE = 2;
/** None at all, and the focus elsewhere, as of a page that draws its questions in another frame; or nothing told. */
const ELSEWHERE = 1;

interface Thresholds {
  /** Right ones in a row that raise an alert; those whose focus was elsewhere do not count. */
  readonly answers: number;
}

interface Memory {
  readonly answers: number;
  readonly weak: number;
}

const first: Memory = { answers: 0, weak: 0 };

export const answerWithoutHand: Rule<'answerWithoutHand', Memory, Thresholds> = {
  name: 'answerWithoutHand',
  code: 'idleAttendance',
  severity: 'medium',
  scope: 'person',
  thresholds: ['answers'],
  first,
  judge(own, view) {
    const manner = mannerIn(view);
    if (manner === null) return standing(own, own.weak);
    const told = manner.hand !== undefined;
    // An older page tells nothing of hands. So does who spares himself the sign: it is worth as little as it may be.
    const [trusted, synthetic] = manner.hand ?? [0, 0];
    if (trusted > 0 || manner.assisted) return { own: first };
    if (view.news.given !== 'passed') return standing(own, own.weak);
    const weak = synthetic > 0 ? SCRIPTED : manner.unfocused || !told ? ELSEWHERE : BARE;
    const answers = own.answers + (weak === ELSEWHERE ? 0 : 1);
    const worth = weak !== ELSEWHERE && answers >= view.thresholds.answers;
    const facts = { answers, answersMin: view.thresholds.answers, scriptedEvents: synthetic };
    const after = { answers, weak: Math.max(own.weak, weak) };
    return standing(after, after.weak, worth ? { facts } : undefined);
  },
};
