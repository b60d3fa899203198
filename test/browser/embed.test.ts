/** The README's promise: a platform's plain HTML file, on the platform's own origin, is wired up as it says. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rightTo } from '../support/bank.ts';
import { chromium } from '../support/browser.ts';
import { hasPostgres } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { type Stack, startStack } from '../support/stack.ts';

describe.skipIf(!hasPostgres())('a platform’s own page', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  }, 90_000);
  afterAll(() => stack?.stop());

  /** The platform: one page and one backend call. */
  async function platform(trainee: number) {
    const html = readFileSync(new URL('embed.html', import.meta.url), 'utf8').replaceAll(
      'http://localhost:3000',
      stack.url,
    );
    const server = createServer(async (request, response) => {
      if (request.url !== '/my-backend/ticket') return response.setHeader('content-type', 'text/html').end(html);
      const minted = await fetch(`${stack.url}/v1/tickets`, {
        method: 'POST',
        headers: { authorization: `Bearer ${stack.demo.platform.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          traineeId: stack.demo.trainees[trainee]!.id,
          classId: stack.demo.class.id,
          lessonId: stack.demo.lessons[0]!.id,
        }),
      });
      return response.end(((await minted.json()) as { ticket: string }).ticket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { server, url: `http://localhost:${(server.address() as AddressInfo).port}/` };
  }

  it.concurrent('watches, asks, credits, from another origin and with nothing but the script tag', {
    timeout: 180_000,
  }, async () => {
    const { server, url } = await platform(0);
    const browser = await chromium();
    try {
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      await page.goto(url);
      const text = (id: string) => page.$eval(`#${id}`, (node) => node.textContent ?? '');
      await eventually(
        () => text('state'),
        (state) => expect(state).toBe('watching'),
      );
      await page.evaluate(() => document.querySelector('video')!.play());
      await eventually(
        async () => Number(await text('held')),
        (held) => expect(held).toBeGreaterThan(10),
        40_000,
      );
      await eventually(
        () => page.$eval('#question', (node) => (node as HTMLFormElement).hidden),
        (hidden) => expect(hidden).toBe(false),
        90_000,
      );
      // The page draws single choices only, in the order in which they come.
      const { rows } = await stack.database.db.query<{ id: string }>(
        'select p.id from prompts p join sessions s on s.id = p.session_id where s.trainee_id = $1 order by p.issued_ms desc',
        [stack.demo.trainees[0]!.id],
      );
      const right = await rightTo(stack.database.db, rows[0]!.id);
      if (right.form !== 'single') throw new Error(`this page cannot draw: ${right.form}`);
      // A person reads before answering; the server takes an instant answer for a script's.
      const shownAt = await page.evaluate(() => performance.now());
      await page.waitForFunction((at) => performance.now() - at > 1500, {}, shownAt);
      await page.click(`#question button:nth-of-type(${right.places[0]})`);
      await eventually(
        async () => Number(await text('credited')),
        (credited) => expect(credited).toBeGreaterThan(30),
        30_000,
      );
      const hours = await stack.hours(0);
      expect(hours.creditedSeconds).toBeGreaterThan(30);
      // The demo's lessons are delivered by the server: what is played from elsewhere would be denied after a minute.
      expect(await page.evaluate(() => document.querySelector('video')!.currentSrc)).toContain(
        `${stack.url}/v1/media/`,
      );
      const { rows: played } = await stack.database.db.query<{ kind: string; n: number }>(
        `select e.line::json->>'kind' as kind, count(*)::int as n from events e join sessions s on s.id = e.session_id
          where s.trainee_id = $1 group by 1`,
        [stack.demo.trainees[0]!.id],
      );
      expect(played.find(({ kind }) => kind === 'delivered')?.n).toBeGreaterThan(0);
      expect(hours.spans.filter(({ reason }) => reason === 'courseBrushing.undelivered')).toEqual([]);
      expect(await stack.alerts(0)).toEqual([]);
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
      server.close();
      server.closeAllConnections();
    }
  });

  it.concurrent('puts an open question away and offers to go on here when another page takes over', {
    timeout: 180_000,
  }, async () => {
    const { server, url } = await platform(2);
    const browser = await chromium();
    try {
      const open = async () => {
        const page = await (await browser.createBrowserContext()).newPage();
        await page.goto(url);
        const state = async (wanted: string) =>
          eventually(
            () => page.$eval('#state', (node) => node.textContent),
            (is) => expect(is).toBe(wanted),
            40_000,
          );
        const hidden = (id: string) => page.$eval(`#${id}`, (node) => (node as HTMLElement).hidden);
        await state('watching');
        await page.evaluate(() => document.querySelector('video')!.play());
        return { page, state, hidden };
      };
      const first = await open();
      await eventually(
        () => first.hidden('question'),
        (hidden) => expect(hidden).toBe(false),
        90_000,
      );
      const second = await open();
      await first.state('takenOver');
      expect(await first.hidden('question')).toBe(true);
      await first.page.click('#retake');
      await second.state('takenOver');
      await first.state('watching');
      expect(await first.hidden('retake')).toBe(true);
    } finally {
      await browser.close();
      server.close();
      server.closeAllConnections();
    }
  });

  it.concurrent('a page that calls watch() twice on one video gets the same watch: one session, nobody accused', {
    timeout: 120_000,
  }, async () => {
    const { server, url } = await platform(1);
    const browser = await chromium();
    try {
      const page = await browser.newPage();
      await page.goto(url);
      const same = await page.evaluate(() => {
        const { watch } = (window as unknown as { Zhenxue: { watch(...of: unknown[]): { state: string } } }).Zhenxue;
        const video = document.querySelector('video');
        const getTicket = () => Promise.reject(new Error('nobody should ask for a second ticket'));
        const known = watch(video, { getTicket });
        return watch(video, { getTicket }) === known;
      });
      expect(same).toBe(true);
      await page.evaluate(() => document.querySelector('video')!.play());
      await eventually(
        async () => (await stack.hours(1)).heldSeconds,
        (held) => expect(held).toBeGreaterThan(5),
        40_000,
      );
      const { rows } = await stack.database.db.query('select 1 from sessions where trainee_id = $1', [
        stack.demo.trainees[1]!.id,
      ]);
      expect(rows).toHaveLength(1);
      expect(await stack.alerts(1)).toEqual([]);
    } finally {
      await browser.close();
      server.close();
      server.closeAllConnections();
    }
  });
});
