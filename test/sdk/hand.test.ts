/** What is told of the hand that answers a question, in a real Chromium. */
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Hand } from '../../sdk/wire.ts';
import { answerSchema } from '../../sdk/wire.ts';
import { openWorld, play, type World } from './lesson.ts';

const words = { zh: '问', en: 'q' };

describe('the hand that answers', () => {
  let world: World;
  let tab: Page;
  let asked = 0;
  beforeAll(async () => {
    world = await openWorld();
    tab = await prepared();
  });
  afterAll(() => world?.stop());

  /** A lesson with a form that answers the last question when it is sent. */
  async function prepared(before?: () => void): Promise<Page> {
    const known = new Set(world.server.sessions.keys());
    const page = await world.lesson('/', before);
    const session = [...world.server.sessions.keys()].find((id) => !known.has(id));
    // The part that counts has loaded: it is the one that tells what is seen.
    await play(page);
    await world.beat((beat) => beat.view !== undefined, session);
    await page.evaluate(() => {
      document.body.insertAdjacentHTML(
        'beforeend',
        '<form><label><input type="radio" name="choice">One</label><button type="submit">Send</button></form>',
      );
      document.querySelector('form')?.addEventListener('submit', (event) => {
        event.preventDefault();
        const prompt = window.lesson.challenges.at(-1)?.prompt ?? '';
        void window.lesson.watch.answer(prompt, 'a').catch(() => undefined);
      });
    });
    return page;
  }

  /** Asks, lets it be answered by `act`, and returns what was told of the hand. */
  async function told(act: () => Promise<unknown>, page = tab): Promise<Hand> {
    const prompt = `prompt-${++asked}`;
    world.server.challenge({ prompt, question: words, choices: [{ id: 'a', text: words }], remainingMs: 60_000 });
    await page.waitForFunction((id) => window.lesson.challenges.at(-1)?.prompt === id, {}, prompt);
    await act();
    const { afterSeq: _, ...message } = await vi.waitFor(
      () =>
        world.server.answers.find((one) => one.prompt === prompt && one.hand !== undefined) ?? expect.fail('no answer'),
      10_000,
    );
    expect(answerSchema.safeParse(message).success).toBe(true);
    return message.hand as Hand;
  }

  it('a mouse: its events, its path, when it first moved', async () => {
    const { events, times, path, page } = await told(async () => {
      await tab.mouse.move(5, 5);
      await tab.mouse.move(200, 100, { steps: 8 });
      await tab.click('label');
      await tab.click('button');
    });
    expect(events[0]).toBeGreaterThan(8);
    expect(events.slice(1)).toEqual([0, 0, 0]);
    expect(times[0]).toBeGreaterThanOrEqual(0);
    expect(times[1]).toBeGreaterThanOrEqual(times[0]);
    expect(path[0]).toBeGreaterThan(200);
    expect(path[1]).toBeLessThanOrEqual(100);
    expect(path[2]).toBeGreaterThan(8);
    expect(page).toEqual([0, 1]);
  });

  it('a keyboard: its keys, and the clicks that they make are no one else’s', async () => {
    const { events, path } = await told(async () => {
      await tab.focus('input');
      await tab.keyboard.press('Space');
      await tab.keyboard.press('Enter');
    });
    expect(events).toEqual([0, 2, 0, 0]);
    expect(path).toEqual([0, 0, 0]);
  });

  it('assistive technology: a trusted press with neither pointer nor key before it', async () => {
    const quiet = await prepared(() => {
      // Keys are kept from everybody: the press that is left is what a screen reader's looks like.
      for (const type of ['keydown', 'keyup'])
        addEventListener(type, (event) => event.stopImmediatePropagation(), true);
    });
    const press = async () => {
      await quiet.focus('button');
      await quiet.keyboard.press('Space');
    };
    const { events, path } = await told(press, quiet);
    expect(events).toEqual([0, 0, 0, 1]);
    expect(path).toEqual([0, 0, 0]);
    await quiet.close();
  });

  it('a script: its events, also the click that a label passes on', async () => {
    const { events, times } = await told(() =>
      tab.evaluate(() => {
        document.querySelector('label')?.click();
        document.querySelector('button')?.click();
      }),
    );
    expect(events[0] + events[1]).toBe(0);
    expect(events[2]).toBeGreaterThanOrEqual(2);
    expect(events[3]).toBe(0);
    expect(times[0]).toBe(-1);
  });

  it('of a page that does not get the part that counts nothing is told, and its answers are taken', async () => {
    const bare = await world.browser.newPage();
    await bare.setRequestInterception(true);
    bare.on('request', (one) => void (one.url().endsWith('/sdk/facts.mjs') ? one.abort() : one.continue()));
    await bare.goto(`${world.server.origin}/`);
    await bare.waitForFunction(() => window.lesson.watch.state === 'watching');
    const prompt = `prompt-${++asked}`;
    world.server.challenge({ prompt, question: words, choices: [{ id: 'a', text: words }], remainingMs: 60_000 });
    await bare.waitForFunction((id) => window.lesson.challenges.at(-1)?.prompt === id, {}, prompt);
    await bare.mouse.click(5, 5);
    await bare.evaluate((id) => window.lesson.watch.answer(id, 'a'), prompt);
    const { afterSeq: _, ...answer } = world.server.answers.find((one) => one.prompt === prompt)!;
    expect(answer).toEqual({ prompt, choice: 'a' });
    await bare.close();
  });

  it('nobody: a page that answers by itself', async () => {
    const { events } = await told(() => tab.evaluate(() => document.querySelector('form')?.requestSubmit()));
    expect(events).toEqual([0, 0, 0, 0]);
  });
});
