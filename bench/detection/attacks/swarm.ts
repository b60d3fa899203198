/**
 * Many bots, one after another, on one bank: each knows what those before it have found out, from all that the
 * server tells. Nobody attends, and nobody gave them an answer.
 *
 * What they conclude: an answer after which time is credited was right, one after which held time is lost was
 * wrong; answers that were credited together are likely right, and more so each time.
 */
import { type Bank, createBank, type Question } from '../../../test/support/world/bank.ts';
import type { Given } from '../../../test/support/world/link.ts';
import { createRandom, type Random, whole } from '../../../test/support/world/random.ts';
import { type Attacked, drive } from './drive.ts';
import type { Mind } from './knowledge.ts';
import { createSolver } from './solving.ts';
import type { Ways } from './technique.ts';
import { lastChange } from './told.ts';

export interface Manners {
  readonly name: string;
  readonly what: string;
  /** The first bots guess what they do not know; the others do what is said here. */
  readonly scouts: number;
  readonly later: Ways;
  /** Concludes all that can be concluded (solving.ts); else as said above. */
  readonly solves?: true;
}

export const manners: readonly Manners[] = [
  {
    name: 'sharing, silent on unknown questions',
    what: 'ten guess what nobody knows yet; the others say nothing for 61 s at such a question',
    scouts: 10,
    later: { unknown: { kind: 'silent', ms: 61_000 } },
  },
  {
    name: 'sharing, lets unknown questions pass',
    what: 'twenty guess what nobody knows yet; the others pause 17 s before the deadline',
    scouts: 20,
    later: { unknown: { kind: 'pauses', beforeMs: 17_000 } },
  },
  { name: 'sharing, always guesses', what: 'each guesses what nobody knows yet', scouts: 1000, later: {} },
  {
    name: 'sharing, solves what it is told',
    what: 'each guesses, and all weigh every way in which their answers fit what was credited and lost, and when',
    scouts: 1000,
    later: {},
    solves: true,
  },
  {
    name: 'sharing, solves, then lets unknown questions pass',
    what: 'the same for forty; the others pause 17 s before the deadline of a question that nobody knows',
    scouts: 40,
    later: { unknown: { kind: 'pauses', beforeMs: 17_000 } },
    solves: true,
  },
];

export interface Swarmed {
  /** One after another. */
  readonly bots: readonly Attacked[];
  /** Share of the items that are no templates, whose right answer the swarm holds for known. */
  readonly learnt: number;
}

export const BOTS = 60;

export interface Swarm {
  readonly manners: Manners;
  /** Items of the bank. */
  readonly bank: number;
  readonly seed: number;
  readonly hours: number;
  readonly bots?: number;
  readonly version?: number | undefined;
}

export function swarm({ manners: how, bank: items, seed, hours, bots: count = BOTS, version }: Swarm): Swarmed {
  const bank = createBank(items, createRandom(seed));
  const pool = (how.solves ? createSolver : createPool)(createRandom(seed + 1));
  const bots = Array.from({ length: count }, (_, n) => {
    const random = createRandom(seed * 1000 + n);
    const ways = n < how.scouts ? {} : how.later;
    return drive({ ways, mind: pool.mind(), guesses: true, bank, random, hours, version });
  });
  return { bots, learnt: pool.learnt(bank) };
}

/** Seen together with credit so often more than with a loss: held for right. */
const BELIEVED = 2;

interface Belief {
  right: Given | null;
  readonly wrong: Set<Given>;
  readonly score: Map<Given, number>;
}

function createPool(random: Random) {
  const beliefs = new Map<string, Belief>();
  function beliefOf({ drawing }: Question): Belief {
    let belief = beliefs.get(drawing);
    if (belief === undefined) {
      belief = { right: null, wrong: new Set(), score: new Map() };
      beliefs.set(drawing, belief);
    }
    return belief;
  }
  function best({ right, score }: Belief): Given | null {
    if (right !== null) return right;
    const [top] = [...score].sort((a, b) => b[1] - a[1]);
    return top !== undefined && top[1] >= BELIEVED ? top[0] : null;
  }

  return {
    learnt(bank: Bank): number {
      const fixed = bank.filter(({ key }) => key !== null);
      const right = fixed.filter(({ id, key, answers }) => {
        const belief = beliefs.get(id);
        return belief !== undefined && answers > 0 && best(belief) === key;
      });
      return right.length / Math.max(1, fixed.length);
    },
    /** Of one bot: what it answered since the totals last moved. */
    mind(): Mind {
      let since: { readonly question: Question; readonly given: Given }[] = [];
      const change = lastChange();
      return {
        answer: (question) => best(beliefOf(question)),
        guess(question) {
          const { wrong } = beliefOf(question);
          if (wrong.size >= question.answers) return 0;
          for (;;) {
            const given = whole(random, 0, question.answers - 1);
            if (!wrong.has(given)) return given;
          }
        },
        gave: (question, given) => since.push({ question, given }),
        told(lesson, totals) {
          const how = change(lesson, totals);
          const last = since.at(-1);
          if (how === null || last === undefined) return;
          const credited = how === 'credited';
          for (const { question, given } of since) {
            const { score } = beliefOf(question);
            score.set(given, (score.get(given) ?? 0) + (credited ? 1 : -1));
          }
          const belief = beliefOf(last.question);
          if (credited) belief.right = last.given;
          else belief.wrong.add(last.given);
          since = [];
        },
      };
    },
  };
}
