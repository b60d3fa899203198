/**
 * Who sits an exam, in a real browser before the server's real eyes: a puppet in the camera's place looks at the page
 * and does what it says (test/support/faces.ts), as the person who enrolled or as somebody else. Each test is a
 * candidate of its own, one after another: a puppet on a busy machine moves too late, which is how a picture moves.
 */
import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { enrolment } from '../../bench/face/perform.ts';
import type { Person } from '../../bench/face/simulate.ts';
import { parseLeaf } from '../../ledger/leaf.ts';
import type { Terms } from '../../server/exams/terms.ts';
import { randomOf } from '../../server/proofs/question/render/look.ts';
import { chromium } from '../support/browser.ts';
import { type Candidate, sit, storedOf } from '../support/candidate.ts';
import { hasPostgres } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import {
  camerasOn,
  enrolled,
  learn,
  openCheck,
  press,
  puppetCamera,
  repertoireOf,
  scene,
  twoPeople,
} from '../support/faces.ts';
import { type Stack, startStack } from '../support/stack.ts';

const EXAM = 'with-faces';

describe.skipIf(!hasPostgres())('who sits an exam', () => {
  let stack: Stack;
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  let person: Person;
  let other: Person;

  beforeAll(async () => {
    [stack, browser, [person, other]] = await Promise.all([startStack(), chromium(), twoPeople()]);
    await define();
    const pictures = enrolment(person, randomOf(5));
    for (const trainee of [0, 1, 2, 3]) await enrolled(stack, trainee, pictures);
  }, 180_000);
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  async function post<T>(path: string, body: object): Promise<T> {
    const reply = await fetch(stack.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${stack.demo.platform.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!reply.ok) throw new Error(`${path}: ${await reply.text()}`);
    return (await reply.json()) as T;
  }
  /** From the bank of the demo's own exam, of two items, at no moment that is drawn. */
  async function define(): Promise<void> {
    const { rows } = await stack.database.db.query<{ terms: string; bank: string }>(
      'select terms, bank_id as bank from exams',
    );
    const { blueprint, faces } = JSON.parse(rows[0]!.terms) as Terms;
    // This server looks at faces: so does the demo's exam.
    expect(faces).toMatchObject({ atStart: true, atHandIn: true, onMismatch: 'goOn' });
    const minute = 60_000;
    await post('/v1/exams', {
      ...{ id: EXAM, classId: stack.demo.class.id, bankId: rows[0]!.bank, title: '结业考核', minutes: 30, attempts: 1 },
      opensAt: new Date(Date.now() - minute).toISOString(),
      closesAt: new Date(Date.now() + 60 * minute).toISOString(),
      ...{ passMark: 60, contentShareMin: null, faces: { atStart: true, atRandom: 0, atHandIn: true } },
      blueprint: blueprint
        .filter(({ topic, difficulty }) => topic === blueprint[0]!.topic && difficulty !== 'hard')
        .map((one) => ({ ...one, count: 1 })),
    });
  }

  const id = (trainee: number): string => stack.demo.trainees[trainee]!.id;
  const stored = (trainee: number) => storedOf(stack.database, id(trainee));
  async function enter(trainee: number, prepare?: (page: Page) => Promise<unknown>): Promise<Candidate> {
    const { launch } = await post<{ launch: string }>(`/v1/exams/${EXAM}/tickets`, { traineeId: id(trainee) });
    const context = await browser.createBrowserContext();
    // Small, for a whole page that changes its colour is much to draw without a graphics card; high, for the check's card.
    const small = { width: 600, height: 900 };
    const one = await sit(context, `${stack.url}/player/exam.html?launch=${launch}`, small, prepare);
    await one.enter();
    contexts.push(context);
    return one;
  }
  const withPuppet = (page: Page) => page.evaluateOnNewDocument(puppetCamera);
  /** What was told goes by itself, or by a press. */
  const dismiss = (page: Page) =>
    page.evaluate(() =>
      document
        .querySelector('[data-zhenxue-face]')
        ?.shadowRoot?.querySelector<HTMLButtonElement>('button.main')
        ?.click(),
    );
  async function answerAll(one: Candidate, trainee: number): Promise<void> {
    const { items, right } = await stored(trainee);
    for (const { n } of items) {
      await one.go(n);
      await one.answer(right(n));
      await one.saved('saved');
    }
    expect((await stored(trainee)).answers).toBeGreaterThanOrEqual(items.length);
  }
  async function handIn(one: Candidate): Promise<void> {
    await one.act('handIn');
    await one.act('sure');
  }

  /**
   * Does the check that the page shows, as this person. One that showed nothing, or that this machine had no time to
   * look at, is asked again by itself; @returns what it came to at last.
   */
  async function check(one: Candidate, trainee: number, who: Person): Promise<string> {
    const { page } = one;
    await scene(page, 'ready');
    const { id, challenge } = (await openCheck(stack, trainee))!;
    await learn(page, await repertoireOf(who, challenge, randomOf(6)));
    await press(page);
    await scene(page, 'filming');
    // The time of the exam stays in sight.
    await page.waitForFunction(() =>
      /剩余 \d+:\d\d/.test(
        document.querySelector('[data-zhenxue-face]')?.shadowRoot?.querySelector('.box')?.textContent ?? '',
      ),
    );
    const became = async () =>
      (await stack.database.db.query<{ outcome: string | null }>('select outcome from face_checks where id = $1', [id]))
        .rows[0]!.outcome;
    await eventually(became, (outcome) => expect(outcome).not.toBeNull(), 90_000);
    expect(await camerasOn(page)).toBe(0);
    const outcome = (await became())!;
    return outcome === 'pass' || outcome === 'mismatch' || outcome === 'failed' ? outcome : check(one, trainee, who);
  }

  async function proofs(trainee: number): Promise<readonly string[]> {
    const { id } = await stored(trainee);
    const { rows } = await stack.database.db.query<{ leaf: string }>(
      `select leaf from ledger_leaves where leaf like '%"sitting":"' || $1 || '"%'`,
      [id],
    );
    const leaf = rows[0] && parseLeaf(rows[0].leaf);
    if (leaf?.kind !== 'exam') throw new Error('no leaf of this sitting yet');
    return leaf.proofs.map(({ kind, outcome }) => `${kind} ${outcome}`);
  }
  const kinds = async (trainee: number): Promise<readonly string[]> => {
    const { rows } = await stack.database.db.query<{ kind: string }>(
      'select kind from sitting_events where sitting_id = $1 order by nth',
      [(await stored(trainee)).id],
    );
    return rows.map(({ kind }) => kind);
  };

  it('is the person who enrolled: two checks are passed, and the leaf lists them', {
    timeout: 240_000,
  }, async () => {
    const one = await enter(0, withPuppet);
    // What is asked of the face keeps no answer from being saved.
    expect(await scene(one.page, 'ready')).toContain('改为现场核验');
    await answerAll(one, 0);
    expect(await check(one, 0, person)).toBe('pass');
    expect(await scene(one.page, 'taken')).toContain('请继续考试');
    await dismiss(one.page);
    await handIn(one);
    await scene(one.page, 'ready');
    expect((await stored(0)).by).toBeNull();
    expect(await check(one, 0, person)).toBe('pass');
    await one.state('handedIn');
    expect(await one.text('.score')).toBe('100 分');
    await eventually(
      () => proofs(0),
      (found) => expect(found).toEqual(['face passed', 'face passed']),
      30_000,
    );
    expect(await kinds(0)).not.toContain('supervisorAsked');
    expect(await stack.alerts(0)).toEqual([]);
  });

  it('is somebody else: both checks are handed in with the same score, and an alert is for a person to look at', {
    timeout: 240_000,
  }, async () => {
    const one = await enter(1, withPuppet);
    // Of somebody else, or moving as nobody alive does: both count.
    expect(await check(one, 1, other)).toMatch(/mismatch|failed/);
    expect(await stack.alerts(1)).toEqual([]);
    // In the same words as any other.
    expect(await scene(one.page, 'taken')).toContain('已收到');
    await dismiss(one.page);
    await answerAll(one, 1);
    await handIn(one);
    expect(await check(one, 1, other)).toMatch(/mismatch|failed/);
    await one.state('handedIn');
    expect(await one.text('.score')).toBe('100 分');
    expect((await stack.alerts(1)).map(({ code, rule }) => [code, rule])).toEqual([
      ['examImpersonation', 'examOtherFace'],
    ]);
  });

  it('has no camera: the score is the same, nothing more is asked, and a supervisor is', {
    timeout: 240_000,
  }, async () => {
    const one = await enter(2);
    await scene(one.page, 'ready');
    await press(one.page);
    expect(await scene(one.page, 'noCamera')).toContain('成绩不受影响');
    await dismiss(one.page);
    await answerAll(one, 2);
    await handIn(one);
    await one.state('handedIn');
    expect(await one.text('.score')).toBe('100 分');
    const found = await kinds(2);
    expect(found.filter((kind) => kind === 'faceAsked' || kind === 'supervisorAsked')).toEqual([
      'faceAsked',
      'supervisorAsked',
    ]);
    await eventually(
      () => proofs(2),
      (sealed) => expect(sealed).toEqual(['face noCamera', 'supervisor asked']),
      30_000,
    );
    expect(await stack.alerts(2)).toEqual([]);
  });

  it('is not shown what would ask it, for that part does not load: it is handed in all the same', {
    timeout: 240_000,
  }, async () => {
    const one = await enter(3, async (page) => {
      await page.setRequestInterception(true);
      page.on('request', (request) => {
        if (request.url().endsWith('/sdk/face.mjs')) void request.abort();
        else void request.continue();
      });
    });
    await answerAll(one, 3);
    await handIn(one);
    await one.state('handedIn');
    expect(await kinds(3)).toContain('supervisorAsked');
    expect(await one.page.$('[data-zhenxue-face]')).toBeNull();
  });
});
