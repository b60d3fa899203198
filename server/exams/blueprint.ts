/**
 * What an exam asks for, and the items that answer to it. Pure. Guarantees: a paper holds just as many items
 * of each topic and difficulty as its blueprint says, none twice; a bank that is too small for that is told
 * by what is missing, before anybody sits.
 */
import type { Item } from '../classes/item.ts';
import { shuffled } from './shuffle.ts';

export const difficulties = ['easy', 'medium', 'hard'] as const;
export type Difficulty = (typeof difficulties)[number];

/** An item of a bank for exams. */
export interface BankItem {
  readonly id: string;
  readonly topic: string;
  readonly difficulty: Difficulty;
  readonly item: Item;
}

/** So many items of one topic and difficulty. */
export interface Quota {
  readonly topic: string;
  readonly difficulty: Difficulty;
  readonly count: number;
}
export type Blueprint = readonly Quota[];

export interface Shortage extends Quota {
  /** What the bank has of it. */
  readonly has: number;
}

export const sizeOf = (blueprint: Blueprint): number => blueprint.reduce((sum, { count }) => sum + count, 0);

/**
 * Whether it tells the able from the rest (适当难易区分度): items of two difficulties at least, and none of them
 * nine tenths of the paper.
 */
export function isSpread(blueprint: Blueprint): boolean {
  const total = sizeOf(blueprint);
  const largest = Math.max(
    ...difficulties.map((one) => sizeOf(blueprint.filter(({ difficulty }) => difficulty === one))),
  );
  return largest < total * 0.9;
}

type Sorted = Pick<BankItem, 'topic' | 'difficulty'>;

/** @example shortagesOf([{ topic: '灭火', difficulty: 'easy', count: 2 }], []) // [{ …, count: 2, has: 0 }] */
export function shortagesOf(blueprint: Blueprint, bank: readonly Sorted[]): readonly Shortage[] {
  return blueprint.flatMap((quota) => {
    const has = bank.filter((one) => fits(one, quota)).length;
    return has < quota.count ? [{ ...quota, has }] : [];
  });
}

/**
 * Items for one candidate, in the blueprint's order; `null`: the bank is too small.
 * @param below a number in [0, n), all alike probable
 */
export function drawItems(
  blueprint: Blueprint,
  bank: readonly BankItem[],
  below: (n: number) => number,
): readonly BankItem[] | null {
  if (shortagesOf(blueprint, bank).length > 0) return null;
  return blueprint.flatMap((quota) =>
    shuffled(
      bank.filter((one) => fits(one, quota)),
      below,
    ).slice(0, quota.count),
  );
}

const fits = (one: Sorted, quota: Quota): boolean => one.topic === quota.topic && one.difficulty === quota.difficulty;
