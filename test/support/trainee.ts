/** A trainee at a lesson page: plays, seeks, hides, answers, and knows for how long it really played. */
import type { Browser, BrowserContext, CreatePageOptions, Page } from 'puppeteer-core';
import { expect } from 'vitest';
import { type Right, rightTo } from './bank.ts';
import { hide } from './browser.ts';
import type { TestDb } from './db.ts';
import { eventually } from './eventually.ts';

declare global {
  interface Window {
    /** Wall milliseconds between `playing` and its end, by the browser's own clock. */
    truth: { played(): number; playing: boolean };
  }
}

export interface Trainee {
  readonly page: Page;
  play(): Promise<void>;
  pause(): Promise<void>;
  /** Waits until the element has played on by so many seconds of media. */
  watch(seconds: number): Promise<void>;
  seek(to: number): Promise<void>;
  rate(rate: number): Promise<void>;
  /** Really hides this tab behind another of the same window. */
  hide(): Promise<void>;
  show(): Promise<void>;
  position(): Promise<number>;
  /** Seconds this page really played. */
  truth(): Promise<number>;
  /** The state the page shows: connecting, watching, offline, takenOver, … */
  state(wanted: string): Promise<void>;
  /** Loads the page anew, as F5 does; its truth begins again. */
  reload(): Promise<void>;
  /** What the page lists under 学时明细, newest first: `kind reason`. */
  told(): Promise<readonly string[]>;
  leave(): Promise<void>;
}

export interface Arrival {
  /** Runs before any script of the page, as a userscript would. */
  readonly before?: () => void;
  /** How the tab is opened; default: in front of the others of its window. */
  readonly tab?: CreatePageOptions;
}

/** Keeps the truth: for how long the element really played. */
function keepTruth(): void {
  const video = document.querySelector('video')!;
  let since: number | null = null;
  let before = 0;
  const played = () => before + (since === null ? 0 : performance.now() - since);
  window.truth = { played, playing: false };
  const stop = () => {
    before = played();
    since = null;
    window.truth.playing = false;
  };
  video.addEventListener('playing', () => {
    stop();
    since = performance.now();
    window.truth.playing = true;
  });
  for (const type of ['pause', 'waiting', 'seeking', 'ended', 'emptied']) video.addEventListener(type, stop);
}

/** @param where a browser, or one of its profiles: a device of its own. */
export async function attend(
  where: Browser | BrowserContext,
  url: string,
  { before, tab }: Arrival = {},
): Promise<Trainee> {
  const page = await where.newPage(tab);
  if (before !== undefined) await page.evaluateOnNewDocument(before);
  async function arrive(): Promise<void> {
    await page.waitForSelector('video');
    await page.evaluate(keepTruth);
    await state('watching');
  }
  const state = (wanted: string) =>
    eventually(
      () => page.evaluate(() => document.querySelector('[data-state]')?.getAttribute('data-state')),
      (value) => expect(value).toBe(wanted),
      45_000,
    );
  const position = () => page.evaluate(() => document.querySelector('video')!.currentTime);
  let uncover: (() => Promise<void>) | null = null;
  await page.goto(url, { waitUntil: 'load' });
  await arrive();

  return {
    page,
    position,
    state,
    async play() {
      await page.evaluate(() => document.querySelector('video')!.play());
      await eventually(
        () => page.evaluate(() => window.truth.playing),
        (value) => expect(value).toBe(true),
      );
    },
    async pause() {
      await page.evaluate(() => document.querySelector('video')!.pause());
      await eventually(
        () => page.evaluate(() => window.truth.playing),
        (value) => expect(value).toBe(false),
      );
    },
    async watch(seconds) {
      const target = (await position()) + seconds;
      await eventually(position, (value) => expect(value).toBeGreaterThanOrEqual(target), seconds * 2000 + 20_000);
    },
    async seek(to) {
      await page.evaluate(
        (at) =>
          new Promise((done) => {
            const video = document.querySelector('video')!;
            video.addEventListener('seeked', done, { once: true });
            video.currentTime = at;
          }),
        to,
      );
    },
    async rate(rate) {
      await page.evaluate((value) => {
        document.querySelector('video')!.playbackRate = value;
      }, rate);
    },
    async hide() {
      uncover = await hide(page);
    },
    async show() {
      await uncover?.();
      uncover = null;
    },
    truth: async () => (await page.evaluate(() => window.truth.played())) / 1000,
    async reload() {
      await page.reload({ waitUntil: 'load' });
      await arrive();
    },
    told: () =>
      page.$$eval('[data-record] [data-notice]', (rows) =>
        rows.map((row) => `${row.getAttribute('data-notice')} ${row.getAttribute('data-reason')}`),
      ),
    leave: () => page.close(),
  };
}

