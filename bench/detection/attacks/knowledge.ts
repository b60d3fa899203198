/**
 * What an attacker can answer. A lesson's bank has 16 single-choice questions of four choices; the same
 * question may come again. Whoever knows a share of them knows the same ones each time.
 */
import { between, chance, type Random, whole } from '../../../test/support/world/random.ts';

const BANK = 16;
const CHOICES = 4;

export interface Knowledge {
  readonly name: string;
  /** Share of the bank whose answers it has. */
  readonly share: number;
  /** Without an answer: picks one of the choices, or leaves the question alone and plays on. */
  readonly otherwise: 'guesses' | 'ignores';
}

export const knowledges: readonly Knowledge[] = [
  { name: 'no answers', share: 0, otherwise: 'ignores' },
  { name: 'guesses', share: 0, otherwise: 'guesses' },
  { name: '10 %', share: 0.1, otherwise: 'guesses' },
  { name: '25 %', share: 0.25, otherwise: 'guesses' },
  { name: '50 %', share: 0.5, otherwise: 'guesses' },
  { name: 'oracle', share: 1, otherwise: 'guesses' },
];

/** Whether it knows the question that has just come. */
export function knows({ share }: Knowledge, random: Random): boolean {
  return whole(random, 0, BANK - 1) < Math.round(share * BANK);
}

export const guessesRight = (random: Random): boolean => chance(random, 1 / CHOICES);

/** As long as somebody who reads. */
export const latencyMs = (random: Random): number => between(random, 4_000, 12_000);
