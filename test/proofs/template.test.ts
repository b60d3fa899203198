/** Templates: arithmetic that runs no code, and questions that hold whatever is drawn. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../server/classes/bank/checkItem.ts';
import { type Item, itemSchema } from '../../server/classes/item.ts';
import { evaluate, parse, rounded, written } from '../../server/proofs/question/expression.ts';
import { askOf, draw, haveTwins, render } from '../../server/proofs/question/template.ts';

const worth = (text: string, values: Record<string, number> = {}): number | null => {
  const expression = parse(text);
  return expression === null ? null : evaluate(expression, (name) => values[name]);
};

describe('an expression', () => {
  it.each([
    ['', 'nothing'],
    ['process.exit(1)', 'a member'],
    ['constructor', 'a name that objects have'],
    ['__proto__', 'another'],
    ['r(1)', 'a call'],
    ['1 +', 'a sign without a right side'],
    ['(1', 'a parenthesis that stays open'],
    ['1)', 'one that was never opened'],
    ['1 2', 'two numbers'],
    ['round(1, r)', 'rounding to what is no digit'],
    ['round', 'a function without its argument'],
    ['1e9', 'an exponent'],
    [`${'('.repeat(60)}1${')'.repeat(60)}`, 'deep nesting'],
    ['-'.repeat(60).concat('1'), 'many signs'],
    ['1+'.repeat(200).concat('1'), 'a long line'],
    ['1 ÷ 0', 'a division by zero'],
    ['0 / (2 - 2)', 'another'],
    [`${'9'.repeat(60)} × ${'9'.repeat(60)}`, 'a number past all bounds'],
  ])('%j (%s) has no value', (text) => {
    expect(worth(text, { r: 2 })).toBeNull();
  });

  it.each<[string, number]>([
    ['1 + 2 × 3', 7],
    ['(1 ＋ 2) × 3', 9],
    ['8 ÷ 2 ÷ 2', 2],
    ['7 − 2 − 1', 4],
    ['-r + i', -8],
    ['2 × -i', -4],
    ['round(r ÷ 3, 2)', 3.33],
    ['round(2.5)', 3],
    ['round(-2.5)', -3],
    ['round(1.005, 2)', 1.01],
  ])('%s = %d', (text, value) => {
    expect(worth(text, { r: 10, i: 2 })).toBe(value);
  });

  it('follows the rules of arithmetic, for any numbers', () => {
    const n = fc.integer({ min: -1000, max: 1000 });
    fc.assert(
      fc.property(n, n, n, (a, b, c) => {
        expect(worth('a + b × c − (a − b)', { a, b, c })).toBe(a + b * c - (a - b));
        expect(worth('a ÷ c', { a, c })).toBe(c === 0 ? null : a / c);
      }),
    );
  });

  it('never throws, whatever is written', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'()+-*/, 12.rx×÷（'.split('')), maxLength: 80 }), (text) => {
        expect(typeof worth(text, { r: 1, x: 0 })).toMatch(/number|object/);
      }),
    );
  });

  it.each<[number, string]>([
    [0.1 * 3, '0.3'],
    [100, '100'],
    [-0.0000001, '0'],
    [1.005, '1.005'],
    [1 / 3, '0.333333'],
  ])('%d is written %s', (value, text) => {
    expect([written(value), written(rounded(value, 9))]).toEqual([text, text]);
  });
});

const template = (patch: object = {}): Item =>
  itemSchema.parse({
    id: 't',
    zh: '一个电阻 {r} Ω，电流 {i} A，{u}是多少？',
    en: 'A resistor of {r} Ω carries {i} A. What is the {u}?',
    variables: {
      r: { from: 5, to: 50, step: 5 },
      i: { from: 0.5, to: 4, step: 0.5 },
      u: {
        oneOf: [
          { zh: '电压', en: 'voltage' },
          { zh: '两端电压', en: 'voltage across it' },
        ],
      },
    },
    choices: [
      { id: 'a', zh: '{r × i} V', en: '{r × i} V' },
      { id: 'b', zh: '{r + i} V', en: '{r + i} V' },
      { id: 'c', zh: '{round(r ÷ i, 1)} V', en: '{round(r ÷ i, 1)} V' },
      { id: 'd', zh: '{r × i + 10} V', en: '{r × i + 10} V' },
    ],
    answer: 'a',
    ...patch,
  });

