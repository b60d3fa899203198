/**
 * From answers to a score. Pure. Guarantees: the same paper and the same answers give the same result, so that
 * anybody who holds both can grade again; the score is whole points of 100, rounded down, so that rounding makes
 * nobody pass; an item without an answer is wrong.
 */
import type { Answered } from '../../ledger/examLeaf.ts';
import type { Given } from '../../sdk/wire.ts';
import { isRight } from '../proofs/question/answer.ts';
import { type Difficulty, difficulties } from './blueprint.ts';
import type { Paper, PaperItem } from './paper.ts';

/** The last one to an item counts; those before it are kept. */
export interface SavedAnswer extends Answered {
  readonly given: Given;
}

export interface Tally {
  readonly right: number;
  readonly of: number;
}

export interface Grade extends Tally {
  /** 0 to 100. */
  readonly score: number;
  readonly passed: boolean;
  readonly topics: Readonly<Record<string, Tally>>;
  readonly difficulties: Readonly<Record<Difficulty, Tally>>;
}

/** @param passMark points of 100 */
export function grade(paper: Paper, answers: readonly SavedAnswer[], passMark: number): Grade {
  const last = lastAnswers(answers);
  const marked = paper.items.map((item) => ({ item, right: isItemRight(item, last.get(item.n)) }));
  const tally = (of: readonly { readonly right: boolean }[]): Tally => ({
    right: of.filter(({ right }) => right).length,
    of: of.length,
  });
  const all = tally(marked);
  const score = all.of === 0 ? 0 : Math.floor((all.right * 100) / all.of);
  const topics = [...new Set(marked.map(({ item }) => item.topic))].sort();
  return {
    ...all,
    score,
    passed: score >= passMark,
    topics: Object.fromEntries(
      topics.map((topic) => [topic, tally(marked.filter(({ item }) => item.topic === topic))]),
    ),
    difficulties: Object.fromEntries(
      difficulties.map((one) => [one, tally(marked.filter(({ item }) => item.difficulty === one))]),
    ) as Record<Difficulty, Tally>,
  };
}

export function isItemRight({ asked, shown }: PaperItem, answer: SavedAnswer | undefined): boolean {
  return answer !== undefined && isRight(asked, shown, answer.given);
}

/** The answer that counts, by the item's place. */
export function lastAnswers(answers: readonly SavedAnswer[]): ReadonlyMap<number, SavedAnswer> {
  const last = new Map<number, SavedAnswer>();
  for (const answer of answers) {
    const before = last.get(answer.n);
    if (before === undefined || before.seq < answer.seq) last.set(answer.n, answer);
  }
  return last;
}
