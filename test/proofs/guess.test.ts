/** What a blind answer is worth. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Region } from '../../server/classes/item.ts';
import { isRight } from '../../server/proofs/question/answer.ts';
import { areaOf, guessOf, guessOfAsked, guessOfBanked, HARD_TO_GUESS } from '../../server/proofs/question/guess.ts';
import type { Asked } from '../../server/proofs/question/template.ts';

const text = { zh: '？', en: '?' };
const choicesOf = (n: number) => Array.from({ length: n }, (_, i) => ({ id: `c${i}`, zh: `${i}`, en: `${i}` }));

describe('the chance that a question is guessed', () => {
  it.each([
    ['a single of 4', { form: 'single', choices: 4 }, 250],
    ['a single of 3, rounded up', { form: 'single', choices: 3 }, 334],
    ['a multiple of 4', { form: 'multiple', choices: 4 }, 67],
    ['a multiple of 5', { form: 'multiple', choices: 5 }, 33],
    ['an order of 3', { form: 'order', choices: 3 }, 167],
    ['an order of 4', { form: 'order', choices: 4 }, 42],
    ['an order of 10: hardly any, but some', { form: 'order', choices: 10 }, 1],
    ['119', { form: 'number', answer: 119, tolerance: 0 }, 2],
    ['a number drawn anew', { form: 'number', answer: null, tolerance: 0 }, 1],
    ['3: one of nine digits', { form: 'number', answer: 3, tolerance: 0 }, 112],
    ['30 is as round as 3', { form: 'number', answer: 30, tolerance: 0 }, 112],
    ['36', { form: 'number', answer: 36, tolerance: 0 }, 12],
    ['-0.36', { form: 'number', answer: -0.36, tolerance: 0 }, 12],
    ['0.3', { form: 'number', answer: 0.1 * 3, tolerance: 0 }, 112],
    ['36, give or take 9', { form: 'number', answer: 36, tolerance: 9 }, 212],
    ['36, give or take 1000', { form: 'number', answer: 36, tolerance: 1000 }, 1000],
    ['nothing at all', { form: 'number', answer: 0, tolerance: 0 }, 1000],
    ['a circle', { form: 'point', region: { circle: [0.5, 0.5, 0.1] } }, 32],
    [
      'half of the picture',
      {
        form: 'point',
        region: {
          polygon: [
            [0, 0],
            [1, 0],
            [1, 1],
          ],
        },
      },
      500,
    ],
  ] as const)('%s', (_name, question, permille) => {
    expect(guessOf(question as never)).toBe(permille);
  });

  it('is no less than what guessing at random earns', () => {
    const below = (n: number) => Math.floor(Math.random() * n);
    const shown = choicesOf(5).map(({ id }) => id);
    const order: Asked = { text, form: 'order', choices: choicesOf(3) };
    const multiple: Asked = { text, form: 'multiple', choices: choicesOf(5), answers: ['c1', 'c3'] };
    const tries = 20_000;
    let [orders, multiples] = [0, 0];
    for (let i = 0; i < tries; i++) {
      const left = ['1', '2', '3'];
      const given = [0, 1, 2].flatMap(() => left.splice(below(left.length), 1));
      if (isRight(order, ['c2', 'c0', 'c1'], { prompt: 'p', order: given })) orders += 1;
      const bits = 1 + below(31);
      const choices = ['1', '2', '3', '4', '5'].filter((_, place) => bits & (1 << place));
      if (isRight(multiple, shown, { prompt: 'p', choices })) multiples += 1;
    }
    // Five standard deviations beyond the exact chance.
    expect(orders / tries).toBeLessThan(guessOfAsked(order) / 1000 + 0.014);
    expect(multiples / tries).toBeLessThan(guessOfAsked(multiple) / 1000 + 0.007);
  });

  it('of a region is the share of the picture from which it is answered', () => {
    const share = fc.integer({ min: 0, max: 100 }).map((n) => n / 100);
    fc.assert(
      fc.property(share, share, fc.integer({ min: 5, max: 30 }), (x, y, size) => {
        const region: Region = {
          polygon: [
            [x * 0.7, y * 0.7],
            [x * 0.7 + size / 100, y * 0.7],
            [x * 0.7, y * 0.7 + size / 100],
          ],
        };
        const asked: Asked = { text, form: 'point', picture: 'x', region };
        let hits = 0;
        for (let i = 0; i < 100; i++) {
          for (let j = 0; j < 100; j++) {
            if (isRight(asked, [], { prompt: 'p', point: [(i + 0.5) / 100, (j + 0.5) / 100] })) hits += 1;
          }
        }
        expect(Math.abs(hits / 10_000 - areaOf(region))).toBeLessThan(0.01);
      }),
      { numRuns: 30 },
    );
  });

  it('of what the bank keeps: a key that is no number, or is gone, is not taken for a hard one by mistake', () => {
    const number = { form: 'number', choices: 0, template: false } as const;
    expect(guessOfBanked({ ...number, key: { answer: '119', tolerance: '0' } })).toBe(2);
    expect(guessOfBanked({ ...number, template: true, key: { answer: 'r × i', tolerance: '0' } })).toBe(1);
    expect(guessOfBanked({ form: 'point', choices: 0, template: false, key: null })).toBe(1000);
    expect(guessOfBanked({ form: 'single', choices: 0, template: false, key: null })).toBe(1000);
    expect(HARD_TO_GUESS).toBe(1000 / 20);
  });
});

describe('a place that is pointed at', () => {
  const at = (region: Region, ...point: [number, number]) =>
    isRight({ text, form: 'point', picture: 'x', region }, [], { prompt: 'p', point });

  it('is right within a circle, its edge included, and wrong beside it', () => {
    const circle: Region = { circle: [0.5, 0.4, 0.1] };
    expect([at(circle, 0.5, 0.4), at(circle, 0.6, 0.4), at(circle, 0.6001, 0.4), at(circle, 0.58, 0.48)]).toEqual([
      ...[true, true, false, false],
    ]);
  });

  it('is right within an outline that turns inwards, and wrong in its bay', () => {
    const bay: Region = {
      polygon: [
        [0.1, 0.1],
        [0.9, 0.1],
        [0.9, 0.9],
        [0.5, 0.3],
        [0.1, 0.9],
      ],
    };
    expect([at(bay, 0.2, 0.3), at(bay, 0.5, 0.2), at(bay, 0.5, 0.6), at(bay, 0, 0.5)]).toEqual([
      ...[true, true, false, false],
    ]);
  });

  it('is nothing but wrong when another form was asked, or is given', () => {
    const region: Region = { circle: [0.5, 0.5, 0.5] };
    const asked: Asked = { text, form: 'point', picture: 'x', region };
    expect(isRight(asked, [], { prompt: 'p', choice: '1' })).toBe(false);
    const single: Asked = { text, form: 'single', choices: choicesOf(2), answer: 'c0' };
    expect(isRight(single, ['c0', 'c1'], { prompt: 'p', point: [0, 0] })).toBe(false);
  });
});
