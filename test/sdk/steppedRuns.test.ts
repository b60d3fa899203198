import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRuns } from '../../sdk/runs.ts';
import type { PlayState, Run } from '../../sdk/wire.ts';

/** What people, networks and machines do to a player; `ms` is how long. */
type Act =
  | { readonly kind: 'play'; readonly ms: number; readonly rate: number }
  | { readonly kind: 'pause' | 'stall' | 'sleep' | 'blocked'; readonly ms: number }
  | { readonly kind: 'seek'; readonly ms: number; readonly to: number };

/** How a browser shows the position. floor: multiples of the step. held: renewed once a step of time, exact when it stops. */
type Shown = 'floor' | 'held';

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('play' as const),
      ms: fc.integer({ min: 300, max: 20_000 }),
      rate: fc.constantFrom(0.5, 0.75, 1, 1.25, 1.5, 2),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('pause', 'stall'), ms: fc.integer({ min: 1, max: 3000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('sleep' as const), ms: fc.integer({ min: 5000, max: 3_600_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('blocked' as const), ms: fc.integer({ min: 100, max: 9600 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('seek' as const),
      ms: fc.integer({ min: 1, max: 900 }),
      to: fc.integer({ min: 0, max: 3600 }).map((seconds) => seconds * 1000),
    }),
  },
);

/** A player, the looks at it, and what really happened. */
function perform(acts: readonly Act[], step: number, shown: Shown, lookMs: number, takeEach: number) {
  const runs = createRuns();
  const found = { runs: [] as Run[], rates: [] as number[], seeks: 0, stalled: 0, takes: 0 };
  const truth = { media: 0, seeks: 0, stalled: 0, byRate: new Map<number, number>(), cuts: 0 };
  let at = 0;
  let media = 0;
  let rate = 1;
  let state = 'paused' as PlayState;
  let held = 0;
  let heldAt = 0;
  let looks = 0;

  const position = (): number => {
    if (shown === 'floor') return Math.floor(media / step) * step;
    if (state !== 'playing' || at - heldAt >= step) {
      held = media;
      heldAt = at;
    }
    return held;
  };
  const take = (): void => {
    const taken = runs.take();
    expect(taken.rates).toHaveLength(taken.runs.length);
    found.runs.push(...taken.runs);
    found.rates.push(...taken.rates);
    found.seeks += taken.seeks.length;
    found.stalled += taken.stalled;
    found.takes++;
  };
  const look = (): void => {
    runs.look({ at, media: position(), rate, state });
    if (++looks % takeEach === 0 || runs.full()) take();
  };
  const pass = (ms: number): void => {
    at += ms;
    if (state === 'playing') {
      media += ms * rate;
      truth.media += ms * rate;
      truth.byRate.set(rate, (truth.byRate.get(rate) ?? 0) + ms * rate);
    }
    if (state === 'stalled') truth.stalled += ms;
  };
  const watched = (ms: number): void => {
    for (let left = ms; left > 0; left -= lookMs) {
      pass(Math.min(lookMs, left));
      look();
    }
  };
  const becomes = (next: PlayState): void => {
    position();
    state = next;
    truth.cuts++;
    look();
  };

  look();
  for (const one of acts) {
    if (one.kind === 'play') {
      if (state === 'playing' && rate !== one.rate) truth.cuts++;
      if (state === 'playing') position();
      rate = one.rate;
      if (state === 'playing') look();
      else becomes('playing');
      watched(one.ms);
    } else if (one.kind === 'pause' || one.kind === 'stall') {
      if (state !== 'playing') continue;
      becomes(one.kind === 'pause' ? 'paused' : 'stalled');
      watched(one.ms);
      becomes('playing');
      // Plays on for a moment, so that what comes next meets a playing player.
      watched(lookMs);
    } else if (one.kind === 'sleep') {
      at += one.ms;
      heldAt += one.ms;
      if (state === 'stalled') truth.stalled += one.ms;
      look();
    } else if (one.kind === 'blocked') {
      pass(one.ms);
      look();
    } else if (one.kind === 'seek') {
      const was = state;
      state = 'seeking';
      media = one.to;
      truth.seeks++;
      truth.cuts++;
      look();
      watched(one.ms);
      becomes(was);
    }
  }
  take();
  return { found, truth };
}

const mediaOf = (runs: readonly Run[]): number => runs.reduce((sum, [from, to]) => sum + to - from, 0);

describe.each<Shown>(['floor', 'held'])('a position that is shown in steps (%s)', (shown) => {
  it.each([1, 40, 100, 250])('of %i ms loses no media, invents no seek, and keeps each rate', (step) => {
    fc.assert(
      fc.property(
        fc.array(act, { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 60, max: 130 }),
        fc.integer({ min: 5, max: 150 }),
        (acts, lookMs, takeEach) => {
          const { found, truth } = perform(acts, step, shown, lookMs, takeEach);
          // One step, as media at the highest rate; a seek also takes what was played since the last look.
          const oneStep = step * 2;
          const seekCost = truth.seeks * (oneStep + lookMs * 2);
          const rounding = found.runs.length;
          const sum = mediaOf(found.runs);
          expect(sum).toBeLessThanOrEqual(truth.media + oneStep + truth.seeks * oneStep + rounding);
          expect(sum).toBeGreaterThanOrEqual(truth.media - oneStep - seekCost - rounding);

          expect(found.seeks).toBe(truth.seeks);
          expect(Math.abs(found.stalled - truth.stalled)).toBeLessThanOrEqual(found.takes);

          // Each rate has its own media; a step may fall on either side of a cut.
          const byRate = new Map<number, number>();
          found.runs.forEach(([from, to], place) => {
            const rate = found.rates[place]!;
            byRate.set(rate, (byRate.get(rate) ?? 0) + to - from);
          });
          for (const rate of new Set([...byRate.keys(), ...truth.byRate.keys()])) {
            const off = Math.abs((byRate.get(rate) ?? 0) - (truth.byRate.get(rate) ?? 0));
            expect(off, `at ${rate}`).toBeLessThanOrEqual((truth.cuts + 1) * oneStep + seekCost + rounding);
          }

          let until = 0;
          found.runs.forEach(([from, to, start, end], place) => {
            expect(to).toBeGreaterThan(from);
            expect(start).toBeGreaterThanOrEqual(until);
            expect(end).toBeGreaterThanOrEqual(start);
            // No run says more than its rate and its time allow, but for one step.
            expect(to - from).toBeLessThanOrEqual(found.rates[place]! * (end - start) + oneStep + 2);
            until = end;
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});
