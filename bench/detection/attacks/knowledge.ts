/**
 * What an attacker can answer. Who knows a share of a bank knows the same items each time, templates too: a
 * template is known by whoever knows how its answer comes about, not by who has seen one drawing of it.
 */
import type { Bank, Question } from '../../../test/support/world/bank.ts';
import type { Given, Totals } from '../../../test/support/world/link.ts';
import { between, type Random, whole } from '../../../test/support/world/random.ts';

export interface Knowledge {
  readonly name: string;
  /** Share of the bank's items whose answers it has. */
  readonly share: number;
  /** Without an answer: gives any that can be given, or leaves the question alone and plays on. */
  readonly otherwise: 'guesses' | 'ignores';
  /** The goal of 1 % and of finding every run is for it. */
  readonly goal: boolean;
}

export const knowledges: readonly Knowledge[] = [
  { name: 'no answers', share: 0, otherwise: 'ignores', goal: true },
  { name: 'guesses', share: 0, otherwise: 'guesses', goal: true },
  { name: '10 %', share: 0.1, otherwise: 'guesses', goal: true },
  { name: '25 %', share: 0.25, otherwise: 'guesses', goal: true },
  { name: '50 %', share: 0.5, otherwise: 'guesses', goal: false },
  { name: 'oracle', share: 1, otherwise: 'guesses', goal: false },
];

/** Who decides what is answered. */
export interface Mind {
  /** Null: it has no answer. */
  answer(question: Question): Given | null;
  /** One of the answers that can be given. */
  guess(question: Question): Given;
  gave?(question: Question, given: Given): void;
  /** What the server says that a lesson has come to. */
  told?(lesson: string, totals: Totals): void;
}

export function mindOf({ share }: Knowledge, bank: Bank, random: Random): Mind {
  const left = bank.map(({ id }) => id);
  const known = new Set<string>();
  for (let n = Math.round(share * bank.length); n > 0; n--) {
    for (const id of left.splice(whole(random, 0, left.length - 1), 1)) known.add(id);
  }
  return {
    answer: ({ item }) => (known.has(item) ? true : null),
    guess: ({ answers }) => whole(random, 0, answers - 1),
  };
}

/** As long as somebody who reads. */
export const readingMs = (random: Random): number => between(random, 4_000, 12_000);
