/** backgroundPlayback: hidden pages, pages that lie about being seen, and unfocused ones where a policy minds. */
import { describe, expect, it } from 'vitest';
import { type BeatClaim, Sign, standardPolicy } from '../../detector/index.ts';
import { everyRule } from '../support/offences.ts';
import { hiddenTab, noticesOf, outcome, stage } from '../support/outcome.ts';
import { player } from '../support/page.ts';

const policy = standardPolicy;
const spoofed = 'backgroundPlayback.spoofedVisibility';

describe('hidden', () => {
  it('warns at the moment of hiding, denies the hidden seconds, and alerts beyond ten of them', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.beat({ cause: 'hidden' });
    expect(noticesOf(outcome(events, policy).folded)).toEqual(['denied s1 backgroundPlayback.hidden']);
    expect(outcome(events, policy).alerts).toEqual([]);
    a.play(10_000, { patch: hiddenTab(10_000, 'hidden') });
    expect(outcome(events, policy).alerts).toEqual([]);
    a.play(10_000, { patch: hiddenTab(10_000, 'hidden') });
    a.play(20_000);
    const { reasons, held, alerts } = outcome(events, policy);
    expect(alerts).toEqual(['backgroundPlayback.hidden']);
    expect(reasons['backgroundPlayback.hidden']).toBe(20_000);
    expect(held).toBeGreaterThan(40_000 - 100);
  });

  it('a 3 s tab switch: the seconds are denied and told, nobody is accused', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.beat({ cause: 'hidden' });
    a.play(3_000, { patch: { cause: 'visible', ...hiddenTab(3_000, 'hidden') } });
    a.play(20_000);
    const { reasons, alerts, held, folded } = outcome(events, policy);
    expect(alerts).toEqual([]);
    expect(reasons['backgroundPlayback.hidden']).toBe(3_000);
    expect(held).toBeGreaterThan(40_000 - 100);
    expect(noticesOf(folded)).toContain('denied s1 backgroundPlayback.hidden');
  });

  it('hiding five times in ten minutes is worth a look; four times, or five in an hour, is not', () => {
    const flips = (times: number, everyMs: number) => {
      const { events, clock } = stage();
      const a = player(events, clock, { lessonMs: 7_200_000 });
      for (let i = 0; i < times; i += 1) {
        a.beat({ cause: 'hidden' });
        a.play(2_000, { patch: { cause: 'visible', ...hiddenTab(2_000, 'hidden') } });
        a.play(everyMs);
      }
      return outcome(events, policy).alerts.filter((alert) => alert.endsWith('.hidden')).length;
    };
    expect(flips(5, 60_000)).toBe(1);
    expect(flips(4, 60_000)).toBe(0);
    expect(flips(5, 720_000)).toBe(0);
  });

  it('says nothing when the lesson was paused before the page was hidden', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.pause();
    a.beat({ cause: 'hidden', player: ['paused', 20_000, 100] });
    clock.now += 60_000;
    a.beat({ cause: 'visible', ...hiddenTab(60_000, 'hidden'), player: ['paused', 20_000, 100] });
    a.play(20_000);
    expect(outcome(events, policy)).toMatchObject({ alerts: [], denied: expect.closeTo(0, -2) });
  });

  it('two 0.4 s flips 58 min apart make no long bar', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { lessonMs: 7_200_000 });
    const flip = () => {
      a.beat({ cause: 'hidden' });
      a.play(400, { patch: { cause: 'visible', ...hiddenTab(400, 'hidden') } });
    };
    a.play(20_000);
    flip();
    for (let i = 0; i < 6; i += 1) {
      a.play(580_000);
      a.prompt(`p${i}`);
      a.answer(`p${i}`);
    }
    flip();
    const { spans, alerts, reasons } = outcome(events, policy);
    expect(alerts).toEqual([]);
    expect(reasons['backgroundPlayback.hidden']).toBe(800);
    for (const span of spans)
      if (span.reason === 'backgroundPlayback.hidden') expect(span.to - span.from).toBeLessThan(1_000);
  });
});

