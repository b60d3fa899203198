/** What blockers, policies and a busy page take from the SDK, in a real Chromium. */
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hide } from '../support/browser.ts';
import { mediaOf, openWorld, play, position, type World } from './lesson.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.stop());
beforeEach(() => {
  Object.assign(world.server.rules, { nextMs: 1000, mute: false, deaf: false });
});

const troubles = (tab: Page): Promise<{ code: string; fatal: boolean }[]> =>
  tab.evaluate(() => window.lesson.errors.map(({ code, fatal }) => ({ code, fatal })));
const session = (): string => `session-${world.server.sessions.size}`;
const playsOn = async (tab: Page, ms: number): Promise<void> => {
  const from = await position(tab);
  await tab.waitForFunction((at) => document.querySelector('video')!.currentTime * 1000 > at, {}, from + ms);
};
/** Keeps the main thread from running, as a page's long task does. */
const block = (tab: Page, ms: number): Promise<void> =>
  tab.evaluate((wait) => {
    const until = performance.now() + wait;
    while (performance.now() < until);
  }, ms);
/** Every beat of the session arrived in order, the closing one last, and they say what was played. */
function complete(id: string, played: number): void {
  const beats = world.server.beats(id);
  expect(beats.map((beat) => beat.seq)).toEqual(beats.map((_, place) => place + 1));
  expect(beats.at(-1)?.cause).toBe('closing');
  // The position was read a moment before the page went.
  expect(mediaOf(beats)).toBeGreaterThan(played - 300);
  expect(world.server.faults).toEqual([]);
}

describe('a blocked thread', () => {
  it('is told as time that did not run, and contradicts nothing', async () => {
    const tab = await world.lesson();
    await play(tab);
    await world.beat((beat) => beat.runs.length > 0 && beat.clocks[2] > 0);
    await block(tab, 3000);
    const beat = await world.beat((one) => (one.busy ?? 0) > 2000);
    expect(beat.busy).toBeLessThanOrEqual(beat.span[1] - beat.span[0]);
    // The Worker's ticks of that time belong to that beat: the next one does not look throttled.
    expect(beat.clocks[2]).toBeGreaterThan(25);
    const next = await world.beat((one) => one.seq === beat.seq + 1);
    expect(next.clocks[2]).toBeLessThan((next.span[1] - next.span[0]) / 100 + 5);
    await playsOn(tab, 2500);
    expect(world.server.beats().map((one) => one.cause)).not.toContain('anomaly');
    await tab.close();
  });

  it.each(['/', '/strict'])('is not what a hidden tab is, with a Worker or without (%s)', async (path) => {
    const tab = await world.lesson(path);
    await play(tab);
    await world.beat((beat) => beat.runs.length > 0 && beat.seq > 2);
    const before = world.server.beats().length;
    const show = await hide(tab);
    const hidden = await world.cause('hidden');
    await world.beat((beat) => beat.seq > hidden.seq + 3);
    const there = world.server.beats().slice(before);
    const busy = there.reduce((sum, beat) => sum + (beat.busy ?? 0), 0);
    expect(busy).toBeLessThan((there.at(-1)!.span[1] - there[0]!.span[0]) / 2);
    await show();
    await tab.close();
  });
});

describe('one video', () => {
  it('has one session, however often a page asks to watch it', async () => {
    const tab = await world.lesson('/?get');
    const sessions = world.server.sessions.size;
    const [same, again] = await tab.evaluate(() => {
      const { watch } = window.lesson;
      const video = document.querySelector('video')!;
      const options = { getTicket: async () => 'a-second-ticket-for-one-video' };
      const first = window.Zhenxue.watch(video, options) === watch;
      watch.close();
      window.lesson.watch = window.Zhenxue.watch(video, options);
      // The closed one has no say over this element any more.
      watch.retake();
      return [first, window.lesson.watch === watch];
    });
    expect([same, again]).toEqual([true, false]);
    await tab.waitForFunction(() => window.lesson.watch.state === 'watching');
    expect(world.server.sessions.size).toBe(sessions + 1);
    await tab.close();
  });

  it('that plays already when its session opens is told at once', async () => {
    world.server.rules.nextMs = 60_000;
    const tab = await world.lesson('/?get');
    await play(tab);
    await world.cause('playing');
    world.server.notice({ kind: 'takenOver' });
    await tab.waitForFunction(() => window.lesson.watch.state === 'takenOver');
    await tab.evaluate(() => window.lesson.watch.retake());
    await tab.waitForFunction(() => window.lesson.watch.state === 'watching');
    expect((await world.beat(({ seq }) => seq === 1)).cause).toBe('playing');
    await tab.close();
  });
});

