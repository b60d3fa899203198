/**
 * The chance that somebody who knows nothing of the matter gives the right answer, in parts of a
 * thousand, rounded up. Pure. It goes with the asking into the evidence, so that the detector knows
 * what a right answer is worth; and it decides which forms are asked first.
 *
 * `single` of n: 1/n. `multiple` of n: 1/(2ⁿ − 1), every choice taken or not, but not none. `order`
 * of n: 1/n!. `point`: the share of the picture that is right. `number`: whoever sees the question
 * can tell of how many digits the number is and names a round one first, so a number is guessed among
 * those of the same length that end in as many zeros: 119 is one of 900, 30 one of 9. Never below 1 in
 * 1000: numbers in trades are no lottery.
 */
import type { Form, Region } from '../../classes/item.ts';
import type { Asked } from './template.ts';

export type Guessable =
  | { readonly form: 'single' | 'multiple' | 'order'; readonly choices: number }
  /** `answer` null: it is drawn for each asking. */
  | { readonly form: 'number'; readonly answer: number | null; readonly tolerance: number }
  | { readonly form: 'point'; readonly region: Region };

/** 1 in 20: a person who guesses only gets five of six right once in three million tries. */
export const HARD_TO_GUESS = 50;
const NUMBER_MIN = 1 / 1000;

/** @example guessOf({ form: 'single', choices: 4 }) // 250 */
export function guessOf(question: Guessable): number {
  return Math.min(1000, Math.max(1, Math.ceil(Math.round(chanceOf(question) * 1e9) / 1e6)));
}

export function guessOfAsked(asked: Asked): number {
  switch (asked.form) {
    case 'single':
    case 'multiple':
    case 'order':
      return guessOf({ form: asked.form, choices: asked.choices.length });
    case 'number':
    case 'point':
      return guessOf(asked);
    default:
      return asked satisfies never;
  }
}

function chanceOf(question: Guessable): number {
  switch (question.form) {
    case 'single':
      return 1 / Math.max(1, question.choices);
    case 'multiple':
      return 1 / Math.max(1, 2 ** question.choices - 1);
    case 'order':
      return 1 / factorial(question.choices);
    case 'number':
      return numberChance(question.answer, question.tolerance);
    case 'point':
      return areaOf(question.region);
    default:
      return question satisfies never;
  }
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

function numberChance(answer: number | null, tolerance: number): number {
  if (answer === null) return NUMBER_MIN;
  if (answer === 0) return 1;
  const size = Math.abs(answer);
  const decade = 10 ** Math.floor(Math.log10(size));
  // Of the number as it is written: the place of its last digit that is not zero.
  let grain = decade;
  for (let digits = 0; digits < 9 && !isWhole(size / grain); digits++) grain /= 10;
  return Math.max(NUMBER_MIN, (2 * tolerance + grain) / (9 * decade));
}

/** Nine decimals: what binary fractions cannot say exactly is no digit. */
function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-9 * Math.max(1, value);
}

/** The share of the picture: coordinates are shares of its width and of its height. */
export function areaOf(region: Region): number {
  if ('circle' in region) return Math.PI * region.circle[2] ** 2;
  const corners = region.polygon;
  const twice = corners.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = corners[(i + 1) % corners.length] ?? [x, y];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}

/** What the bank keeps of an item, as far as its chance needs it. */
export interface Banked {
  readonly form: Form;
  readonly choices: number;
  readonly template: boolean;
  readonly key: {
    readonly answer?: string;
    readonly tolerance?: string;
    readonly region?: Region;
  } | null;
}

export function guessOfBanked({ form, choices, template, key }: Banked): number {
  switch (form) {
    case 'single':
    case 'multiple':
    case 'order':
      return guessOf({ form, choices });
    case 'number': {
      const [answer, tolerance] = [Number(key?.answer), Number(key?.tolerance ?? 0)];
      const drawn = template || !Number.isFinite(answer) || !Number.isFinite(tolerance);
      return guessOf({ form, answer: drawn ? null : answer, tolerance: drawn ? 0 : tolerance });
    }
    case 'point':
      return key?.region === undefined ? 1000 : guessOf({ form, region: key.region });
    default:
      return form satisfies never;
  }
}
