/** The lesson page with an SDK that the test drives: one browser a file, one page a test, and no error in either. */
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { WatchOptions } from '../../sdk/watch.ts';
import type { Answered, Challenge, Given, Notice, Totals } from '../../sdk/wire.ts';
import { chromium } from '../support/browser.ts';
import { type PlayerSite, playerSite } from './playerSite.ts';

declare global {
  interface Window {
    sdk?: { options: Required<WatchOptions>; retakes: number; answered?: string | Given };
    /** What the answer that is on its way comes to. */
    settle?: (said: Partial<Answered> | { code: string }) => void;
  }
}

export let site: PlayerSite;
/** Of the test that runs. */
export let page: Page;

export function useLessonPage(): void {
  let browser: Browser;
  let problems: string[];
  beforeAll(async () => {
    [browser, site] = await Promise.all([chromium(), playerSite()]);
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });
  beforeEach(async () => {
    site.answer = 'ok';
    problems = [];
    page = await browser.newPage();
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      // Chromium draws its video controls from data: addresses.
      if (origin !== new URL(site.url).origin && protocol !== 'data:') problems.push(request.url());
    });
    await page.setViewport({ width: 1280, height: 800 });
  });
  afterEach(async () => {
    await page.close();
    expect(problems, 'no error in the page, no request to another origin').toEqual([]);
  });
}

export async function open(): Promise<void> {
  await page.goto(`${site.url}?launch=a-launch-link`);
  await page.waitForFunction(() => window.sdk !== undefined);
}

export const challenge = {
  prompt: 'prompt-0001',
  question: { zh: '触电时先做什么？', en: 'What comes first?' },
  choices: [
    { id: 'pull', text: { zh: '用手拉开', en: 'Pull' } },
    { id: 'power', text: { zh: '切断电源', en: 'Cut the power' } },
  ],
  remainingMs: 45_000,
} satisfies Challenge;
export const totals: Totals = { creditedMs: 65_000, heldMs: 30_000, deniedMs: 5_000 };

export async function ask(
  outcome: Answered['outcome'] | 'disconnected' = 'taken',
  asked: Challenge = challenge,
): Promise<void> {
  await page.evaluate(
    (challenge, outcome, totals) => {
      window.sdk?.options.onChallenge(challenge, async (choice) => {
        if (window.sdk) window.sdk.answered = choice;
        if (outcome === 'disconnected') throw Object.assign(new Error('disconnected'), { code: 'disconnected' });
        return { outcome, counted: false, totals };
      });
    },
    asked,
    outcome,
    totals,
  );
}
export const notify = (notice: Notice) => page.evaluate((notice) => window.sdk?.options.onNotice(notice), notice);
export const textOf = (selector: string) => page.$eval(selector, (node) => node.textContent?.trim() ?? '');
export const focusIn = (selector: string) =>
  page.evaluate((s) => Boolean(document.activeElement?.closest(s)), selector);
export const answer = async (choice: string) => {
  await page.click(`input[name=choice][value=${choice}]`);
  await page.click('[data-prompt] button[type=submit]');
};
/** Answers when the test says so, in these words or with this error. */
