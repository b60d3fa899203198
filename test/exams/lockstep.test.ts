/**
 * 200 exams of people who meet shuffled items at their own pace; in ten of them somebody is told, item after item,
 * what a neighbour answers. How many of these pairs are named, and who is named besides. Everybody opens at the same
 * minute and some keep an even pace: as close to each other as honest people come.
 */
import { describe, expect, it } from 'vitest';
import { lockstep, type Timing } from '../../server/exams/lockstep.ts';
import { shuffled } from '../../server/exams/shuffle.ts';
import { drawer } from '../patterns/world.ts';

const PEOPLE = 40;
const ITEMS = 50;

function exam(random: () => number, told: boolean): Timing[] {
  const below = (n: number): number => Math.floor(random() * n);
  const items = Array.from({ length: ITEMS }, (_, i) => `i${i}`);
  const all = Array.from({ length: PEOPLE }, (_, p): Timing => {
    const openedAt = below(60_000);
    const pace = 15_000 + below(40_000);
    const evenly = p % 4 === 0;
    let at = openedAt;
    const moments = new Map(
      shuffled(items, below).map((item) => {
        at += evenly ? pace + below(2000) : Math.round(pace * (0.3 + 1.4 * random()));
        return [item, at] as const;
      }),
    );
    return { id: `p${p}`, person: `p${p}`, openedAt, handedInAt: at + 5000, moments };
  });
  const [first, second] = all;
  if (!told || first === undefined || second === undefined) return all;
  const lag = below(20_000);
  // Two of five are missed or answered alone.
  const moments = new Map(
    [...first.moments].map(([item, at]) => [
      item,
      random() < 0.6 ? at + lag + below(2500) : (second.moments.get(item) ?? at),
    ]),
  );
  const handedInAt = Math.max(...moments.values()) + 5000;
  return [first, { ...second, moments, handedInAt }, ...all.slice(2)];
}

describe('200 exams with ten pairs in step', () => {
  it.each([20261, 20262, 20263])('of seed %i', { timeout: 120_000 }, (seed) => {
    const random = drawer(seed);
    let [found, falsely] = [0, 0];
    for (let i = 0; i < 200; i++) {
      const pairs = lockstep(exam(random, i % 20 === 0));
      const named = pairs.filter(({ a, b }) => i % 20 === 0 && a === 'p0' && b === 'p1').length;
      found += named;
      falsely += pairs.length - named;
    }
    console.log(`lockstep, seed ${seed}: found ${found} of 10, false ${falsely} of 156000 pairs`);
    expect(found).toBeGreaterThanOrEqual(8);
    expect(falsely).toBeLessThanOrEqual(1);
  });
});

it('names nobody who sat at other times, the same person’s two sittings, or a handful of items in step', () => {
  const [first, second] = exam(drawer(5), true);
  if (first === undefined || second === undefined) throw new Error('two sat');
  const day = 86_400_000;
  const later: Timing = {
    ...{ ...second, openedAt: second.openedAt + day, handedInAt: second.handedInAt + day },
    moments: new Map([...second.moments].map(([item, at]) => [item, at + day])),
  };
  expect(lockstep([first, second])).toHaveLength(1);
  expect(lockstep([first, later])).toEqual([]);
  expect(lockstep([first, { ...second, person: first.person }])).toEqual([]);
  expect(lockstep([first, second], () => false)).toEqual([]);
  const few = { ...second, moments: new Map([...second.moments].slice(0, 6)) };
  expect(lockstep([{ ...first, moments: new Map([...first.moments].slice(0, 5)) }, few])).toEqual([]);
});
