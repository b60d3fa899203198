import { describe, expect, it } from 'vitest';
import { Sign } from '../../detector/index.ts';
import { player } from '../support/lesson.ts';
import { minute, noticesOf, outcome, stage } from '../support/outcome.ts';

describe('an honest lesson', () => {
  it('holds every second until a right answer, then credits them all, and raises nothing', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(minute);
    expect(outcome(events)).toMatchObject({ credited: 0, alerts: [] });
    expect(outcome(events).held).toBeGreaterThan(minute - 100);
    a.prompt('p1');
    clock.now += 6_000;
    a.answer('p1');
    const after = outcome(events);
    expect(after.credited).toBeGreaterThan(minute - 100);
    expect(after.credited + after.denied).toBe(minute);
    expect(noticesOf(after.folded)).toContain('released s1 presence.proven');
  });

  it.each([
    ['a 15 fps phone', (ms: number) => ({ frames: [Math.round(ms / 66), Math.round(ms / 66)] as const })],
    ['a second monitor: visible, unfocused', (ms: number) => ({ page: [ms, 0, 0] as const })],
    [
      'a browser without Worker, rVFC or visibility record',
      (ms: number) => ({
        page: [ms, ms, -1] as const,
        frames: [Math.round(ms / 16), -1] as const,
        clocks: [ms, Math.round(ms / 100), -1] as const,
      }),
    ],
    ['a screen reader: no pointer, a few synthetic events', () => ({ input: [0, 2, 0, 2] as const })],
    ['an automated test browser', () => ({ signs: Sign.webdriver | Sign.offScreen })],
    [
      'a machine so busy that only page timers suffer',
      (ms: number) => ({ clocks: [ms, 1, Math.round(ms / 100)] as const }),
    ],
  ])('is not accused on %s', (_name, patch) => {
    const { events, clock } = stage();
    player(events, clock).play(minute, { patch: patch(10_000) });
    expect(outcome(events)).toMatchObject({ alerts: [] });
    expect(outcome(events).held).toBeGreaterThan(minute - 100);
  });

  it('a paused lunch break claims nothing and costs nothing of the clock', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.beat({ cause: 'paused', player: ['paused', 20_000, 100] });
    a.idle(2 * minute);
    a.play(20_000);
    expect(outcome(events)).toMatchObject({ alerts: [] });
    expect(outcome(events).held).toBeGreaterThan(40_000 - 100);
  });

  it('re-watching at 2× earns nothing and accuses nobody', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(40_000);
    a.seek(0);
    a.play(15_000, { rate: 2 });
    const { reasons, alerts, held } = outcome(events);
    expect(alerts).toEqual([]);
    expect(reasons['coverage.seen']).toBeGreaterThan(14_500);
    expect(held).toBeLessThanOrEqual(40_000);
  });
});
