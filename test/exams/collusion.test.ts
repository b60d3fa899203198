/**
 * 200 sittings of people and items that are drawn by a nominal model, where some choices tempt more than others;
 * in ten of them somebody copies four answers of five of a neighbour's. How many of these pairs are named, and who is named
 * besides.
 */
import { describe, expect, it } from 'vitest';
import { collusion, type Responses } from '../../server/exams/collusion.ts';
import { drawer } from '../patterns/world.ts';

const CHOICES = ['a', 'b', 'c', 'd'];

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Bock's nominal model: the right choice gains with ability, a wrong one tempts as it was drawn. */
function sitting(random: () => number, { people = 40, items = 60, copied = 0.8 as number | null } = {}) {
  const bank = Array.from({ length: items }, (_, i) => ({
    id: `i${i}`,
    difficulty: normal(random),
    pull: CHOICES.slice(1).map(() => 0.8 * normal(random)),
  }));
  const take = (ability: number, { difficulty, pull }: (typeof bank)[number]): string => {
    const weights = [Math.exp(1.1 * (ability - difficulty) + 1.1), ...pull.map((one) => Math.exp(one))];
    let at = random() * weights.reduce((sum, one) => sum + one, 0);
    const nth = weights.findIndex((one) => {
      at -= one;
      return at < 0;
    });
    return CHOICES[nth] ?? 'd';
  };
  const taken = Array.from({ length: people }, () => {
    const ability = 0.9 * normal(random) - 0.2;
    return bank.map((item) => take(ability, item));
  });
  if (copied !== null) {
    const [copier = [], source = []] = taken;
    for (const [i, one] of source.entries()) if (random() < copied) copier[i] = one;
  }
  return taken.map(
    (own, p): Responses => ({
      id: `p${p}`,
      answers: new Map(own.map((chosen, i) => [`i${i}`, { chosen, right: chosen === 'a' }])),
    }),
  );
}

function run(seed: number) {
  const random = drawer(seed);
  let [found, falsely] = [0, 0];
  for (let i = 0; i < 200; i++) {
    const pairs = collusion(sitting(random, { copied: i % 20 === 0 ? 0.8 : null }));
    const named = pairs.filter(({ a, b }) => i % 20 === 0 && a === 'p0' && b === 'p1').length;
    found += named;
    falsely += pairs.length - named;
  }
  return { found, falsely };
}

describe('200 sittings with ten copying pairs', () => {
  // Some seconds of arithmetic each, and many times that where many tests share two cores.
  it.each([20261, 20262, 20263])('of seed %i', { timeout: 120_000 }, (seed) => {
    const { found, falsely } = run(seed);
    console.log(`collusion, seed ${seed}: found ${found} of 10, false ${falsely} of 156000 pairs`);
    expect(found).toBeGreaterThanOrEqual(8);
    expect(falsely).toBeLessThanOrEqual(1);
  });
});

it('names nobody where too few sit, where nobody is wrong, and for a choice that tempts everybody', () => {
  const same = (people: number, chosen: (p: number, i: number) => string): Responses[] =>
    Array.from({ length: people }, (_, p) => ({
      id: `p${p}`,
      answers: new Map(
        Array.from({ length: 40 }, (_, i) => [`i${i}`, { chosen: chosen(p, i), right: chosen(p, i) === 'a' }]),
      ),
    }));
  expect(collusion(same(19, (p, i) => (p < 2 ? 'b' : CHOICES[(p + i) % 4]!)))).toEqual([]);
  expect(collusion(same(40, () => 'a'))).toEqual([]);
  expect(collusion(same(40, (_, i) => (i % 2 === 0 ? 'b' : 'a')))).toEqual([]);
});

it('compares only what both were asked', () => {
  const all = sitting(drawer(7), { copied: 1 }).map(({ id, answers }, p) =>
    p === 0
      ? { id, answers: new Map([...answers].map(([item, answer]) => [`other-${item}`, answer] as const)) }
      : { id, answers },
  );
  expect(collusion(all)).toEqual([]);
});