describe('spoofedVisibility', () => {
  it.each([
    ['frames and timers', (ms: number) => hiddenTab(ms, 'visible')],
    ['faked animation frames at 1.3/s', (ms: number) => ({ ...hiddenTab(ms, 'visible'), frames: [13, 0] as const })],
    ['the browser’s own visibility record', (ms: number) => ({ page: [ms, ms, ms - 500] as const })],
  ])('a page that claims to be visible is contradicted by %s', (_name, patch) => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.play(20_000, { patch: patch(10_000) });
    const { reasons, alerts } = outcome(events, policy);
    expect(reasons[spoofed]).toBe(20_000);
    expect(alerts).toEqual([spoofed]);
  });

  it('ten beats a second hide no frozen frames', () => {
    const { events, clock } = stage();
    const patch = { page: [100, 100, -1], frames: [0, 0], clocks: [100, 0, 1] } as const;
    player(events, clock).play(20_000, { every: 100, patch });
    expect(outcome(events, policy).alerts).toContain(spoofed);
  });

  it('a hidden page whose scripts hide it is called spoofed; the same scripts in a visible one are not', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000, { patch: { signs: Sign.ownVisibility } });
    expect(outcome(events, policy).alerts).toEqual([]);
    a.play(20_000, { patch: { ...hiddenTab(10_000, 'hidden'), signs: Sign.ownVisibility | Sign.visibilityMismatch } });
    const { alerts, reasons } = outcome(events, policy);
    expect(alerts).toEqual([spoofed]);
    expect(reasons).toMatchObject({ [spoofed]: 20_000 });
  });

  it('main thread blocked 9.6 s of a beat: frames and timers stop together in front of an honest person', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    const blocked: Partial<BeatClaim> = { busy: 9_600, frames: [24, 10], clocks: [10_000, 4, 100] };
    for (let i = 0; i < 5; i += 1) {
      a.play(10_000, { patch: blocked });
      a.play(10_000);
    }
    expect(outcome(events, policy)).toMatchObject({ alerts: [], denied: expect.closeTo(0, -2) });
  });

  it('hidden while its thread was blocked: the recorded seconds are denied, nobody is accused', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.play(10_000, { patch: { busy: 6_500, page: [9_800, 9_800, 3_800], frames: [160, 60] } });
    const { alerts, reasons } = outcome(events, policy);
    expect(alerts).toEqual([]);
    expect(reasons).toMatchObject({ 'backgroundPlayback.hidden': 3_800 });
    // What was recorded beyond that contradicts the page.
    a.play(10_000, { patch: { busy: 2_000, page: [10_000, 10_000, 3_800] } });
    expect(outcome(events, policy).alerts).toEqual([spoofed]);
  });

  it('a thread that is blocked in part is judged by the rest: a hidden tab does not hide behind it', () => {
    const { events, clock } = stage();
    const patch = { ...hiddenTab(10_000, 'visible'), busy: 4_000 };
    player(events, clock).play(40_000, { patch });
    expect(outcome(events, policy).alerts).toContain(spoofed);
  });

  it.each([
    ['an older SDK, which does not tell when its thread was blocked', { busy: undefined }],
    ['a Worker that is starved as well', { clocks: [10_000, 10, 20] as const }],
    ['video frames that go on', { frames: [0, 250] as const }],
    ['page timers that go on', { clocks: [10_000, 100, 100] as const }],
  ])('silence proves nothing beside %s', (_name, patch) => {
    const { events, clock } = stage();
    player(events, clock).play(40_000, { patch: { ...hiddenTab(10_000, 'visible'), ...patch } });
    expect(outcome(events, policy).alerts).toEqual([]);
  });
});

describe('unfocused', () => {
  const away = { page: [10_000, 0, 0] as const };

  it('where a policy asks for focus, its absence is denied, and in one go of over ten seconds alerted', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(10_000, { patch: away });
    a.play(10_000);
    a.play(10_000, { patch: away });
    expect(outcome(events, everyRule).alerts).toEqual([]);
    a.play(10_000, { patch: away });
    const { alerts, reasons } = outcome(events, everyRule);
    expect(alerts).toEqual(['backgroundPlayback.unfocused']);
    expect(reasons['backgroundPlayback.unfocused']).toBe(30_000);
  });

  it('two screens are honest: no shipped policy asks for it', () => {
    const { events, clock } = stage();
    player(events, clock).play(60_000, { patch: away });
    expect(outcome(events, policy)).toMatchObject({ alerts: [], denied: expect.closeTo(0, -2) });
  });
});
