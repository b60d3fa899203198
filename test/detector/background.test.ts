import { describe, expect, it } from 'vitest';
import { Sign } from '../../detector/index.ts';
import { player } from '../support/lesson.ts';
import { hiddenTab, outcome, stage } from '../support/outcome.ts';

describe('backgroundPlayback', () => {
  it('speaks at the moment of hiding, denies the hidden time and nothing else', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.beat({ cause: 'hidden' });
    expect(outcome(events).alerts).toEqual(['backgroundPlayback.hidden']);
    a.play(20_000, { patch: hiddenTab(10_000, 'hidden') });
    a.play(20_000);
    const { reasons, held } = outcome(events);
    expect(reasons['backgroundPlayback.hidden']).toBe(20_000);
    expect(held).toBeGreaterThan(40_000 - 100);
  });

  it('says nothing when the lesson was paused before the page was hidden', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.beat({ cause: 'hidden', player: ['paused', 20_000, 100] });
    expect(outcome(events).alerts).toEqual([]);
  });

  it.each([
    ['frames and timers', (ms: number) => hiddenTab(ms, 'visible')],
    ['faked animation frames at 1.3/s', (ms: number) => ({ ...hiddenTab(ms, 'visible'), frames: [13, 0] as const })],
    ['the browser’s own visibility record', (ms: number) => ({ page: [ms, ms, ms - 500] as const })],
  ])('a page that claims to be visible is contradicted by %s', (_name, patch) => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.play(20_000, { patch: patch(10_000) });
    const { reasons, alerts } = outcome(events);
    expect(reasons['backgroundPlayback.spoofedVisibility']).toBe(20_000);
    expect(alerts).toEqual(['backgroundPlayback.spoofedVisibility']);
  });

  it('ten beats a second hide no frozen frames', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000, { every: 100, patch: { page: [100, 100, -1], frames: [0, 0], clocks: [100, 0, 1] } });
    expect(outcome(events).alerts).toContain('backgroundPlayback.spoofedVisibility');
  });

  it('a hidden page whose scripts hide it is called spoofed', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000, { patch: { signs: Sign.ownVisibility } });
    expect(outcome(events).alerts).toEqual([]);
    a.play(10_000, { patch: { ...hiddenTab(10_000, 'hidden'), signs: Sign.ownVisibility | Sign.visibilityMismatch } });
    expect(outcome(events).alerts).toEqual(['backgroundPlayback.spoofedVisibility']);
  });
});
