/** What may be asked, as laws. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, eligible, joined, measure, type Stretch } from '../../server/proofs/question/choose.ts';
import { watchedIn } from '../../server/proofs/question/watched.ts';
import { beatDraft } from '../support/judge.ts';

const stretch = fc.tuple(fc.nat(100), fc.integer({ min: 1, max: 40 })).map(([from, ms]): Stretch => [from, from + ms]);
const candidate = fc.record({
  id: fc.uuid(),
  form: fc.constantFrom('single' as const, 'order' as const),
  guess: fc.constantFrom(5, 50, 51, 250),
  lessonId: fc.constantFrom('a', 'b'),
  about: fc.option(stretch),
  lastAskedAt: fc.option(fc.nat(5)),
});
const watched = fc
  .tuple(fc.array(stretch), fc.array(stretch))
  .map(([a, b]): ReadonlyMap<string, readonly Stretch[]> => new Map(Object.entries({ a, b })));

describe('what may be asked', () => {
  it('is of a form that the page can draw, was watched, is new while anything new is left, and then of the third that was asked longest ago', () => {
    fc.assert(
      fc.property(fc.array(candidate), watched, (all, seen) => {
        const chosen = eligible(all, 'a', seen, ['single']);
        const may = ({ form, about, lessonId }: Candidate) =>
          form === 'single' &&
          (about === null || measure(joined(seen.get(lessonId)!), about) >= 0.7 * (about[1] - about[0]));
        const askable = all.filter(may);
        expect(chosen.every(may)).toBe(true);
        expect(chosen.length > 0).toBe(askable.length > 0);
        const fresh = askable.filter(({ lastAskedAt }) => lastAskedAt === null);
        const before = askable.map(({ lastAskedAt }) => lastAskedAt ?? 0).toSorted((a, b) => a - b);
        const third = before[Math.ceil(before.length / 3) - 1] ?? 0;
        const best = fresh.length > 0 ? fresh : askable.filter(({ lastAskedAt }) => (lastAskedAt ?? 0) <= third);
        for (const one of chosen) expect(best).toContain(one);
        const mine = best.filter(({ lessonId }) => lessonId === 'a');
        if (fresh.length > 0 && mine.length > 0) expect(chosen.every(({ lessonId }) => lessonId === 'a')).toBe(true);
        const hard = (mine.length > 0 ? mine : best).filter(({ guess }) => guess <= 50);
        if (fresh.length > 0 && hard.length > 0) expect(chosen.every(({ guess }) => guess <= 50)).toBe(true);
      }),
    );
  });

  it('counts a moment once, however often it was watched', () => {
    fc.assert(
      fc.property(fc.array(stretch), stretch, (stretches, about) => {
        const moments = Array.from({ length: about[1] - about[0] }, (_, i) => about[0] + i);
        const seen = moments.filter((at) => stretches.some(([from, to]) => from <= at && at < to));
        expect(measure(joined(stretches), about)).toBe(seen.length);
      }),
    );
  });

  it('is nothing that played in a hidden page', () => {
    const { mac, ...draft } = beatDraft('s', 1, 0, 10_000);
    const hidden = { ...draft, beat: { ...draft.beat, page: [4_000, 0, 6_000] } };
    expect(watchedIn([JSON.stringify(draft)])).toEqual([[1, 10_002]]);
    expect(watchedIn([JSON.stringify(hidden)])).toEqual([]);
  });
});