describe('a page without a Worker', () => {
  const withoutWorker: Record<string, [string, (() => void) | undefined]> = {
    'by its policy': ['/strict', undefined],
    'by an extension': [
      '/',
      () => {
        window.Worker = class {
          constructor() {
            throw new Error('blocked');
          }
        } as unknown as typeof Worker;
      },
    ],
    'that speaks': [
      '/',
      () => {
        window.Worker = class {
          terminate(): void {}
        } as unknown as typeof Worker;
      },
    ],
  };
  it.each(Object.entries(withoutWorker))('%s says so once, and loses nothing', async (_name, [path, before]) => {
    const tab = await world.lesson(path, before);
    await play(tab);
    await tab.waitForFunction(() => window.lesson.errors.length > 0, { timeout: 20_000 });
    await playsOn(tab, 1500);
    expect(await troubles(tab)).toEqual([{ code: 'workerBlocked', fatal: false }]);
    const played = await position(tab);
    const id = session();
    await tab.goto(`${world.server.origin}/empty`);
    await world.cause('closing', id);
    complete(id, played);
    await tab.close();
  });
});

describe('a page whose last words are blocked', () => {
  it.each([
    ['refused', () => void Object.defineProperty(navigator, 'sendBeacon', { value: () => false })],
    ['taken away', () => void Object.defineProperty(navigator, 'sendBeacon', { value: undefined })],
  ])('sends them another way when the beacon is %s', async (_how, before) => {
    const tab = await world.lesson('/', before);
    await play(tab);
    await world.beat((beat) => beat.runs.length > 0);
    world.server.rules.deaf = true;
    await playsOn(tab, 1500);
    const played = await position(tab);
    await tab.goto(`${world.server.origin}/empty`);
    await world.cause('closing', session());
    complete(session(), played);
    expect(world.server.received.at(-1)?.by).toBe('beacon');
    await tab.close();
  });

  it.each(['goes elsewhere', 'is closed'])(
    'leaves them to the next page, which says so once, when the tab %s',
    async (how) => {
      const tab = await world.lesson('/', () => {
        navigator.sendBeacon = () => true;
      });
      await play(tab);
      await world.beat((beat) => beat.runs.length > 0);
      const id = session();
      world.server.rules.deaf = true;
      await playsOn(tab, 1500);
      const played = await position(tab);
      if (how === 'is closed') await tab.close({ runBeforeUnload: true });
      else await tab.goto(`${world.server.origin}/empty`);
      expect(world.server.beats(id).at(-1)?.cause).not.toBe('closing');
      world.server.rules.deaf = false;
      const next = await world.lesson();
      await world.cause('closing', id);
      complete(id, played);
      await next.waitForFunction(() => window.lesson.errors.length > 0);
      expect(await troubles(next)).toEqual([{ code: 'beaconBlocked', fatal: false }]);
      await next.close();
      if (how !== 'is closed') await tab.close();
    },
  );

  it.each(['network', 'stub'])('keeps them while that page is blocked too (%s)', async (how) => {
    const tab = await world.lesson('/', () => {
      navigator.sendBeacon = () => true;
    });
    await play(tab);
    await world.beat((beat) => beat.runs.length > 0);
    const id = session();
    world.server.rules.deaf = true;
    await playsOn(tab, 1000);
    await tab.goto(`${world.server.origin}/empty`);
    world.server.rules.deaf = false;
    const blocked = await world.lesson(
      '/',
      how === 'network'
        ? () => {
            navigator.sendBeacon = () => false;
            window.fetch = () => Promise.reject(new TypeError('Failed to fetch'));
          }
        : () => {
            // As some blockers do: an empty answer in the server's place.
            window.fetch = () => {
              document.title = 'stubbed';
              return Promise.resolve(new Response('', { status: 200 }));
            };
          },
    );
    if (how === 'network') {
      await blocked.waitForFunction(() => window.lesson.errors.length > 0);
      expect(await troubles(blocked)).toEqual([{ code: 'beaconBlocked', fatal: false }]);
    } else await blocked.waitForFunction(() => document.title === 'stubbed');
    expect(world.server.beats(id).at(-1)?.cause).not.toBe('closing');
    await blocked.close();
    const next = await world.lesson();
    await world.cause('closing', id);
    await next.close();
    await tab.close();
  });
});
