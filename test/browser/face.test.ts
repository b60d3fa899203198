/**
 * Face checks in a real browser, against the real server and its real eyes. Each test is a trainee of its own; they run
 * side by side. Who is honest is a puppet that looks at the page and does what it says (test/support/faces.ts);
 * who is not has a file in the browser's own fake camera.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LaunchOptions } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolment, perform as performed } from '../../bench/face/perform.ts';
import { frameOf, type Person, restingScene, sideBySide } from '../../bench/face/simulate.ts';
import { type Challenge, defaultChallengePolicy, drawChallenge } from '../../server/proofs/face/challenge.ts';
import { randomOf } from '../../server/proofs/question/render/look.ts';
import { chromium } from '../support/browser.ts';
import { hasPostgres } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import {
  anyScene,
  camerasOn,
  enrolled,
  enrolmentOf,
  learn,
  openCheck,
  outcomes,
  press,
  puppetCamera,
  repertoireOf,
  scene,
  twoPeople,
  watchCamera,
  writeClip,
} from '../support/faces.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { answerPrompt, attend, type Trainee } from '../support/trainee.ts';

describe.skipIf(!hasPostgres())('a face check in a real browser', () => {
  let stack: Stack;
  let dir: string;
  let person: Person;
  let other: Person;
  let pictures: readonly Buffer[];

  beforeAll(async () => {
    [stack, [person, other], dir] = await Promise.all([
      startStack((policy) => ({
        ...policy,
        // Asked within seconds of play, and again.
        presence: {
          ...policy.presence,
          ...{ minDueMs: 2_000, maxDueMs: 3_000, minDoubtMs: 2_000, maxDoubtMs: 3_000 },
          ...{ minReturnMs: 1_000, maxReturnMs: 2_000, retryMs: 500 },
        },
        proofs: { ...policy.proofs, face: { windowMs: 60_000, lateMs: 15_000, minLatencyMs: 0 } },
      })),
      twoPeople(),
      mkdtemp(join(tmpdir(), 'zhenxue-camera-')),
    ]);
    pictures = enrolment(person, randomOf(5));
    for (const trainee of [1, 2, 3, 4]) await enrolled(stack, trainee, pictures);
  }, 180_000);
  afterAll(async () => {
    await stack?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  async function lesson(
    trainee: number,
    before: () => void,
    options: LaunchOptions,
    work: (one: Trainee) => Promise<void>,
  ): Promise<void> {
    const browser = await chromium({ defaultViewport: { width: 1280, height: 800 }, ...options });
    try {
      await work(await attend(browser, stack.playerUrl(trainee), { before }));
    } finally {
      await browser.close();
    }
  }
  /** A camera that plays this file. */
  const filed = (clip: string): LaunchOptions => ({
    args: [
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${clip}`,
    ],
  });
  const count = async (table: string, trainee: number): Promise<number> => {
    const { rowCount } = await stack.database.db.query(
      `select 1 from ${table} where person_key = (select person_key from trainees where id = $1)`,
      [stack.demo.trainees[trainee]!.id],
    );
    return rowCount ?? 0;
  };
  /**
   * Lets the camera look at the next check, and says what became of it. One that this machine had no time to look
   * at is asked again by itself.
   */
  async function filmed(one: Trainee, trainee: number, prepare?: (check: Challenge) => Promise<void>): Promise<string> {
    await scene(one.page, 'ready');
    const { id, challenge } = (await openCheck(stack, trainee))!;
    await prepare?.(challenge);
    await press(one.page);
    await scene(one.page, 'filming');
    const became = async () =>
      (await stack.database.db.query<{ outcome: string | null }>('select outcome from face_checks where id = $1', [id]))
        .rows[0]!.outcome;
    await eventually(became, (outcome) => expect(outcome).not.toBeNull(), 90_000);
    expect(await camerasOn(one.page)).toBe(0);
    const outcome = (await became())!;
    return outcome === 'busy' || outcome === 'engineDied' ? filmed(one, trainee, prepare) : outcome;
  }
  /** A right answer credits what is held; where a slow machine looks odd, another is wanted. */
  async function answered({ page }: Trainee, trainee: number): Promise<void> {
    for (let left = 4; left > 0; left--) {
      await answerPrompt(page, stack.database);
      const credited = eventually(
        async () => (await stack.hours(trainee)).creditedSeconds,
        (seconds) => expect(seconds).toBeGreaterThan(1),
      );
      if (left === 1) await credited;
      else if (
        await credited.then(
          () => true,
          () => false,
        )
      )
        return;
    }
  }

  it.concurrent('consents, enrols, is asked, does what the page says and is credited; withdraws, and all is deleted', {
    timeout: 240_000,
  }, async () => {
    await lesson(0, puppetCamera, {}, async (one) => {
      const { page } = one;
      const random = randomOf(6);
      await page.waitForSelector('[data-face=none]');
      await page.click('[data-face-act]');
      expect(await scene(page, 'consent')).toContain('随时撤回');
      const ticked = () => page.$eval('[data-zhenxue-face] >>> input', (box) => (box as HTMLInputElement).checked);
      expect(await ticked()).toBe(false);
      // Consent is never taken for given.
      await press(page);
      expect(await scene(page, 'consent')).toContain('请先勾选');
      expect([await ticked(), await count('face_consents', 0)]).toEqual([false, 0]);
      await page.click('[data-zhenxue-face] >>> input');
      await press(page);
      await scene(page, 'enrol');
      expect(await camerasOn(page)).toBe(0);
      await learn(page, enrolmentOf(person, random));
      await press(page);
      await scene(page, 'filming');
      // A machine that has no time says so, and lets one try again.
      while ((await anyScene(page, ['enrolled', 'enrol', 'unsent'])).name !== 'enrolled') await press(page);
      expect([await camerasOn(page), await count('face_templates', 0)]).toEqual([0, expect.toSatisfy((n) => n >= 3)]);
      await press(page);
      await page.waitForSelector('[data-face=enrolled]');
      await page.click('[data-face-act]');
      await scene(page, 'manage');
      await page.keyboard.press('Escape');
      expect(await page.$('[data-zhenxue-face]')).toBeNull();
      // The focus is where it was before.
      expect(await page.evaluate(() => document.activeElement?.hasAttribute('data-face-act'))).toBe(true);

      await one.play();
      const perform = async (challenge: Challenge) => learn(page, await repertoireOf(person, challenge, random));
      // Some of what is drawn is asked again, and rightly.
      for (let tries = 1; (await filmed(one, 0, perform)) !== 'pass'; tries++) expect(tries).toBeLessThan(3);
      expect(await scene(page, 'taken')).toContain('摄像头已关闭');
      expect(await page.evaluate(() => window.truth.playing)).toBe(true);
      await eventually(
        async () => (await stack.hours(0)).creditedSeconds,
        (seconds) => expect(seconds).toBeGreaterThan(1),
        20_000,
      );
      expect(await stack.alerts(0)).toEqual([]);

      // Where the next check waits, too, consent can be withdrawn: a question comes in its place.
      await scene(page, 'ready');
      await press(page, '撤回同意并删除人脸数据');
      await scene(page, 'withdraw');
      await press(page);
      await scene(page, 'withdrawn');
      await page.waitForSelector('[data-face=none]');
      expect(await Promise.all(['face_templates', 'face_checks'].map((table) => count(table, 0)))).toEqual([
        0,
        expect.toSatisfy((n) => n > 0),
      ]);
      const { rowCount } = await stack.database.db.query(
        'select 1 from face_probes where check_id in (select id from face_checks where person_key = (select person_key from trainees where id = $1))',
        [stack.demo.trainees[0]!.id],
      );
      expect(rowCount).toBe(0);
      await press(page);
      await answerPrompt(page, stack.database);
      expect((await outcomes(stack, 0)).at(-1)).toBe('unconsented');
    });
  });

  it.concurrent('a still picture of the right person, somebody else’s face and a replayed clip release nothing', {
    timeout: 240_000,
  }, async () => {
    const random = randomOf(7);
    const clip = join(dir, 'still.mjpeg');
    await writeClip(clip, pictures.slice(0, 1));
    await lesson(1, watchCamera, filed(clip), async (one) => {
      await one.play();
      expect(await filmed(one, 1)).toBe('failed');
      // It is told in the same words as any other.
      expect(await scene(one.page, 'taken')).toContain('已收到');
      await writeClip(clip, enrolment(other, random), 400);
      expect(await filmed(one, 1)).toBe('failed');
      // What the right person did for another check.
      const world = { person, other, enrolled: pictures[0]!, random };
      const earlier = await performed('honest', world, drawChallenge(defaultChallengePolicy, random));
      const replayed = earlier.map(({ bytes }) => bytes);
      await writeClip(clip, replayed, 900);
      expect(await filmed(one, 1)).not.toBe('pass');
      expect((await stack.hours(1)).creditedSeconds).toBe(0);
    });
  });

  it.concurrent('an empty chair is told what to change, two people release nothing, and a question may be chosen', {
    timeout: 240_000,
  }, async () => {
    const clip = join(dir, 'two.mjpeg');
    await writeClip(clip, [frameOf(person, { ...restingScene, shift: { x: 0, y: 900 } }, randomOf(8))]);
    await lesson(2, watchCamera, filed(clip), async (one) => {
      const { page } = one;
      await one.play();
      expect(await filmed(one, 2)).toBe('unsure');
      expect(await scene(page, 'ready')).toContain('请让整张脸出现在画面中');
      const pairs = pictures.map((picture, i) => sideBySide(picture, pictures[6 - i]!, 70));
      await writeClip(clip, await Promise.all(pairs), 300);
      expect(await filmed(one, 2)).not.toBe('pass');
      const { rows } = await stack.database.db.query<{ reasons: readonly { readonly code: string }[] }>(
        'select reasons from face_checks where person_key = (select person_key from trainees where id = $1) order by issued_ms',
        [stack.demo.trainees[2]!.id],
      );
      const found = rows.flatMap(({ reasons }) => reasons ?? []).map(({ code }) => code);
      expect(found).toEqual(expect.arrayContaining(['noFace', 'severalFaces']));

      await scene(page, 'ready');
      await press(page);
      await scene(page, 'filming');
      expect(await camerasOn(page)).toBe(1);
      await page.keyboard.press('Escape');
      await answerPrompt(page, stack.database);
      expect([await camerasOn(page), (await outcomes(stack, 2)).at(-1)]).toEqual([0, 'declined']);
    });
  });

  it.concurrent('without a camera a question comes at once, and earns the same; a phone held upright shows all of it', {
    timeout: 240_000,
  }, async () => {
    await lesson(3, watchCamera, { defaultViewport: { width: 360, height: 640 } }, async (one) => {
      const { page } = one;
      await one.play();
      await scene(page, 'ready');
      // Nothing of it lies outside the screen, and the focus is in it.
      const box = await (await page.$('[data-zhenxue-face] >>> .box'))!.boundingBox();
      expect(box).toMatchObject({ x: 0, width: 360 });
      expect(box!.y).toBeGreaterThanOrEqual(0);
      expect(await page.evaluate(() => document.activeElement?.hasAttribute('data-zhenxue-face'))).toBe(true);
      await press(page);
      expect(await scene(page, 'noCamera')).toContain('学时同样计入');
      await answered(one, 3);
      expect(await outcomes(stack, 3)).toEqual(['noCamera']);
    });
  });

  it.concurrent('where the part that shows it does not load a question comes in its place', {
    timeout: 240_000,
  }, async () => {
    await lesson(4, watchCamera, {}, async (one) => {
      const { page } = one;
      await page.setRequestInterception(true);
      page.on('request', (request) => {
        if (request.url().endsWith('/sdk/face.mjs')) void request.abort();
        else void request.continue();
      });
      await one.play();
      await answered(one, 4);
      expect(await outcomes(stack, 4)).toEqual(['noCamera']);
    });
  });
});
