import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRuns, type Look } from '../../sdk/runs.ts';
import type { PlayState, Run } from '../../sdk/wire.ts';

const wall = (runs: readonly Run[]): number => runs.reduce((sum, [, , from, to]) => sum + to - from, 0);
const media = (runs: readonly Run[]): number => runs.reduce((sum, [from, to]) => sum + to - from, 0);
const at = (t: number, position: number, state: PlayState = 'playing', rate = 1): Look => ({
  at: t,
  media: position,
  rate,
  state,
});

/** Looks each 100 ms while an honest player plays. */
function play(runs: ReturnType<typeof createRuns>, from: number, to: number, position: number, rate = 1): number {
  let last = position;
  for (let t = from; t <= to; t += 100) {
    last = position + (t - from) * rate;
    runs.look(at(t, last, 'playing', rate));
  }
  return last;
}

describe('played intervals', () => {
  it('cover a seek with nothing, and tell where it went', () => {
    const runs = createRuns();
    play(runs, 0, 2000, 0);
    expect(runs.look(at(2050, 60_000, 'seeking'))).toBeNull();
    expect(runs.look(at(2200, 60_000))).toBe('seeked');
    play(runs, 2300, 3300, 60_100);
    const { runs: played, seeks } = runs.take();
    expect(played).toEqual([
      [0, 2000, 0, 2000],
      [60_000, 61_100, 2200, 3300],
    ]);
    expect(seeks).toEqual([[2000, 60_000]]);
  });

  it('cover a jump without any seek event with nothing', () => {
    const runs = createRuns();
    play(runs, 0, 2000, 0);
    expect(runs.look(at(2100, 9000))).toBe('seeked');
    play(runs, 2200, 3000, 9100);
    expect(media(runs.take().runs)).toBe(2900);
  });

  it('do not stretch when the position is nudged forward a little at every look', () => {
    const runs = createRuns();
    for (let step = 0; step <= 100; step++) runs.look(at(step * 100, step * 350));
    const { runs: played } = runs.take();
    for (const [from, to, start, end] of played) expect(to - from).toBeLessThanOrEqual(end - start + 300);
  });

  it('cover the sleep of the machine with nothing', () => {
    const runs = createRuns();
    play(runs, 0, 2000, 0);
    runs.look(at(3_602_000, 2100));
    play(runs, 3_602_100, 3_603_000, 2200);
    const { runs: played } = runs.take();
    expect(wall(played)).toBe(3100);
    expect(media(played)).toBe(3100);
  });

  it('keep playing through a page that was busy for seconds', () => {
    const runs = createRuns();
    play(runs, 0, 2000, 0);
    play(runs, 5000, 6000, 5000);
    expect(runs.take().runs).toEqual([[0, 6000, 0, 6000]]);
  });

  it('are cut where the rate changes, and say so', () => {
    const runs = createRuns();
    play(runs, 0, 2000, 0);
    expect(runs.look(at(2100, 2100, 'playing', 2))).toBe('rate');
    play(runs, 2200, 3100, 2300, 2);
    expect(runs.take().runs).toEqual([
      [0, 2100, 0, 2100],
      [2100, 4100, 2100, 3100],
    ]);
  });

  it('claim nothing for a player that says playing and does not move', () => {
    const runs = createRuns();
    for (let t = 0; t <= 60_000; t += 100) runs.look(at(t, 5000));
    expect(runs.take().runs).toEqual([]);
  });

  it('count a stall, cut at it, and go on after it', () => {
    const runs = createRuns();
    play(runs, 0, 1000, 0);
    expect(runs.look(at(1100, 1100, 'stalled'))).toBe('stalled');
    runs.look(at(1600, 1100, 'stalled'));
    expect(runs.look(at(1700, 1100))).toBe('playing');
    play(runs, 1800, 2700, 1200);
    const taken = runs.take();
    expect(taken.stalled).toBe(600);
    expect(media(taken.runs)).toBe(2100);
  });

  it('lose nothing between beats, however the looks and takes fall', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ step: fc.integer({ min: 20, max: 240 }), take: fc.boolean() }), {
          minLength: 20,
          maxLength: 200,
        }),
        (steps) => {
          const runs = createRuns();
          const all: Run[] = [];
          let t = 0;
          runs.look(at(0, 1000));
          for (const { step, take } of steps) {
            t += step;
            // Positions are read with a few milliseconds of error, as measured.
            runs.look(at(t, 1000 + t + (t % 7) - 3));
            if (take) all.push(...runs.take().runs);
          }
          all.push(...runs.take().runs);
          expect(Math.abs(wall(all) - t)).toBeLessThanOrEqual(300);
          for (let n = 1; n < all.length; n++) expect(all[n]![2]).toBeGreaterThanOrEqual(all[n - 1]![3]);
        },
      ),
    );
  });

  it('never hold more than the wire takes, whatever the player does', () => {
    const state = fc.constantFrom<PlayState>('playing', 'paused', 'seeking', 'stalled', 'ended');
    const step = fc.record({
      dt: fc.integer({ min: 0, max: 3000 }),
      media: fc.integer({ min: 0, max: 90_000 }),
      rate: fc.constantFrom(0, 0.5, 1, 2, 16),
      state,
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const runs = createRuns();
        let t = 0;
        for (const { dt, media: position, rate, state: now } of steps) {
          t += dt;
          runs.look(at(t, position, now, rate));
        }
        const taken = runs.take();
        expect(taken.runs.length).toBeLessThanOrEqual(8);
        expect(taken.seeks.length).toBeLessThanOrEqual(8);
        let until = 0;
        for (const [from, to, start, end] of taken.runs) {
          expect(to).toBeGreaterThanOrEqual(from);
          expect(start).toBeGreaterThanOrEqual(until);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(t);
          until = end;
        }
      }),
    );
  });
});
