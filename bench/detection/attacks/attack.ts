/** One run of a technique with what it can answer. The same seed gives the same run. */
import { createBank } from '../../../test/support/world/bank.ts';
import { createRandom } from '../../../test/support/world/random.ts';
import { type Attacked, drive } from './drive.ts';
import { type Knowledge, mindOf } from './knowledge.ts';
import type { Technique } from './technique.ts';

export interface Run {
  readonly technique: Technique;
  readonly knowledge: Knowledge;
  /** Items of the bank. */
  readonly bank: number;
  readonly seed: number;
  readonly hours: number;
  readonly version?: number | undefined;
}

export function attack({ technique, knowledge, bank: items, seed, hours, version }: Run): Attacked {
  const { draw, accounts = 1 } = technique;
  const ways = { ...technique, ...draw?.(createRandom(seed)) };
  const runs = Array.from({ length: accounts }, () => {
    // Each account does the same in the same second: that is what five accounts of one script do.
    const random = createRandom(seed);
    const bank = createBank(items, random);
    const mind = mindOf(knowledge, bank, random);
    const guesses = knowledge.otherwise === 'guesses';
    return drive({ ways, mind, guesses, bank, random, hours: Math.min(hours, technique.hours ?? hours), version });
  });
  return runs.reduce(together);
}

function together(one: Attacked, other: Attacked): Attacked {
  const { alertedAt } = other;
  return {
    claimedMs: one.claimedMs + other.claimedMs,
    creditedMs: one.creditedMs + other.creditedMs,
    alertedAt: one.alertedAt === null ? alertedAt : Math.min(one.alertedAt, alertedAt ?? one.alertedAt),
    rules: new Set([...one.rules, ...other.rules]),
    questions: one.questions + other.questions,
    refusals: one.refusals + other.refusals,
  };
}