describe('a template', () => {
  it('has no two choices that read the same, and the key among them, whatever is drawn', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(2 ** 30)), (stream) => {
        const below = (n: number) => (stream.next().value as number) % n;
        const asked = askOf(template(), below);
        if (asked === null || asked.form !== 'single') throw new Error('not asked');
        expect(haveTwins(asked.choices)).toBe(false);
        const { r, i } = asked.drawn as { r: number; i: number };
        expect(asked.choices.find(({ id }) => id === asked.answer)?.zh).toBe(`${written(r * i)} V`);
        expect(asked.text.en).toContain(`${r} Ω carries ${i} A`);
        expect(JSON.stringify(asked)).not.toMatch(/\{\w|NaN/);
      }),
    );
  });

  it('gives the same question for the same drawing, and stays within what may be drawn', () => {
    const item = template();
    fc.assert(
      fc.property(fc.array(fc.nat(2 ** 30), { minLength: 3, maxLength: 3 }), (turns) => {
        const given = turns.values();
        const drawn = draw(item.variables!, (n) => given.next().value! % n);
        expect(render(item, drawn)).toEqual(render(item, drawn));
        expect(drawn['r']).toSatisfy((r: number) => r >= 5 && r <= 50 && r % 5 === 0);
        expect(drawn['i']).toSatisfy((i: number) => i >= 0.5 && i <= 4 && (i * 2) % 1 === 0);
      }),
    );
  });

  it('is drawn again where two choices collide, and given up where they always do', () => {
    // r = i = 2: sum and product are both 4.
    const variables = { r: { oneOf: [2, 3] }, i: { oneOf: [2, 5] }, u: { oneOf: [1, 2] } };
    const turns = [0, 0, 0, 1, 1, 1].values();
    const asked = askOf(template({ variables }), () => turns.next().value ?? 0);
    expect(asked?.drawn).toMatchObject({ r: 3, i: 5 });
    const always = template({ variables: { ...variables, r: { oneOf: [2, 2] }, i: { oneOf: [2, 2] } } });
    expect(askOf(always, () => 0)).toBeNull();
  });

  it.each<[string, object, string]>([
    ['a name that is none', { zh: '{x}', en: '{x}' }, 'variable x'],
    ['arithmetic that is none', { zh: '{r +}', en: '{r i u}' }, 'no arithmetic'],
    ['a variable that changes nothing', { zh: '?', en: '?' }, 'u is not used'],
    ['arithmetic with a term', { zh: '{u + 1}', en: '{u + 1}' }, 'no question'],
    ['choices that always collide', { choices: template().form === 'single' ? twins() : [] }, 'no question'],
    ['a key that is no choice', { answer: 'z' }, 'not one of the choices'],
    ['a stretch past the end', { about: [0, 700_000] }, 'beyond the end'],
    ['a division by zero', { zh: '{u}{1 ÷ (r − r)}' }, 'no question'],
  ])('is refused at import for %s', (_what, patch, words) => {
    expect(problemsOf(template(patch), 600_000).map(({ en }) => en)).toContainEqual(expect.stringContaining(words));
  });

  it('that is well made has no problem, nor has an item with braces and no variables', () => {
    expect(problemsOf(template(), 600_000)).toEqual([]);
    const { variables: _, ...plain } = template();
    expect(problemsOf(plain as Item, 600_000)).toEqual([]);
    expect(render(plain as Item, {})?.text.zh).toContain('{r}');
  });
});

function twins() {
  return ['a', 'b'].map((id) => ({ id, zh: `${id === 'a' ? '{r}' : '{r + 0}'} V`, en: '{i}' }));
}