/** A question waits on the page. */
export async function asked(page: Page, timeout = 90_000): Promise<void> {
  await page.waitForSelector('[data-prompt] fieldset', { timeout });
}

/** Answers the prompt on the page, when it comes and has been read: rightly, unless told otherwise. */
export async function answerPrompt(page: Page, { db }: Pick<TestDb, 'db'>, rightly = true): Promise<void> {
  await asked(page);
  // A person reads before answering; the server takes an instant answer for a script's.
  const shownAt = await page.evaluate(() => performance.now());
  await page.waitForFunction((at) => performance.now() - at > 1500, {}, shownAt);
  // The words may stand in an image.
  const prompt = await page.$eval('[data-prompt]', (node) => node.getAttribute('data-prompt-id') ?? '');
  await fillIn(page, await rightTo(db, prompt), rightly);
  await page.click('[data-prompt] button[type=submit]');
}

/** Chooses, orders, types or points, with the browser's own input; wrongly, it does so otherwise. */
async function fillIn(page: Page, right: Right, rightly: boolean): Promise<void> {
  switch (right.form) {
    case 'single':
    case 'multiple':
      return choose(page, (place) => right.places.includes(place) === rightly, right.places.length);
    case 'order':
      return order(page, rightly ? right.places : right.places.toReversed());
    case 'number':
      return page.type('[data-prompt] input[name=number]', rightly ? right.number : '98765');
    case 'point': {
      const picture = await page.waitForSelector('[data-pointing] img');
      // The card is higher than the window: only what is in the window can be clicked.
      await picture?.scrollIntoView();
      const box = await picture?.boundingBox();
      if (!box) throw new Error('the picture is not shown');
      const [x, y] = rightly ? right.point : [0.02, 0.02];
      return page.mouse.click(box.x + box.width * x, box.y + box.height * y);
    }
    default:
      return right satisfies never;
  }
}

async function choose(page: Page, wanted: (place: string) => boolean, most: number): Promise<void> {
  let chosen = 0;
  for (const input of await page.$$('[data-prompt] input[name=choice]')) {
    if (chosen >= most || !wanted(await input.evaluate((node) => (node as HTMLInputElement).value))) continue;
    await input.click();
    chosen += 1;
  }
}

/** Each step in its turn goes up to its place. */
async function order(page: Page, places: readonly string[]): Promise<void> {
  for (const [at, wanted] of places.entries()) {
    for (;;) {
      const shown = await page.$$eval('[data-prompt] .step', (nodes) =>
        nodes.map((node) => node.getAttribute('data-step') ?? ''),
      );
      const stands = shown.indexOf(wanted);
      if (stands < 0) throw new Error(`no such step: ${wanted}`);
      if (stands <= at) break;
      await page.click(`[data-prompt] [data-step="${wanted}"] [data-move=up]`);
    }
  }
}

/** What the answer, or its absence, came to, by the page's own card; with its words. */
export async function outcome(page: Page, wanted: string, timeout = 20_000): Promise<string> {
  await page.waitForSelector(`[data-outcome=${wanted}]`, { timeout });
  return page.$eval(`[data-outcome=${wanted}]`, (node) => node.textContent ?? '');
}
