import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasBackForwardCache } from '../support/browser.ts';
import { mediaOf, openWorld, pause, play, position, type World, wallOf } from './lesson.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.stop());
beforeEach(() => {
  Object.assign(world.server.rules, { nextMs: 500, mute: false, deaf: false, refuseBeat: null });
});

const state = (tab: Page): Promise<string> => tab.evaluate(() => window.lesson.watch.state);
const reaches = (tab: Page, wanted: string): Promise<unknown> =>
  tab.waitForFunction((one) => window.lesson.watch.state === one, { timeout: 20_000 }, wanted);

/** Pauses, and holds that every played moment arrived once and in order. */
async function whole(tab: Page): Promise<void> {
  await pause(tab);
  const paused = await world.beat((beat) => beat.player[0] === 'paused' && beat.runs.length === 0 && beat.seq > 3);
  const beats = world.server.beats();
  expect(beats.map((beat) => beat.seq)).toEqual(beats.map((_, place) => place + 1));
  expect(paused.seq).toBeLessThanOrEqual(beats.length);
  const played = await position(tab);
  expect(Math.abs(mediaOf(beats) - played)).toBeLessThan(300);
  expect(Math.abs(wallOf(beats) - played)).toBeLessThan(300);
  expect(world.server.faults).toEqual([]);
}

describe('a bad network', () => {
  it('neither loses nor doubles when sockets are cut again and again', async () => {
    const tab = await world.lesson();
    await play(tab);
    for (let cuts = 0; cuts < 3; cuts++) {
      const before = world.server.beats().length;
      world.server.cut();
      await reaches(tab, 'watching');
      await vi.waitFor(() => expect(world.server.beats().length).toBeGreaterThan(before + 1), 15_000);
    }
    await whole(tab);
    expect(await tab.evaluate(() => window.lesson.states)).toContain('disconnected');
    await tab.close();
  });

  it('neither loses nor doubles when the server took beats and its replies were lost', async () => {
    const tab = await world.lesson();
    await play(tab);
    world.server.rules.mute = true;
    await vi.waitFor(() => expect(world.server.beats().length).toBeGreaterThan(3), 15_000);
    world.server.cut();
    world.server.rules.mute = false;
    await reaches(tab, 'watching');
    await whole(tab);
    await tab.close();
  });

  it('neither loses nor doubles over a restart of the server, and labels what waited', async () => {
    const tab = await world.lesson();
    await play(tab);
    await world.beat((beat) => beat.seq > 2);
    await world.server.down();
    await reaches(tab, 'disconnected');
    const from = await position(tab);
    await tab.waitForFunction((at) => document.querySelector('video')!.currentTime * 1000 > at + 2000, {}, from);
    await world.server.up();
    await reaches(tab, 'watching');
    await vi.waitFor(() => expect(world.server.received.some((one) => one.queued)).toBe(true), 15_000);
    await whole(tab);
    await tab.close();
  });

  it('sends again after a commit failed, and resumes after a gap', async () => {
    const tab = await world.lesson();
    await play(tab);
    for (const code of ['commitFailed', 'beatGap', 'draining']) {
      const before = world.server.beats().length;
      world.server.rules.refuseBeat = { code, retry: true };
      await vi.waitFor(() => expect(world.server.beats().length).toBeGreaterThan(before + 2), 20_000);
    }
    await whole(tab);
    await tab.close();
  });

  it('stops with words when a beat is refused for good', async () => {
    const tab = await world.lesson();
    world.server.rules.refuseBeat = { code: 'beatMac', retry: false };
    await reaches(tab, 'failed');
    const errors = await tab.evaluate(() => window.lesson.errors);
    expect(errors).toMatchObject([{ code: 'beatMac', fatal: true }]);
    await tab.close();
  });
});

