/** How well a bank covers a lesson, by its items alone. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverageOf } from '../../programs/admin/bank/coverage.ts';

describe('how a bank covers a lesson', () => {
  const hour = 3_600_000;
  const item = (about: readonly [number, number] | null, template = false) =>
    ({ form: 'single', template, about }) as const;

  it('is thin with fewer than 8 items an hour, or with more than 15 minutes without one', () => {
    const tied = (n: number) => Array.from({ length: n }, (_, i) => item([(i * hour) / n, ((i + 1) * hour) / n]));
    expect([7, 8].map((n) => coverageOf(tied(n), hour).thin)).toEqual([true, false]);
    expect(coverageOf([item(null, true), item(null, true)], hour)).toMatchObject({ perHour: 8, thin: false });
    const start = Array.from({ length: 20 }, (_, i) => item([i * 60_000, (i + 1) * 60_000]));
    expect(coverageOf(start, hour)).toMatchObject({ gap: [1_200_000, hour], thin: true });
    expect(coverageOf([...start, item(null)], hour).gap).toEqual([0, 0]);
    expect(coverageOf([], 60_000)).toMatchObject({ gap: [0, 60_000], thin: true });
  });

  it('is easily guessed when most of it are single choices', () => {
    const number = { form: 'number', template: false, about: null } as const;
    expect(coverageOf([item(null), number], hour).guessable).toBe(false);
    expect(coverageOf([item(null), item(null), number], hour).guessable).toBe(true);
  });

  it('finds the largest stretch that no item is about, whatever the items', () => {
    const stretch = fc
      .tuple(fc.nat(50), fc.integer({ min: 1, max: 10 }))
      .map(([from, ms]) => [from, from + ms] as const);
    fc.assert(
      fc.property(fc.array(stretch), (all) => {
        const { gap } = coverageOf(
          all.map((about) => item(about)),
          60,
        );
        const free = Array.from({ length: 60 }, (_, at) => !all.some(([from, to]) => from <= at && at < to));
        const longest = Math.max(
          ...free.map((_, at) => free.slice(at).findIndex((one) => !one)).map((n, at) => (n < 0 ? 60 - at : n)),
        );
        expect(gap[1] - gap[0]).toBe(longest);
      }),
    );
  });

  it('is not filled by items that point at a picture: who cannot see it is asked the others', () => {
    const about = null;
    const words = Array.from({ length: 8 }, () => ({ form: 'single' as const, template: false, about }));
    const points = Array.from({ length: 8 }, () => ({ form: 'point' as const, template: false, about }));
    expect(coverageOf([...words, ...points], 3_600_000)).toMatchObject({ items: 16, perHour: 8, thin: false });
    expect(coverageOf(points, 3_600_000)).toMatchObject({ perHour: 0, thin: true });
  });
});
