/** A candidate at an exam's page: enters, answers by hand or by keyboard, hands in. */
import type { Browser, BrowserContext, ElementHandle, Page } from 'puppeteer-core';
import { expect, vi } from 'vitest';
import type { Paper, PaperItem } from '../../server/exams/paper.ts';
import { type Right, rightOf } from './bank.ts';
import type { TestDb } from './db.ts';
import { eventually } from './eventually.ts';

export interface Candidate {
  readonly page: Page;
  state(wanted: string): Promise<void>;
  enter(): Promise<void>;
  act(what: string): Promise<void>;
  go(n: number): Promise<void>;
  /** Answers the item shown, by pointer. */
  answer(right: Right): Promise<void>;
  /** By keyboard alone. */
  type(right: Right): Promise<void>;
  /** Tab, until this has the focus. */
  tabTo(selector: string): Promise<void>;
  /** What the page says of the item shown: none, waiting, saved, refused. */
  saved(wanted: string): Promise<void>;
  text(selector: string): Promise<string>;
}

const deep = (selector: string): string => `>>> ${selector}`;

/** @param prepare before anything of the page is loaded */
export async function sit(
  where: Browser | BrowserContext,
  url: string,
  viewport = { width: 1280, height: 800 },
  prepare: (page: Page) => Promise<unknown> = async () => undefined,
): Promise<Candidate> {
  const page = await where.newPage();
  await prepare(page);
  await page.setViewport(viewport);
  await page.goto(url, { waitUntil: 'load' });
  const shows = () =>
    page.evaluate(() => {
      const scene = document.querySelector('[data-zhenxue-exam]')?.shadowRoot?.querySelector('section');
      return `${scene?.getAttribute('data-state')} ${scene?.textContent?.slice(0, 300)}`;
    });
  /** `waitForSelector` does not notice what changes inside a shadow root. */
  const find = async (selector: string): Promise<ElementHandle<Element>> => {
    const found = await vi
      .waitUntil(() => page.$(deep(selector)), { timeout: 30_000, interval: 100 })
      .catch(() => null);
    if (!found) throw new Error(`the page has no ${selector}; it shows: ${await shows()}`);
    return found;
  };
  const click = async (selector: string) => (await find(selector)).click();
  const attribute = async (selector: string, name: string) =>
    (await page.$(deep(selector)))?.evaluate((node, key) => node.getAttribute(key), name) ?? null;
  const wait = (read: () => Promise<unknown>, wanted: unknown) =>
    eventually(read, (value) => expect(value).toBe(wanted), 30_000);
  const hasFocus = (selector: string) =>
    page.evaluate((wanted) => {
      let active: Element | null = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return active?.matches(wanted) ?? false;
    }, selector);

  async function tabTo(selector: string): Promise<void> {
    await find(selector);
    for (let i = 0; i < 120; i++) {
      if (await hasFocus(selector)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`no way to ${selector} by keyboard`);
  }

  /** Each step in its turn goes up to its place. */
  async function order(places: readonly string[], up: (step: string) => Promise<void>): Promise<void> {
    for (const [at, wanted] of places.entries()) {
      for (;;) {
        const shown = await page.$$eval(deep('.steps li'), (nodes) =>
          nodes.map((node) => node.getAttribute('data-step')),
        );
        if (shown.indexOf(wanted) <= at) break;
        await up(`li[data-step="${wanted}"] [data-move=up]`);
      }
    }
  }

  return {
    page,
    tabTo,
    state: (wanted) => wait(() => attribute('.exam', 'data-state'), wanted),
    saved: (wanted) => wait(() => attribute('.status', 'data-saved'), wanted),
    async enter() {
      await click('[data-act=enter]');
      await find('form[data-item]');
    },
    act: (what) => click(`[data-act=${what}]`),
    async go(n) {
      if (!(await page.$(deep('details[open]')))) await click('summary');
      await click(`[data-place="${n}"]`);
      await find(`form[data-item="${n}"]`);
    },
    async answer(right) {
      switch (right.form) {
        case 'single':
        case 'multiple':
          for (const place of right.places) await click(`input[value="${place}"]`);
          return;
        case 'order':
          return order(right.places, click);
        case 'number':
          return (await find('input[name=number]')).type(right.number);
        case 'point': {
          const picture = await find('[data-pointing] img');
          await picture.scrollIntoView();
          const box = await picture.boundingBox();
          if (!box) throw new Error('the picture is not shown');
          return page.mouse.click(box.x + box.width * right.point[0], box.y + box.height * right.point[1]);
        }
        default:
          return right satisfies never;
      }
    },
    async type(right) {
      const { keyboard } = page;
      switch (right.form) {
        case 'single': {
          await tabTo('input[type=radio]');
          await keyboard.press('Space');
          for (let i = 0; i < 10 && !(await hasFocus(`input[value="${right.places[0]}"]`)); i++) {
            await keyboard.press('ArrowDown');
          }
          return;
        }
        case 'multiple':
          for (const place of [...right.places].sort()) {
            await tabTo(`input[value="${place}"]`);
            await keyboard.press('Space');
          }
          return;
        case 'order':
          return order(right.places, async (selector) => {
            await tabTo(selector);
            await keyboard.press('Enter');
          });
        case 'number':
          await tabTo('input[name=number]');
          return keyboard.type(right.number);
        case 'point': {
          await tabTo('[data-pointing]');
          const keys = [
            right.point[0] < 0.5 ? 'ArrowLeft' : 'ArrowRight',
            right.point[1] < 0.5 ? 'ArrowUp' : 'ArrowDown',
          ] as const;
          for (const [i, key] of keys.entries()) {
            const steps = Math.round(Math.abs((right.point[i] ?? 0.5) - 0.5) / 0.02);
            for (let pressed = 0; pressed < steps; pressed++) await keyboard.press(key);
          }
          return;
        }
        default:
          return right satisfies never;
      }
    },
    text: async (selector) => (await find(selector)).evaluate((node) => node.textContent ?? ''),
  };
}

/** A trainee's newest sitting, as it is stored. */
export async function storedOf({ db }: Pick<TestDb, 'db'>, trainee: string) {
  const { rows } = await db.query<{ id: string; paper: string; by: string | null; answers: number }>(
    `select s.id, s.paper, s.handed_in_by as by,
            (select count(*)::int from sitting_answers a where a.sitting_id = s.id) as answers
       from sittings s where s.trainee_id = $1 order by s.attempt desc limit 1`,
    [trainee],
  );
  const row = rows[0];
  if (row === undefined) throw new Error(`${trainee} has no sitting`);
  const items: readonly PaperItem[] = (JSON.parse(row.paper) as Paper).items;
  return { ...row, items, right: (n: number): Right => rightOf(items[n - 1]!.asked, items[n - 1]!.shown) };
}
