/**
 * What many accounts can conclude together of a bank's right answers, from nothing but when time is credited and
 * when it is lost: each such moment is an equation over the answers before it. The points of an answer are public
 * (docs/presence.md); every way in which the answers can have been right or wrong and that fits what was seen is
 * weighed by how likely it was.
 */
import type { Bank, Question } from '../../../test/support/world/bank.ts';
import type { Given, Totals } from '../../../test/support/world/link.ts';
import { type Random, whole } from '../../../test/support/world/random.ts';
import type { Mind } from './knowledge.ts';
import { type Change, lastChange } from './told.ts';

const RELEASES_AT = 500;
const LOST_AT = -500;
const WRONG = 200;
/** A loss comes with each so many answers. */
const DECIDED_EVERY = 8;
/** More answers than these are not weighed together: so many ways take half a second. */
const MOST = 16;
/** So sure it answers without guessing. */
const SURE = 0.8;

/** As the documentation says: of somebody who attends against somebody who knows a quarter, once in twenty as 100. */
function points(answers: number): { readonly right: number; readonly wrong: number } {
  const guess = 1 / answers;
  const right = Math.log(0.92 / (0.25 + 0.75 * guess)) / Math.log(0.92 / 0.2875);
  const wrong = Math.log(0.08 / (0.75 - 0.75 * guess)) / Math.log(0.08 / 0.7125);
  return { right: Math.min(100, Math.floor(100 * right)), wrong: Math.min(WRONG, Math.round(WRONG * wrong)) };
}

interface Answered {
  /** What is believed of each answer to its item; null: it is known. */
  readonly belief: Float64Array | null;
  readonly given: number;
  /** How likely it was right, when it was given. */
  readonly likely: number;
  readonly right: number;
  readonly wrong: number;
}

/** What all accounts believe, item by item. */
export function createSolver(random: Random) {
  const beliefs = new Map<string, Float64Array>();
  function beliefOf({ drawing, answers }: Question): Float64Array {
    let belief = beliefs.get(drawing);
    if (belief === undefined) {
      belief = new Float64Array(answers).fill(1 / answers);
      beliefs.set(drawing, belief);
    }
    return belief;
  }
  function best(belief: Float64Array): number {
    const most = Math.max(...belief);
    const alike = [...belief.keys()].filter((one) => (belief[one] ?? 0) >= most - 1e-12);
    return alike[whole(random, 0, alike.length - 1)] ?? 0;
  }

  return {
    /** Share of the items that are no templates, whose right answer is held for known, and is right. */
    learnt(bank: Bank): number {
      const fixed = bank.filter(({ key }) => key !== null);
      const right = fixed.filter(({ id, key }) => {
        const belief = beliefs.get(id);
        return belief !== undefined && typeof key === 'number' && (belief[key] ?? 0) > SURE;
      });
      return right.length / Math.max(1, fixed.length);
    },
    /** Of one account. */
    mind(): Mind {
      let since: Answered[] = [];
      let from = 0;
      let counted = 0;
      const change = lastChange();
      function settle(how: Change): void {
        if (since.length <= MOST) weigh(since, { from, counted, how });
        counted = how === 'lost' ? 0 : (counted + since.length) % DECIDED_EVERY;
        from = how === 'credited' ? RELEASES_AT : 0;
        since = [];
      }
      return {
        answer(question) {
          const belief = beliefOf(question);
          const given = best(belief);
          return (belief[given] ?? 0) > SURE ? given : null;
        },
        guess: (question) => best(beliefOf(question)),
        gave(question, given: Given) {
          const worth = points(question.answers);
          if (typeof given !== 'number') since.push({ belief: null, given: 0, likely: 1, ...worth });
          else {
            const belief = beliefOf(question);
            since.push({ belief, given, likely: belief[given] ?? 0, ...worth });
          }
        },
        told(lesson: string, totals: Totals) {
          const how = change(lesson, totals);
          if (how !== null && since.length > 0) settle(how);
        },
      };
    },
  };
}

interface Seen {
  /** The points before the first of the answers, and how many had been counted. */
  readonly from: number;
  readonly counted: number;
  /** What was seen after the last of them. */
  readonly how: Change;
}

/** Believes each answer as much as the ways that fit say. */
function weigh(answers: readonly Answered[], seen: Seen): void {
  const rightly = new Float64Array(answers.length);
  let all = 0;
  for (let way = 0; way < 1 << answers.length; way += 1) {
    const likely = fits(answers, way, seen);
    all += likely;
    for (let n = 0; n < answers.length; n += 1) if ((way >> n) & 1) rightly[n] = (rightly[n] ?? 0) + likely;
  }
  if (all === 0) return;
  for (const [n, { belief, given }] of answers.entries()) {
    const before = belief?.[given] ?? 0;
    if (belief === null || before <= 0 || before >= 1) continue;
    const now = (rightly[n] ?? 0) / all;
    const rest = (1 - now) / (1 - before);
    for (const [one, is] of belief.entries()) belief[one] = one === given ? now : is * rest;
  }
}

/** How likely this way was; 0: something else would have been seen. */
function fits(answers: readonly Answered[], way: number, { from, counted, how }: Seen): number {
  let standing = from;
  let likely = 1;
  for (const [n, one] of answers.entries()) {
    const right = ((way >> n) & 1) === 1;
    likely *= right ? one.likely : 1 - one.likely;
    if (likely === 0) return 0;
    standing = right ? Math.min(RELEASES_AT, standing + one.right) : standing - one.wrong;
    const credited = right && standing >= RELEASES_AT;
    const lost = (counted + n + 1) % DECIDED_EVERY === 0 && standing <= LOST_AT;
    const last = n === answers.length - 1;
    if (credited !== (last && how === 'credited') || lost !== (last && how === 'lost')) return 0;
  }
  return likely;
}
