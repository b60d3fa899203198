/** Right and wrong answers of every form. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerSchema } from '../../sdk/wire.ts';
import { chosenBy, isRight, readNumber } from '../../server/proofs/question/answer.ts';
import type { Asked } from '../../server/proofs/question/template.ts';

const choices = ['a', 'b', 'c', 'd'].map((id) => ({ id, zh: id, en: id }));
const text = { zh: '？', en: '?' };
const prompt = 'prompt-1';
const asked = {
  single: { form: 'single', text, choices, answer: 'b' },
  multiple: { form: 'multiple', text, choices, answers: ['a', 'c'] },
  order: { form: 'order', text, choices },
  number: { form: 'number', text, answer: 12.5, tolerance: 0.1 },
} as const satisfies Record<string, Asked>;
/** Shown in the order d c b a: `1` is d. */
const shown = ['d', 'c', 'b', 'a'];
const right = {
  single: { prompt, choice: '3' },
  multiple: { prompt, choices: ['2', '4'] },
  order: { prompt, order: ['4', '3', '2', '1'] },
  number: { prompt, number: '12.5' },
} as const;
type Name = keyof typeof asked;
const names = Object.keys(asked) as Name[];

describe('an answer', () => {
  it('of another form than was asked is wrong', () => {
    for (const form of names) {
      for (const given of names) {
        expect(isRight(asked[form], shown, structuredClone(right[given]) as never), `${form} ${given}`).toBe(
          form === given,
        );
      }
    }
  });

  it.each([
    ['order', { order: ['4', '4', '2', '1'] }],
    ['order', { order: ['4', '3', '2'] }],
    ['order', { order: ['4', '3', '2', '1', '1'] }],
    ['order', { order: ['a', 'b', 'c', 'd'] }],
    ['multiple', { choices: ['2'] }],
    ['multiple', { choices: ['2', '4', '1'] }],
    ['multiple', { choices: ['2', '2'] }],
    ['multiple', { choices: ['2', '4', '99'] }],
    ['number', { number: 'NaN' }],
    ['number', { number: '12.61' }],
    ['number', { number: '0x0c' }],
    ['number', { number: '1,2.5' }],
  ] as const)('to %s that is %j is wrong', (form, given) => {
    expect(isRight(asked[form], shown, { prompt, ...given } as never)).toBe(false);
  });

  it('to multiple counts in any order', () => {
    expect(isRight(asked.multiple, shown, { prompt, choices: ['4', '2'] })).toBe(true);
  });

  it.each(['12.4', '12.6', ' 12.5 ', '１２．５', '+12.50'])('to number may be typed as %j', (number) => {
    expect(isRight(asked.number, shown, { prompt, number })).toBe(true);
  });

  it('is a number as it is written, and nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (n) => {
        expect(readNumber(String(n))).toBe(n);
      }),
    );
    expect([readNumber('1,234,567.5'), readNumber('−3'), readNumber('1 2'), readNumber('')]).toEqual([
      ...[1_234_567.5, -3, null, null],
    ]);
  });

  it.each<[string, object]>([
    ['10^5 choices', { choices: Array.from({ length: 100_000 }, String) }],
    ['an order of 10^5', { order: Array.from({ length: 100_000 }, String) }],
    ['a long number', { number: '1'.repeat(33) }],
    ['two forms at once', { choice: '1', number: '1' }],
    ['no form', {}],
    ['a number that is no text', { number: 12.5 }],
  ])('is refused at the door: %s', (_what, given) => {
    expect(answerSchema.safeParse({ prompt: 'prompt-0001', ...given }).success).toBe(false);
  });

  it('is kept in the bank’s own names, the same for all who took the same', () => {
    const taken = (form: Name, answer: object) => chosenBy(asked[form], shown, { prompt, ...answer } as never);
    expect(taken('single', { choice: '3' })).toBe('b');
    expect([taken('multiple', { choices: ['4', '1'] }), taken('multiple', { choices: ['1', '4', '1'] })]).toEqual([
      ...['a+d', 'a+d'],
    ]);
    expect(taken('order', { order: ['1', '2', '4', '3'] })).toBe('d>c>a>b');
    expect([taken('number', { number: ' １２.50' }), taken('number', { number: '12.5' })]).toEqual(['12.5', '12.5']);
    for (const form of names) {
      expect(taken(form, { choice: '9' })).toBeNull();
      expect(taken(form, form === 'order' ? { order: ['x'] } : { choices: ['x'] })).toBeNull();
    }
  });
});
