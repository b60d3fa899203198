/** An exam in a real browser on a real server: honestly to its result, through crashes, by the clock, on two devices. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromium, hide } from '../support/browser.ts';
import { type Candidate, sit, storedOf } from '../support/candidate.ts';
import { hasPostgres } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { openLine } from '../support/line.ts';
import { type Stack, startStack } from '../support/stack.ts';

describe.skipIf(!hasPostgres())('an exam', () => {
  let stack: Stack;
  const browsers: Browser[] = [];
  beforeAll(async () => {
    stack = await startStack();
  }, 90_000);
  afterEach(async () => {
    for (const browser of browsers.splice(0)) await browser.close().catch(() => undefined);
  });
  afterAll(() => stack?.stop());

  async function launch(options: Parameters<typeof chromium>[0] = {}): Promise<Browser> {
    const browser = await chromium(options);
    browsers.push(browser);
    return browser;
  }
  const trainee = (nth: number): string => stack.demo.trainees[nth]!.id;
  const url = (nth: number): string => stack.demo.trainees[nth]!.examUrl!;
  const stored = (nth: number) => storedOf(stack.database, trainee(nth));
  async function timeline(nth: number) {
    const response = await fetch(`${stack.url}/v1/exams/sittings/${(await stored(nth)).id}`, {
      headers: { authorization: `Bearer ${stack.demo.platform.apiKey}` },
    });
    return (await response.json()) as {
      events: { kind: string; facts: Record<string, unknown> }[];
      results: { score: number }[];
      handedInBy: string | null;
    };
  }
  const facts = async (nth: number) => (await timeline(nth)).events.flatMap(({ facts }) => facts['fact'] ?? []);

  /** Rightly, to this item. */
  async function answer(one: Candidate, nth: number, n: number): Promise<void> {
    await one.answer((await stored(nth)).right(n));
    await one.saved('saved');
  }

  it('is sat honestly to its result, every answer stored before the page says so', { timeout: 240_000 }, async () => {
    const one = await sit(await launch(), url(0));
    await one.state('waiting');
    await expect(stored(0)).rejects.toThrow('no sitting');
    await one.enter();
    const { items } = await stored(0);
    for (const { n } of items) {
      await answer(one, 0, n);
      expect((await stored(0)).answers).toBeGreaterThanOrEqual(n);
      if (n === 3) await (await hide(one.page))();
      if (n < items.length) await one.act('after');
    }
    await one.act('handIn');
    expect(await one.text('dialog')).toContain(`全部 ${items.length} 题都已作答`);
    await one.act('sure');
    await one.state('handedIn');
    expect(await one.text('.score')).toBe('100 分');
    // The ledger's own rounds are seconds apart.
    expect(await one.text('[data-leaf]')).toMatch(/已写入公开账本，第 \d+ 片叶/);
    expect((await timeline(0)).results.map(({ score }) => score)).toEqual([100]);
    expect(await facts(0)).toEqual(expect.arrayContaining(['hidden', 'visible']));
    expect(await stack.alerts(0)).toEqual([]);
  });

  it('names what is missing before it hands in, and hands in nothing until told to', { timeout: 120_000 }, async () => {
    const one = await sit(await launch(), url(1));
    await one.enter();
    await one.go(4);
    await answer(one, 1, 4);
    await one.act('handIn');
    expect(await one.text('dialog')).toContain('未作答：第 1、2、3、5、6');
    await one.page.keyboard.press('Escape');
    expect((await stored(1)).by).toBeNull();
    await one.act('handIn');
    await one.act('sure');
    await one.state('handedIn');
    expect((await stored(1)).by).toBe('candidate');
    expect(await one.text('.exam .card')).toContain('不合格（及格线 60 分）');
  });

  it('goes on after the server was killed: what was given meanwhile is not called saved, and then is', {
    timeout: 240_000,
  }, async () => {
    const one = await sit(await launch(), url(2));
    await one.enter();
    await answer(one, 2, 1);
    const second = (await stored(2)).right(2);
    await stack.kill();
    await one.act('after');
    await one.answer(second);
    await one.state('disconnected');
    await one.saved('waiting');
    expect(await one.text('[data-offline]')).toContain('网络已断开，1 题尚未保存');
    await stack.start();
    await one.state('answering');
    await one.saved('saved');
    expect((await stored(2)).answers).toBe(2);
    // The same sitting, the same paper, nothing given twice.
    await one.act('handIn');
    await one.act('sure');
    await one.state('handedIn');
    expect(await one.text('.score')).toBe('10 分');
  });

  it('goes on after the browser was killed, with what it could not save before', { timeout: 240_000 }, async () => {
    const userDataDir = await mkdtemp(join(tmpdir(), 'zhenxue-exam-'));
    const line = await openLine(stack.url);
    try {
      const first = await launch({ userDataDir });
      const one = await sit(first, line.through(url(3)));
      await one.enter();
      await answer(one, 3, 1);
      line.cut();
      await one.act('after');
      await one.answer((await stored(3)).right(2));
      await one.state('disconnected');
      await one.saved('waiting');
      first.process()?.kill('SIGKILL');
      await eventually(
        () => first.process()?.signalCode,
        (signal) => expect(signal).toBe('SIGKILL'),
      );
      line.mend();
      expect((await stored(3)).answers).toBe(1);
      const again = await sit(await launch({ userDataDir }), line.through(url(3)));
      await again.enter();
      await again.saved('saved');
      await eventually(
        async () => (await stored(3)).answers,
        (answers) => expect(answers).toBe(2),
      );
      await again.act('after');
      await again.saved('saved');
      expect(await again.text('summary')).toContain('已答 2 / 20');
    } finally {
      line.close();
      await rm(userDataDir, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  it('is handed in by the server’s clock, and the page shows it', { timeout: 120_000 }, async () => {
    const one = await sit(await launch(), url(4));
    await one.enter();
    await answer(one, 4, 1);
    // The deadline as it would be drawn for who opens three seconds before the window ends.
    await stack.database.db.query('update sittings set deadline_ms = $2 where trainee_id = $1', [
      trainee(4),
      Date.now() + 3000,
    ]);
    await one.act('after');
    // Hears of it with the next reply.
    await one.answer((await stored(4)).right(2));
    await one.state('handedIn');
    const sitting = await stored(4);
    expect(sitting.by).toBe('clock');
    expect(await one.text('.score')).toBe(`${sitting.answers * 5} 分`);
  });

  it('is taken over by a second device, which the first one says, and taken back', { timeout: 180_000 }, async () => {
    const browser = await launch();
    const one = await sit(browser, url(5));
    await one.enter();
    await answer(one, 5, 1);
    const two = await sit(await browser.createBrowserContext(), url(5));
    await two.enter();
    await two.saved('saved');
    // It learns of it with whatever it tells next.
    await (await hide(one.page))();
    await one.state('takenOver');
    expect(await one.text('.exam .card')).toContain('考试已在另一页面或设备上继续');
    await one.act('retake');
    await one.state('answering');
    await one.saved('saved');
    await (await hide(two.page))();
    await two.state('takenOver');
    await one.page.bringToFront();
    await one.act('after');
    await answer(one, 5, 2);
    expect((await stored(5)).answers).toBe(2);
  });

  it('is sat by keyboard alone, on a small phone’s page', { timeout: 300_000 }, async () => {
    const one = await sit(await launch(), url(6), { width: 360, height: 640 });
    const press = async (what: string) => {
      await one.tabTo(`[data-act=${what}]`);
      await one.page.keyboard.press('Enter');
    };
    const fits = () =>
      one.page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
    await press('enter');
    await one.state('answering');
    const { items, right } = await stored(6);
    for (const { n } of items) {
      expect(await fits(), `item ${n}`).toBe(true);
      await one.type(right(n));
      await one.saved('saved');
      if (n < items.length) await press('after');
    }
    await press('handIn');
    await press('sure');
    await one.state('handedIn');
    expect(await one.text('.score')).toBe('100 分');
    expect(await fits()).toBe(true);
  });
});
