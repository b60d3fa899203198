/** An exam on a platform's own page: another origin, a strict content policy, and the platform's own drawing. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Exam, exam as sitExam } from '../../sdk/exam.ts';
import type { Given } from '../../sdk/wire.ts';
import { chromium } from '../support/browser.ts';
import { sit, storedOf } from '../support/candidate.ts';
import { hasPostgres } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { type Stack, startStack } from '../support/stack.ts';

declare global {
  interface Window {
    sitExam: typeof sitExam;
    own: {
      exam: Exam;
      items: { n: number; answer(given: Given): Promise<void> }[];
      told: string[];
      score: number | null;
    };
  }
}

describe.skipIf(!hasPostgres())('an exam on a platform’s own page', () => {
  let stack: Stack;
  let browser: Browser;
  const servers: Server[] = [];
  beforeAll(async () => {
    stack = await startStack();
    browser = await chromium();
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    await stack?.stop();
  });

  /** The platform: one page and one backend call. */
  async function platform(trainee: number, html: string): Promise<string> {
    const server = createServer(async (request, response) => {
      if (request.url !== '/my-backend/exam-ticket') {
        return response
          .setHeader('content-type', 'text/html')
          .setHeader(
            'content-security-policy',
            `default-src 'none'; script-src ${stack.url} 'unsafe-inline'; connect-src 'self' ${stack.url}; img-src data:`,
          )
          .end(html.replaceAll('http://localhost:3000', stack.url));
      }
      const minted = await fetch(`${stack.url}/v1/exams/demo-exam/tickets`, {
        method: 'POST',
        headers: { authorization: `Bearer ${stack.demo.platform.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ traineeId: stack.demo.trainees[trainee]!.id }),
      });
      return response.end(((await minted.json()) as { ticket: string }).ticket);
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://localhost:${(server.address() as AddressInfo).port}/`;
  }
  const stored = (trainee: number) => storedOf(stack.database, stack.demo.trainees[trainee]!.id);

  it('is sat with nothing but the module, under a policy that forbids the page’s own styles', {
    timeout: 180_000,
  }, async () => {
    const html = readFileSync(new URL('exam.html', import.meta.url), 'utf8');
    const one = await sit(browser, await platform(0, html));
    const problems: string[] = [];
    one.page.on('pageerror', (error) => problems.push(String(error)));
    await one.enter();
    expect(await one.page.$eval('>>> .paper header', (node) => getComputedStyle(node).position)).toBe('sticky');
    const { items, right } = await stored(0);
    // One with a picture among them.
    const pointed = items.find(({ asked }) => asked.form === 'point')?.n ?? 2;
    for (const n of [1, pointed]) {
      await one.go(n);
      await one.answer(right(n));
      await one.saved('saved');
    }
    await one.act('handIn');
    await one.act('sure');
    await one.state('handedIn');
    await eventually(
      () => one.page.title(),
      (title) => expect(title).toMatch(/^(5|10) 不合格$/),
    );
    expect(await one.page.$eval('#state', (node) => node.textContent)).toBe('handedIn');
    expect(problems).toEqual([]);
  });

  it('is drawn by the platform itself: an answer is settled once it is stored', { timeout: 180_000 }, async () => {
    const page = await browser.newPage();
    const html = `<!doctype html><title>own</title><div id="exam"></div>
      <script type="module">import { exam } from 'http://localhost:3000/sdk/exam.mjs'; window.sitExam = exam;</script>`;
    await page.goto(await platform(1, html));
    await page.waitForFunction(() => window.sitExam !== undefined);
    await page.evaluate(() => {
      const exam = window.sitExam;
      const own: Window['own'] = { items: [], told: [], score: null } as never;
      window.own = own;
      own.exam = exam(document.querySelector<HTMLElement>('#exam'), {
        getTicket: () => fetch('/my-backend/exam-ticket', { method: 'POST' }).then((r) => r.text()),
        onItem: ({ n }, answer) => own.items.push({ n, answer }),
        onState: (state) => own.told.push(state),
        onSaved: (n, saved) => own.told.push(`${n} ${saved}`),
        onResult: ({ score }) => {
          own.score = score;
        },
        onError: ({ code }) => own.told.push(code),
      });
      if (exam(document.querySelector<HTMLElement>('#exam')) !== own.exam) own.told.push('not the same');
    });
    await eventually(
      () => page.evaluate(() => window.own.items.length),
      (items) => expect(items).toBe(20),
      30_000,
    );
    expect(await page.$('>>> .exam')).toBeNull();
    const { items } = await stored(1);
    const given = { single: { choice: '1' }, multiple: { choices: ['1'] }, number: { number: '7' } };
    const first = items.find(({ asked }) => asked.form in given)!;
    const own = given[first.asked.form as keyof typeof given];
    await page.evaluate((n, answer) => window.own.items[n - 1]!.answer(answer), first.n, own as Given);
    expect((await stored(1)).answers).toBe(1);
    // What the server will not take is refused, and the page is told.
    const code = await page.evaluate(
      (n) =>
        window.own.items[n - 1]!.answer({ point: [0.5, 2] }).then(
          () => 'saved',
          (error: Error & { code: string }) => error.code,
        ),
      first.n,
    );
    expect(code).toBe('badRequest');
    // What happens to the page is told; nothing of what was copied is.
    await page.evaluate(() => {
      for (const type of ['copy', 'cut', 'paste']) document.body.dispatchEvent(new Event(type, { bubbles: true }));
      window.dispatchEvent(new Event('beforeprint'));
    });
    await eventually(
      async () => {
        const { rows } = await stack.database.db.query<{ fact: string }>(
          `select facts->>'fact' as fact from sitting_events where sitting_id = $1 and kind = 'page' order by nth`,
          [(await stored(1)).id],
        );
        return rows.map(({ fact }) => fact);
      },
      (facts) => expect(facts.slice(-4)).toEqual(['copied', 'copied', 'pasted', 'printed']),
    );
    await page.evaluate(() => window.own.exam.handIn());
    await eventually(
      () => page.evaluate(() => window.own.score),
      (score) => expect(score).not.toBeNull(),
      30_000,
    );
    const told = await page.evaluate(() => window.own.told);
    expect(told).toEqual([
      'opening',
      'answering',
      `${first.n} waiting`,
      `${first.n} saved`,
      `${first.n} waiting`,
      `${first.n} refused`,
      'badRequest',
      'handedIn',
    ]);
  });
});