describe('the end of a page', () => {
  it('sends by beacon what is not acknowledged, the closing beat last', async () => {
    const tab = await world.lesson();
    await play(tab);
    await world.beat((beat) => beat.runs.length > 0);
    world.server.rules.deaf = true;
    const reached = await position(tab);
    await tab.waitForFunction((at) => document.querySelector('video')!.currentTime * 1000 > at + 1500, {}, reached);
    await tab.goto(`${world.server.origin}/empty`);
    const closing = await world.cause('closing');
    const beats = world.server.beats();
    expect(beats.at(-1)).toBe(closing);
    expect(beats.map((beat) => beat.seq)).toEqual(beats.map((_, place) => place + 1));
    expect(mediaOf(beats)).toBeGreaterThan(reached + 1200);
    expect(world.server.received.at(-1)).toMatchObject({ by: 'beacon', queued: false });
    expect(world.server.received.at(-2)).toMatchObject({ by: 'beacon', queued: false });
    await tab.close();
  });

  it('leaves undelivered beats to the next page', async () => {
    const tab = await world.lesson();
    await play(tab);
    await world.beat((beat) => beat.runs.length > 0);
    const session = `session-${world.server.sessions.size}`;
    await world.server.down();
    await reaches(tab, 'disconnected');
    await tab.evaluate(() => window.lesson.watch.close());
    await world.server.up();
    expect(world.server.beats(session).at(-1)?.cause).not.toBe('closing');
    const next = await world.lesson();
    await world.cause('closing', session);
    const beats = world.server.beats(session);
    expect(beats.map((beat) => beat.seq)).toEqual(beats.map((_, place) => place + 1));
    await next.waitForFunction(
      (id) =>
        new Promise((resolve) => {
          const opening = indexedDB.open('zhenxue', 1);
          opening.onsuccess = () => {
            const all = opening.result.transaction('beats').objectStore('beats').getAll();
            all.onsuccess = () => resolve(!all.result.some((kept: { session: string }) => kept.session === id));
          };
        }),
      {},
      session,
    );
    await next.close();
    await tab.close();
  });

  it('goes on after the back/forward cache, with a fresh session', async ({ skip }) => {
    if (!hasBackForwardCache && process.env['CI'] !== 'true') {
      console.warn('\n*** no system Chromium: its back/forward cache is not tested ***\n');
      skip('the Chromium from npm has no back/forward cache');
    }
    const tab = await world.lesson('/?get', () => {
      window.addEventListener('pageshow', (event) => {
        document.title = event.persisted ? 'from the cache' : 'loaded';
      });
    });
    await play(tab);
    await world.beat((beat) => beat.runs.length > 0);
    const before = world.server.sessions.size;
    await tab.goto(`${world.server.origin}/empty`);
    await world.cause('closing');
    await tab.goBack();
    await vi.waitFor(() => expect(world.server.sessions.size).toBeGreaterThan(before), 10_000);
    await reaches(tab, 'watching');
    expect(await tab.title()).toBe('from the cache');
    await play(tab);
    await world.beat((beat) => beat.runs.length > 0);
    await tab.close();
  });
});

describe('a takeover', () => {
  it('flushes one last beat, stops, and can be taken back', async () => {
    const tab = await world.lesson('/?get');
    await play(tab);
    await world.beat((beat) => beat.runs.length > 0);
    const session = `session-${world.server.sessions.size}`;
    world.server.notice({ kind: 'takenOver' });
    const last = await world.cause('takenOver', session);
    await reaches(tab, 'takenOver');
    expect(world.server.beats(session).at(-1)).toBe(last);
    expect(await tab.evaluate(() => document.querySelector('video')!.paused)).toBe(false);
    await tab.evaluate(() => window.lesson.watch.retake());
    await reaches(tab, 'watching');
    await world.beat((beat) => beat.runs.length > 0 && beat.seq > 1);
    expect(`session-${world.server.sessions.size}`).not.toBe(session);
    expect(world.server.beats(session).at(-1)).toBe(last);
    await tab.close();
  });

  it('fetches a fresh ticket when the page’s was spent by a lost reply', async () => {
    const tab = await world.lesson('/?get');
    world.server.notice({ kind: 'closed' });
    await reaches(tab, 'closed');
    world.server.rules.mute = true;
    const before = world.server.sessions.size;
    await tab.evaluate(() => window.lesson.watch.retake());
    await vi.waitFor(() => expect(world.server.sessions.size).toBe(before + 1), 10_000);
    world.server.rules.mute = false;
    world.server.cut();
    await reaches(tab, 'watching');
    expect(await state(tab)).toBe('watching');
    await tab.close();
  });
});
