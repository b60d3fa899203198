import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBusy } from '../../sdk/busy.ts';

/** Looks at these moments; what they came to. */
function told(moments: readonly number[], hasWorker: boolean): number {
  const busy = createBusy();
  for (const at of moments) busy.look(at, hasWorker);
  return busy.take();
}
const each = (stepMs: number, from: number, to: number): number[] =>
  Array.from({ length: Math.floor((to - from) / stepMs) + 1 }, (_, n) => from + n * stepMs);

describe('the time in which the page’s thread did not run', () => {
  it('is none while looks keep coming, also once a second in a hidden page without a Worker', () => {
    expect(told(each(100, 0, 60_000), true)).toBe(0);
    expect(told(each(390, 0, 60_000), true)).toBe(0);
    expect(told(each(1000, 0, 60_000), false)).toBe(0);
    expect(told([], true)).toBe(0);
    expect(told([5_000_000], true)).toBe(0);
  });

  it('is the gap, less a usual step, however the looks come in a burst after it', () => {
    const blocked = [...each(100, 0, 1000), 10_600, 10_600.1, 10_660, ...each(100, 10_700, 12_000)];
    expect(told(blocked, true)).toBe(9500);
    expect(told(blocked, false)).toBe(9500);
    expect(told([...each(1000, 0, 3000), 4400], false)).toBe(0);
  });

  it('does not take the first message of a Worker for the end of a gap', () => {
    const busy = createBusy();
    busy.look(0, false);
    expect(busy.look(1000, true)).toBe(0);
    expect(busy.look(2000, true)).toBe(900);
    expect(busy.take()).toBe(900);
    expect(busy.take()).toBe(0);
  });

  it('is never more than the time that passed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20_000), fc.boolean(), fc.boolean()), { maxLength: 60 }), (steps) => {
        const busy = createBusy();
        let at = 0;
        let from = 0;
        busy.look(0, true);
        for (const [dt, hasWorker, take] of steps) {
          at += dt;
          busy.look(at, hasWorker);
          if (!take) continue;
          expect(busy.take()).toBeLessThanOrEqual(at - from);
          from = at;
        }
      }),
    );
  });
});
