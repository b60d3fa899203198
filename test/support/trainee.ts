/** A trainee at a lesson page: plays, seeks, hides, answers, and knows for how long it really played. */
import type { Browser, Page } from 'puppeteer-core';
import { expect } from 'vitest';
import { rightAnswer } from './bank.ts';
import { hide } from './browser.ts';
import { eventually } from './eventually.ts';

declare global {
  interface Window {
    /** Wall milliseconds between `playing` and its end, by the browser's own clock. */
    truth: { playedMs: number; playing: boolean };
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
  leave(): Promise<void>;
}

/** @param before runs before any script of the page, as a userscript would. */
export async function attend(browser: Browser, url: string, before?: () => void): Promise<Trainee> {
  const page = await browser.newPage();
  if (before !== undefined) await page.evaluateOnNewDocument(before);
  await page.goto(url, { waitUntil: 'load' });
  await page.waitForSelector('video');
  await page.evaluate(() => {
    const video = document.querySelector('video')!;
    let since: number | null = null;
    window.truth = { playedMs: 0, playing: false };
    const stop = () => {
      if (since !== null) window.truth.playedMs += performance.now() - since;
      since = null;
      window.truth.playing = false;
    };
    video.addEventListener('playing', () => {
      stop();
      since = performance.now();
      window.truth.playing = true;
    });
    for (const type of ['pause', 'waiting', 'seeking', 'ended', 'emptied']) video.addEventListener(type, stop);
  });
  const state = (wanted: string) =>
    eventually(
      () => page.evaluate(() => document.querySelector('[data-state]')?.getAttribute('data-state')),
      (value) => expect(value).toBe(wanted),
      45_000,
    );
  const position = () => page.evaluate(() => document.querySelector('video')!.currentTime);
  let uncover: (() => Promise<void>) | null = null;
  await state('watching');

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
    truth: async () => (await page.evaluate(() => window.truth.playedMs)) / 1000,
    leave: () => page.close(),
  };
}

/** Answers the prompt on the page, rightly. */
export async function answerPrompt(page: Page): Promise<void> {
  await page.waitForSelector('[data-prompt] input[name=choice]', { timeout: 90_000 });
  const right = rightAnswer(await page.$eval('[data-prompt]', (node) => node.textContent ?? ''));
  await page.evaluate((words) => {
    const labels = [...document.querySelectorAll<HTMLLabelElement>('[data-prompt] label')];
    labels.find((label) => label.textContent?.includes(words))?.click();
  }, right);
  await page.click('[data-prompt] button[type=submit]');
}
