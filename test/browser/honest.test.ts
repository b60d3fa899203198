/**
 * What honest people do (law 10), in a real browser against the real server: each row is a trainee
 * who does it, is accused of nothing and loses no more than what was truly unwatched. Every trainee
 * is a browser profile of its own, so they sit side by side in one browser. The slowest come first.
 */
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Policy } from '../../detector/index.ts';
import { chromium } from '../support/browser.ts';
import { hasPostgres } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { accounted, codes, denied, heard, slack } from '../support/hours.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { type Arrival, answerPrompt, asked, attend, outcome, type Trainee } from '../support/trainee.ts';

const timeout = 240_000;
/** The second lesson is filed at so much, far less than its file: its end can be reached in a test. */
const SHORT_MS = 24_000;

describe.skipIf(!hasPostgres())('honest people in a real browser', () => {
  let stack: Stack;
  let browser: Browser;
  beforeAll(async () => {
    // Here a lesson may be filed at far less than its file.
    const lenient = ({ rules, ...rest }: Policy): Policy => ({
      ...rest,
      rules: { ...rules, mediaReplaced: { ...rules.mediaReplaced!, slackMs: 10 * 60_000 } },
    });
    [stack, browser] = await Promise.all([startStack(lenient), chromium()]);
    await stack.database.db.query('update lessons set duration_ms = $1 where id = $2', [
      SHORT_MS,
      stack.demo.lessons[1]!.id,
    ]);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  const device = () => browser.createBrowserContext();
  const arrive = async (trainee: number, arrival?: Arrival) =>
    attend(await device(), stack.playerUrl(trainee), arrival);
  const credited = (trainee: number, seconds: number) =>
    eventually(
      async () => (await stack.hours(trainee)).creditedSeconds,
      (value) => expect(value).toBeGreaterThan(seconds),
      20_000,
    );
  const shown = (one: Trainee, fate: 'held' | 'credited' | 'denied') =>
    one.page.$eval(`[data-${fate}-ms]`, (node, name) => Number(node.getAttribute(`data-${name}-ms`)) / 1000, fate);

  it.concurrent('pauses while a question waits: no miss; it is withdrawn in words, and asked again after playing on', {
    timeout,
  }, async () => {
    const one = await arrive(0);
    await one.play();
    await asked(one.page);
    await one.pause();
    const watched = await one.truth();
    expect(await outcome(one.page, 'withdrawn', 90_000)).toContain('不算漏答');
    const told = await one.told();
    expect(told.some((row) => row.startsWith('promptWithdrawn'))).toBe(true);
    expect(told.some((row) => row.startsWith('promptMissed'))).toBe(false);
    await one.play();
    await answerPrompt(one.page, stack.database);
    await credited(0, watched - 1);
    // A busy machine plays slower than the clock: what went by then showed nothing, and no question is to blame.
    const denied = (await stack.hours(0)).spans.filter(
      ({ fate, reason, seconds }) => fate === 'denied' && reason !== 'coverage.slow' && seconds >= 1,
    );
    expect(denied).toEqual([]);
    expect(await stack.alerts(0)).toEqual([]);
  });

  it.concurrent('answers rightly, a little late: credited, and said so', { timeout }, async () => {
    const one = await arrive(1);
    await one.play();
    await asked(one.page);
    await one.page.waitForFunction(() => document.querySelector('[data-prompt]')?.textContent?.includes('即将截止'), {
      timeout: 60_000,
    });
    const watched = await one.truth();
    await answerPrompt(one.page, stack.database);
    await outcome(one.page, 'taken');
    await credited(1, watched - 1);
    expect((await one.told()).some((row) => row.startsWith('promptMissed'))).toBe(false);
    expect((await stack.hours(1)).deniedSeconds).toBeLessThan(1);
    expect(await stack.alerts(1)).toEqual([]);
  });

  it.concurrent('reaches the lesson’s end: asked at once, again after a wrong answer, and right ones credit it', {
    timeout,
  }, async () => {
    const one = await attend(await device(), stack.playerUrl(2, 1));
    await one.play();
    await one.watch(SHORT_MS / 1000);
    await one.seek(await one.page.evaluate(() => document.querySelector('video')!.duration - 0.5));
    // Nothing was due yet: only the end brings it.
    await asked(one.page, 15_000);
    await answerPrompt(one.page, stack.database, false);
    await outcome(one.page, 'taken');
    // A wrong one takes 200 points, a right one of four choices gives 63: up to five are asked for. Of each the page says only that it was taken, until they count.
    const counted = () => one.page.$('[data-notice=released]');
    for (let answers = 0; answers < 6 && (await counted()) === null; answers++) {
      await answerPrompt(one.page, stack.database);
      await outcome(one.page, 'taken');
    }
    await one.page.waitForSelector('[data-notice=released]', { timeout: 20_000 });
    await credited(2, SHORT_MS / 1000 - 1.5);
    expect(await stack.alerts(2)).toEqual([]);
  });

  it.concurrent('hidden for 15 s while it plays, and again: one alert, which grows', { timeout }, async () => {
    const one = await arrive(3);
    await one.play();
    await one.watch(3);
    await one.hide();
    await one.watch(15);
    await one.show();
    await eventually(
      () => stack.alerts(3),
      (value) => expect(codes(value)).toEqual(['backgroundPlayback.hidden']),
    );
    const before = await stack.alerts(3);
    expect(before[0]!.count).toBe(1);
    await one.hide();
    await one.watch(60);
    await eventually(
      () => stack.alerts(3),
      (value) => expect(value[0]!.count).toBe(2),
      30_000,
    );
    expect((await stack.alerts(3)).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    await one.page.close();
  });

  it.concurrent('reloads mid-lesson: nothing is lost but the gap, and the next answer credits what was held', {
    timeout,
  }, async () => {
    const one = await arrive(4);
    await one.play();
    await one.watch(12);
    const [at, before] = [await one.position(), await one.truth()];
    await one.reload();
    await one.seek(at);
    await one.play();
    await answerPrompt(one.page, stack.database);
    await outcome(one.page, 'taken');
    await credited(4, before);
    const { hours, truth } = await heard(stack, one, 4);
    expect(accounted(hours)).toBeGreaterThan(before + truth - 1 - slack(truth));
    expect(hours.deniedSeconds).toBeLessThan(1.5);
    expect(await stack.alerts(4)).toEqual([]);
  });

  it.concurrent('leaves the phone paused, goes on at the desk, and back while the desk still plays: nobody is accused', {
    timeout,
  }, async () => {
    const phone = await arrive(5);
    await phone.play();
    await phone.watch(8);
    await phone.pause();
    const at = await phone.position();
    const desk = await arrive(5);
    // Opening takes nothing from anybody.
    expect(await phone.page.$eval('[data-state]', (node) => node.getAttribute('data-state'))).toBe('watching');
    await desk.seek(at);
    await desk.play();
    await phone.state('takenOver');
    await desk.watch(8);
    const there = await heard(stack, desk, 5);
    const both = (await phone.truth()) + there.truth;
    expect(accounted(there.hours)).toBeGreaterThan(both - slack(both));
    expect(there.hours.deniedSeconds).toBeLessThan(1);

    await desk.play();
    await phone.page.click('[data-banner-act]');
    await phone.state('watching');
    await phone.seek(there.truth + at + 10);
    await phone.play();
    await desk.state('takenOver');
    await phone.watch(12);
    expect(await stack.alerts(5)).toEqual([]);
  });

  it.concurrent('opens a second tab by mistake and never plays it: the first goes on earning', {
    timeout,
  }, async () => {
    const context = await device();
    const first = await attend(context, stack.playerUrl(6));
    await first.play();
    await first.watch(4);
    const second = await attend(context, stack.playerUrl(6, 1), { tab: { background: true } });
    await first.watch(12);
    await second.state('watching');
    await first.state('watching');
    const { hours, truth } = await heard(stack, first, 6);
    expect(Math.abs(accounted(hours) - truth)).toBeLessThan(slack(truth));
    expect(await stack.alerts(6)).toEqual([]);
  });

  it.concurrent('opens lesson B beside lesson A: A keeps its own totals, also when B takes over', {
    timeout,
  }, async () => {
    const context = await device();
    const a = await attend(context, stack.playerUrl(7));
    await a.play();
    await a.watch(12);
    const { truth } = await heard(stack, a, 7);
    const b = await attend(context, stack.playerUrl(7, 1));
    expect(await shown(b, 'held')).toBe(0);
    await b.play();
    await a.state('takenOver');
    await b.watch(5);
    const other = await heard(stack, b, 7);
    expect(await shown(a, 'held')).toBeGreaterThan(truth - slack(truth));
    expect(await shown(a, 'held')).toBeLessThan(truth + 1);
    await eventually(
      () => shown(b, 'held'),
      (value) => expect(value).toBeGreaterThan(4),
    );
    expect(await shown(b, 'held')).toBeLessThan(other.truth + 1);
    expect(await stack.alerts(7)).toEqual([]);
  });

  it.concurrent('switches tabs for 3 s: the seconds are denied, the trainee is told, no alert', {
    timeout,
  }, async () => {
    const one = await arrive(8);
    await one.play();
    await one.watch(5);
    const before = await one.truth();
    await one.hide();
    await one.watch(3);
    await one.show();
    const away = (await one.truth()) - before;
    await eventually(
      () => one.told(),
      (value) => expect(value).toContain('denied backgroundPlayback.hidden'),
    );
    await one.watch(4);
    const { hours, truth } = await heard(stack, one, 8);
    const hidden = denied(hours)['backgroundPlayback.hidden']!;
    expect(hidden).toBeGreaterThan(2);
    expect(hidden).toBeLessThan(away + 1);
    expect(accounted(hours)).toBeGreaterThan(truth - hidden - slack(truth));
    expect(await stack.alerts(8)).toEqual([]);
  });

  it.concurrent('changes the rate while it plays, and watches again at 2×: only what was too fast is denied', {
    timeout,
  }, async () => {
    const one = await arrive(9);
    await one.play();
    await one.watch(5);
    const before = await one.truth();
    await one.rate(1.25);
    await one.watch(1.25);
    await one.rate(1);
    const fast = (await one.truth()) - before;
    await one.watch(3);
    await one.rate(0.75);
    await one.watch(3);
    await one.rate(1);
    await one.watch(2);
    const edge = await one.position();
    await one.seek(0);
    await one.rate(2);
    await one.watch(8);
    await one.rate(1);
    await one.watch(edge - (await one.position()) + 6);
    const { hours } = await heard(stack, one, 9);
    const lost = denied(hours);
    expect(lost['courseBrushing.playbackRate'] ?? 0).toBeLessThan(fast + 0.5);
    const reached = await one.position();
    expect(accounted(hours)).toBeGreaterThan(reached - 1.25 * fast - slack(reached));
    const watchedAgain = ['coverage.seen', 'coverage.slow', 'courseBrushing.playbackRate'];
    for (const [reason, seconds] of Object.entries(lost))
      if (!watchedAgain.includes(reason)) expect(seconds).toBeLessThan(1);
    expect(await stack.alerts(9)).toEqual([]);
  });

  it.concurrent('has a page whose main thread is blocked for seconds: they are kept, and nothing is called spoofed', {
    timeout,
  }, async () => {
    const one = await arrive(10);
    await one.play();
    await one.watch(4);
    for (const ms of [5000, 9000]) {
      await one.page.evaluate((blockedMs) => {
        const until = performance.now() + blockedMs;
        while (performance.now() < until);
      }, ms);
      await one.watch(4);
    }
    const { hours, truth } = await heard(stack, one, 10);
    expect(truth).toBeGreaterThan(24);
    expect(Math.abs(accounted(hours) - truth)).toBeLessThan(slack(truth));
    expect(await stack.alerts(10)).toEqual([]);
  });

  it.concurrent('uses a blocker that takes the Worker and the beacon: all is kept, it is said, and it arrives', {
    timeout,
  }, async () => {
    const context = await device();
    const storage = await context.newPage();
    await storage.goto(new URL('/healthz', stack.playerUrl(11)).href);
    const one = await attend(context, stack.playerUrl(11), { before: blocker });
    const trouble = (page: Trainee) => page.page.$eval('[data-trouble]', (node) => node.textContent ?? '');
    await one.play();
    await one.watch(10);
    expect(await trouble(one)).toContain('照常记录');
    const truth = await one.truth();
    // A tab that is closed right after it went elsewhere may be gone before its page hears of either.
    await one.page.goto('about:blank');
    // It waits in the browser's storage, or the socket carried it in time and nothing waits.
    await eventually(
      async () => ({ causes: await storage.evaluate(keptCauses), heard: accounted(await stack.hours(11)) }),
      ({ causes, heard }) =>
        expect(causes.includes('closing') || (causes.length === 0 && heard > truth - slack(truth))).toBe(true),
    );
    await one.leave();

    // Whatever the socket did not carry in time waits here; a later page without the blocker brings it.
    const two = await attend(context, stack.playerUrl(11), { before: blocker });
    await eventually(
      () => trouble(two),
      (value) => expect(value).toContain('离开时的记录被阻止'),
    );
    await two.leave();
    const three = await attend(context, stack.playerUrl(11));
    await eventually(
      async () => accounted(await stack.hours(11)),
      (value) => expect(value).toBeGreaterThan(truth - slack(truth)),
    );
    expect(await stack.alerts(11)).toEqual([]);
    await three.leave();
  });
});

/** Why each beat that is kept in this browser was made. */
async function keptCauses(): Promise<string[]> {
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open('zhenxue');
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const kept = await new Promise<{ cause: string }[]>((resolve) => {
    const all = db.transaction('beats').objectStore('beats').getAll();
    all.onsuccess = () => resolve(all.result);
  });
  db.close();
  return kept.map(({ cause }) => cause);
}

/** What a blocker leaves of a page: no Worker, and requests for the beacon that fail without a word. */
function blocker(): void {
  window.Worker = new Proxy(window.Worker, {
    construct() {
      throw new DOMException('blocked', 'SecurityError');
    },
  });
  const native = window.fetch;
  window.fetch = (input, init) =>
    String(input).includes('/v1/learn/beacon') ? Promise.reject(new TypeError('Failed to fetch')) : native(input, init);
  navigator.sendBeacon = () => true;
}
