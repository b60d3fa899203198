import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Sign } from '../../sdk/wire.ts';
import { hide } from '../support/browser.ts';
import { mediaOf, openWorld, play, type World, wallOf } from './lesson.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.stop());

describe('a hidden lesson', () => {
  it('is told at once, keeps beating, and comes back', async () => {
    const tab = await world.lesson();
    await play(tab);
    await world.beat((beat) => beat.runs.length > 0);
    const show = await hide(tab);
    const hidden = await world.cause('hidden');
    const later = await world.beat((beat) => beat.seq > hidden.seq + 1 && beat.cause === 'interval');
    const span = later.span[1] - later.span[0];
    expect(later.page[0]).toBe(0);
    expect(later.page[1]).toBe(0);
    expect(Math.abs(later.page[2] - span)).toBeLessThan(50);
    expect(later.frames).toEqual([0, 0]);
    expect(later.clocks[2]).toBeGreaterThan(3 * Math.max(1, later.clocks[1]));
    expect(later.signs & (Sign.canarySwallowed | Sign.visibilityMismatch)).toBe(0);
    expect(mediaOf([later])).toBeGreaterThan(0);
    await show();
    await world.cause('visible');
    await tab.close();
  });

  it('is still told when the page swears that it is visible', async () => {
    const tab = await world.lesson('/', () => {
      Object.defineProperty(document, 'hidden', { get: () => false, configurable: true });
      Object.defineProperty(document, 'visibilityState', { get: () => 'visible', configurable: true });
      document.hasFocus = () => true;
      const dropped = ['visibilitychange', 'blur', 'focus', 'pagehide', 'mouseleave'];
      for (const type of dropped) {
        for (const target of [window, document])
          target.addEventListener(type, (event) => event.stopImmediatePropagation(), true);
      }
      const add = EventTarget.prototype.addEventListener;
      EventTarget.prototype.addEventListener = function (type: string, ...rest: unknown[]) {
        if (!dropped.includes(type)) Reflect.apply(add, this, [type, ...rest]);
      };
      window.requestAnimationFrame = (then) =>
        window.setTimeout(() => then(performance.now()), 16) as unknown as number;
    });
    await play(tab);
    await world.beat((beat) => beat.runs.length > 0);
    await hide(tab);
    const hidden = await world.cause('hidden');
    expect(hidden.signs & Sign.ownVisibility).toBeTruthy();
    expect(hidden.signs & Sign.visibilityMismatch).toBeTruthy();
    await world.beat((beat) => (beat.signs & Sign.canarySwallowed) !== 0);
    const later = await world.beat((beat) => beat.seq > hidden.seq && beat.cause === 'interval' && beat.page[0] === 0);
    expect(later.frames[1]).toBe(0);
    await tab.close();
  });

  it('contradicts itself when even the prototype lies', async () => {
    const tab = await world.lesson('/', () => {
      Object.defineProperty(Document.prototype, 'hidden', { get: () => false, configurable: true });
      Object.defineProperty(Document.prototype, 'visibilityState', { get: () => 'visible', configurable: true });
      Document.prototype.hasFocus = () => true;
      window.addEventListener('visibilitychange', (event) => event.stopImmediatePropagation(), true);
    });
    await play(tab);
    await world.beat((beat) => beat.runs.length > 0);
    await hide(tab);
    await world.cause('anomaly');
    const later = await world.beat((beat) => beat.page[2] > 500 && beat.page[2] >= beat.span[1] - beat.span[0] - 5);
    expect(later.page[0]).toBeGreaterThan(500);
    expect(later.frames).toEqual([0, 0]);
    await tab.close();
  });
});

describe('a hurried lesson', () => {
  it('shows its true rate behind an own accessor', async () => {
    const tab = await world.lesson('/', () => {
      document.addEventListener('DOMContentLoaded', () => {
        const video = document.querySelector('video')!;
        video.playbackRate = 2;
        Object.defineProperty(video, 'playbackRate', { get: () => 1, set: () => undefined });
      });
    });
    await play(tab);
    const beat = await world.beat((one) => one.cause === 'interval' && one.runs.length > 0 && wallOf([one]) > 500);
    expect(beat.player[2]).toBe(200);
    expect(beat.signs & Sign.ownMedia).toBeTruthy();
    expect(mediaOf([beat]) / wallOf([beat])).toBeGreaterThan(1.5);
    await tab.close();
  });

  it('covers nothing by assigned positions, though seek events are swallowed', async () => {
    const tab = await world.lesson('/', () => {
      for (const type of ['seeking', 'seeked', 'timeupdate'])
        window.addEventListener(type, (event) => event.stopImmediatePropagation(), true);
    });
    await play(tab);
    await world.beat((beat) => beat.runs.length > 0);
    await tab.evaluate(() => {
      const video = document.querySelector('video')!;
      let jumps = 0;
      const timer = setInterval(() => {
        video.currentTime += 5;
        if (++jumps === 8) clearInterval(timer);
      }, 300);
    });
    await tab.waitForFunction(() => document.querySelector('video')!.currentTime > 42);
    await world.beat((beat) => beat.player[1] > 42_000);
    const beats = world.server.beats();
    expect(mediaOf(beats)).toBeLessThan(beats.at(-1)!.span[1] + 300);
    expect(beats.flatMap((beat) => beat.seeks).length).toBeGreaterThan(0);
    for (const [from, to, start, end] of beats.flatMap((beat) => beat.runs))
      expect(to - from).toBeLessThanOrEqual(end - start + 301);
    await tab.close();
  });

  it('tells a hooked Date by the clocks beside it, and stays connected', async () => {
    const tab = await world.lesson('/', () => {
      const real = Date.now;
      const start = real();
      Date.now = () => start + (real() - start) * 16;
    });
    await play(tab);
    const beat = await world.beat((one) => one.cause === 'interval' && one.seq > 2);
    const span = beat.span[1] - beat.span[0];
    expect(beat.clocks[0] / span).toBeGreaterThan(14);
    expect(beat.clocks[2] / (span / 100)).toBeLessThan(1.3);
    await world.beat((one) => one.seq > 6);
    expect(await tab.evaluate(() => window.lesson.states)).toEqual(['watching']);
    await tab.close();
  });

  it('folds a flood of rate changes', async () => {
    const tab = await world.lesson();
    await play(tab);
    await world.beat((beat) => beat.runs.length > 0);
    await tab.evaluate(() => {
      const video = document.querySelector('video')!;
      let n = 0;
      const timer = setInterval(() => {
        video.playbackRate = n % 2 ? 1 : 1.1;
        if (++n === 300) clearInterval(timer);
      }, 5);
    });
    await tab.waitForFunction(() => document.querySelector('video')!.currentTime > 5);
    await vi.waitFor(() => expect(world.server.beats().at(-1)!.player[1]).toBeGreaterThan(4500), 10_000);
    const beats = world.server.beats();
    expect(beats.length).toBeLessThan(10 + (beats.at(-1)!.span[1] / 1000) * 5);
    expect(world.server.faults).toEqual([]);
    await tab.close();
  });
});
