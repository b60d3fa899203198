import { createCanvas } from '@napi-rs/canvas';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { WatchOptions } from '../../sdk/watch.ts';
import { type Answered, answerSchema, type Challenge, type Given, type Notice, type Totals } from '../../sdk/wire.ts';
import { draw } from '../../server/proofs/question/render/draw.ts';
import { createFonts } from '../../server/proofs/question/render/fonts.ts';
import { chromium } from '../support/browser.ts';
import { type PlayerSite, playerSite } from './playerSite.ts';

declare global {
  interface Window {
    sdk?: { options: Required<WatchOptions>; retakes: number; answered?: string | Given };
    /** What the answer that is on its way comes to. */
    settle?: (said: Partial<Answered> | { code: string }) => void;
  }
}

let browser: Browser;
let site: PlayerSite;
let page: Page;
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

async function open(): Promise<void> {
  await page.goto(`${site.url}?launch=a-launch-link`);
  await page.waitForFunction(() => window.sdk !== undefined);
}

const challenge: Challenge = {
  prompt: 'prompt-0001',
  question: { zh: '触电时先做什么？', en: 'What comes first?' },
  choices: [
    { id: 'pull', text: { zh: '用手拉开', en: 'Pull' } },
    { id: 'power', text: { zh: '切断电源', en: 'Cut the power' } },
  ],
  remainingMs: 45_000,
};
const totals: Totals = { creditedMs: 65_000, heldMs: 30_000, deniedMs: 5_000 };

async function ask(
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
const notify = (notice: Notice) => page.evaluate((notice) => window.sdk?.options.onNotice(notice), notice);
const textOf = (selector: string) => page.$eval(selector, (node) => node.textContent?.trim() ?? '');
const focusIn = (selector: string) => page.evaluate((s) => Boolean(document.activeElement?.closest(s)), selector);

describe('the lesson', () => {
  test('is the one video of the page, with its own controls, and does not play by itself', async () => {
    await open();
    const videos = await page.$$eval('video', (all) =>
      all.map(({ controls, playsInline, preload, autoplay, paused, src }) => {
        return { controls, playsInline, preload, autoplay, paused, path: new URL(src).pathname };
      }),
    );
    const one = { controls: true, playsInline: true, preload: 'auto', autoplay: false, paused: true };
    expect(videos).toEqual([{ ...one, path: '/clip.webm' }]);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
  });

  test('takes a fresh ticket for each load and for each session after it', async () => {
    await open();
    const next = () => page.evaluate(() => window.sdk?.options.getTicket());
    const first = [await next(), await next(), await next()];
    await open();
    const all = [...first, await next()];
    expect(new Set(all).size).toBe(4);
  });

  test('an expired link says so and offers no useless retry; a server that is down can be tried again', async () => {
    site.answer = 'expired';
    await page.goto(`${site.url}?launch=a-launch-link`);
    await page.waitForSelector('[data-problem=refused]', { visible: true });
    expect(await textOf('[data-problem]')).toContain('重新点击“开始学习”');
    expect(await page.$('[data-problem-retry]:not([hidden])')).toBeNull();

    site.answer = 'down';
    await page.reload();
    await page.waitForSelector('[data-problem=unreachable]', { visible: true });
    site.answer = 'ok';
    await page.click('[data-problem-retry]');
    await page.waitForFunction(() => window.sdk !== undefined);
    await page.waitForSelector('[data-problem]', { hidden: true });
  });
});

describe('hours', () => {
  test('are shown as the server said them, with what held means', async () => {
    await open();
    await page.evaluate((totals) => window.sdk?.options.onTotals(totals), totals);
    expect(await textOf('[data-credited-ms="65000"]')).toBe('1:05');
    expect(await textOf('[data-held-ms="30000"]')).toBe('0:30');
    expect(await textOf('[data-denied-ms="5000"]')).toBe('0:05');
    expect(await textOf('[data-held-words]')).toBe('弹出随堂问题后请及时答对，超时未答将不再计入');
  });

  test('under a second, shown as 0:00, have nothing said of them', async () => {
    await open();
    const crumbs: Totals = { creditedMs: 0, heldMs: 999, deniedMs: 999 };
    await page.evaluate((totals) => window.sdk?.options.onTotals(totals), crumbs);
    expect(await textOf('[data-held-words]')).toBe('暂无待确认的时间');
    expect(await textOf('[data-denied-words]')).toBe('没有未计入的时间');
    await page.evaluate((totals) => window.sdk?.options.onTotals(totals), { ...crumbs, deniedMs: 1000 });
    expect(await textOf('[data-denied-words]')).toBe('原因见“学时明细”');
  });

  test('every denial is listed with its reason, also in the other language', async () => {
    await open();
    const denied = (reason: string, ms: number): Notice => {
      return { kind: 'denied', reason, words: { zh: `原因${reason}`, en: `because ${reason}` }, ms, totals };
    };
    for (const notice of [denied('a.x', 3000), denied('a.x', 4000), denied('b.y', 1000)]) await notify(notice);
    const rows = () => page.$$eval('[data-notice=denied]', (all) => all.map((row) => row.textContent));
    expect(await rows()).toEqual([expect.stringMatching(/原因b\.y0:01/), expect.stringMatching(/原因a\.x0:07.*2 次/)]);
    await page.click('[data-language]');
    expect(await rows()).toEqual([expect.stringContaining('because b.y'), expect.stringContaining('because a.x')]);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    await page.click('[data-language]');
  });

  test('losing the network does not look like losing hours; a takeover offers the way back', async () => {
    await open();
    await page.evaluate(() => window.sdk?.options.onState('disconnected'));
    expect(await textOf('[data-state=disconnected]')).toContain('恢复后自动补报');
    await page.evaluate(() => window.sdk?.options.onState('takenOver'));
    await page.waitForSelector('[data-banner=takenOver]', { visible: true });
    expect(await textOf('[data-banner-act]')).toBe('在此继续学习');
    await page.click('[data-banner-act]');
    expect(await page.evaluate(() => window.sdk?.retakes)).toBe(1);
  });

  test('what a blocker takes is said, and does not hide what was lost', async () => {
    await open();
    const trouble = (code: string, zh: string): Promise<void> =>
      page.evaluate((said) => window.sdk?.options.onError(said), { code, words: { zh, en: code }, fatal: false });
    await trouble('workerBlocked', '后台计时被阻止');
    expect(await textOf('[data-trouble]')).toBe('后台计时被阻止');
    // The session opens after that was found.
    await page.evaluate(() => window.sdk?.options.onState('watching'));
    expect(await textOf('[data-trouble]')).toBe('后台计时被阻止');
    await trouble('outboxFull', '部分学习未能记录');
    await trouble('beaconBlocked', '离开时的记录被拦截');
    expect(await textOf('[data-trouble]')).toBe('部分学习未能记录');
  });
});

describe('a prompt', () => {
  test.each([
    [1280, 800],
    [390, 844],
  ])('at %i×%i lies beside the video and leaves it playing', async (width, height) => {
    await page.setViewport({ width, height });
    await open();
    await page.evaluate(async () => {
      const video = document.querySelector('video');
      if (video) video.loop = true;
      await video?.play();
    });
    await ask();
    const apart = await page.evaluate(() => {
      const card = document.querySelector('[data-prompt]')?.getBoundingClientRect();
      const video = document.querySelector('video')?.getBoundingClientRect();
      if (!card || !video) return false;
      return card.left >= video.right || card.top >= video.bottom;
    });
    expect(apart).toBe(true);
    expect(await page.$eval('video', (video) => video.paused)).toBe(false);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    // The rest of the page still takes clicks.
    await page.click('[data-language]');
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    await page.click('[data-language]');
  });

  test('is announced, answered by keyboard alone, and gives the focus back', async () => {
    await open();
    await page.focus('[data-language]');
    await ask('taken');
    expect(
      await page.$eval('[data-prompt]', (card) => [card.getAttribute('role'), card.getAttribute('aria-modal')]),
    ).toEqual(['dialog', 'false']);
    expect(await focusIn('[data-prompt-id="prompt-0001"]')).toBe(true);
    await page.waitForFunction(() => document.querySelector('[data-say-now]')?.textContent?.includes('触电时先做什么'));
    expect(await textOf('.prompt-left')).toMatch(/剩余 4[45] 秒/);
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-outcome=taken]');
    expect(await page.evaluate(() => window.sdk?.answered)).toBe('power');
    expect(await page.$('[data-prompt]')).toBeNull();
    expect(await textOf('[data-outcome]')).toContain('不逐题告知对错');
    await page.click('[data-outcome] button');
    expect(await focusIn('[data-language]')).toBe(true);
  });

  test('does not take the focus from somebody who types', async () => {
    await open();
    await page.evaluate(() => {
      const field = document.createElement('textarea');
      document.querySelector('main')?.append(field);
      field.focus();
    });
    await ask();
    expect(await page.$('[data-prompt]')).not.toBeNull();
    expect(await focusIn('textarea')).toBe(true);
  });

  test('keeps the choice while the language changes and while the network is gone', async () => {
    await open();
    await ask('disconnected');
    await page.click('input[name=choice][value=power]');
    await page.click('[data-language]');
    expect(await textOf('[data-prompt] legend')).toBe('What comes first?');
    await page.click('[data-language]');
    await page.click('[data-prompt] button[type=submit]');
    await vi.waitFor(async () => expect(await textOf('.prompt-complaint')).toContain('网络已断开'));
    expect(await page.$eval('input[name=choice][value=power]', (input) => (input as HTMLInputElement).checked)).toBe(
      true,
    );
  });

  test('answered, it says that answers count together, and claims nothing of this one', async () => {
    await open();
    await ask();
    await page.click('input[name=choice][value=power]');
    await page.click('[data-prompt] button[type=submit]');
    await page.waitForSelector('[data-outcome=taken]');
    expect(await textOf('[data-outcome]')).toContain('本题与随后几题合并评定');
    expect(await textOf('[data-outcome]')).not.toContain('现已计入');
    const spoken = (words: string) =>
      page.waitForFunction((words) => document.querySelector('[data-say-now]')?.textContent === words, {}, words);
    await spoken(
      '已收到您的作答。本题与随后几题合并评定，不逐题告知对错。通过后，待确认的时间会一并计入，并在“学时明细”中说明。',
    );
    await page.click('[data-language]');
    await spoken(
      'Your answer was taken. It counts together with your next ones; none is marked by itself. Once they pass, the held time is credited at once, and the record of hours says so.',
    );
    await page.click('[data-language]');
  });

  test('that runs out says so, and the next one takes its place', async () => {
    await open();
    await ask('taken', { ...challenge, remainingMs: 50 });
    await page.waitForSelector('[data-outcome=expired]');
    await ask('taken', { ...challenge, prompt: 'prompt-0002' });
    expect(await page.$$eval('[data-prompt]', (all) => all.map((card) => card.getAttribute('data-prompt-id')))).toEqual(
      ['prompt-0002'],
    );
    expect(await page.$('[data-outcome]')).toBeNull();
  });

  const answer = async (choice: string) => {
    await page.click(`input[name=choice][value=${choice}]`);
    await page.click('[data-prompt] button[type=submit]');
  };
  /** Answers when the test says so, in these words or with this error. */
  const askSlowly = (asked: Challenge) =>
    page.evaluate((challenge) => {
      window.sdk?.options.onChallenge(challenge, (choice) => {
        if (window.sdk) window.sdk.answered = choice;
        return new Promise((resolve, reject) => {
          window.settle = (said) =>
            'code' in said ? reject(Object.assign(new Error(said.code), said)) : resolve(said as Answered);
        });
      });
    }, asked);
  const settle = (said: Partial<Answered> | { code: string }) => page.evaluate((one) => window.settle?.(one), said);
  const withdrawn: Notice = {
    kind: 'promptWithdrawn',
    reason: 'presence.paused',
    words: { zh: '已暂停，本题不必作答', en: 'Paused: no answer is needed' },
    ms: 0,
    totals,
  };

  test('stays open while an answer still counts, and is not called over', async () => {
    await open();
    await ask('taken', { ...challenge, remainingMs: 50, graceMs: 60_000 });
    await page.waitForFunction(() => document.querySelector('.prompt-left')?.textContent === '即将截止');
    expect(await page.$('[data-outcome]')).toBeNull();
    await answer('power');
    await page.waitForSelector('[data-outcome=taken]');
    expect(await textOf('[data-outcome]')).not.toContain('已过');
  });

  test('whose answer is on its way waits for the server’s word, however late', async () => {
    await open();
    await askSlowly({ ...challenge, graceMs: 500 });
    await answer('power');
    await page.evaluate(() => {
      const now = performance.now.bind(performance);
      performance.now = () => now() + 120_000;
    });
    // The same tick that shows this would have called the time over.
    await page.waitForFunction(() => document.querySelector('.prompt-left')?.textContent === '即将截止');
    expect(await page.$('[data-outcome]')).toBeNull();
    await settle({ outcome: 'taken', counted: false, totals });
    await page.waitForSelector('[data-outcome=taken]');
  });

  test('that was withdrawn closes with the server’s words, also when our clock called it over', async () => {
    await open();
    await ask();
    await notify(withdrawn);
    await page.waitForSelector('[data-outcome=withdrawn]');
    expect(await page.$('[data-prompt]')).toBeNull();
    expect(await textOf('[data-outcome]')).toContain('已暂停，本题不必作答');
    expect(await textOf('[data-notice=promptWithdrawn]')).toContain('已撤回');
    await page.click('[data-language]');
    expect(await textOf('[data-outcome]')).toContain('Paused: no answer is needed');
    await page.click('[data-language]');

    await ask('taken', { ...challenge, prompt: 'prompt-0002', remainingMs: 50 });
    await page.waitForSelector('[data-outcome=expired]');
    await notify(withdrawn);
    await page.waitForSelector('[data-outcome=withdrawn]');
    // Long after, with nothing asked, it is only listed.
    await page.click('[data-outcome] button');
    await notify(withdrawn);
    expect(await page.$('[data-outcome]')).toBeNull();
  });

  test('withdrawn while the answer is on its way: the answer’s own outcome comes first', async () => {
    await open();
    await askSlowly(challenge);
    await answer('power');
    await notify(withdrawn);
    expect(await page.$('[data-prompt]')).not.toBeNull();
    await settle({ outcome: 'taken', counted: false, totals });
    await page.waitForSelector('[data-outcome=taken]');

    await askSlowly({ ...challenge, prompt: 'prompt-0002' });
    await answer('power');
    await notify(withdrawn);
    await settle({ code: 'promptUnknown' });
    await page.waitForSelector('[data-outcome=withdrawn]');
    expect(await textOf('[data-outcome]')).toContain('已暂停，本题不必作答');
  });

  test('that another replaced says so, and the late word on the first is still said', async () => {
    await open();
    await askSlowly(challenge);
    await answer('power');
    await ask('taken', { ...challenge, prompt: 'prompt-0002' });
    expect(await textOf('.prompt-complaint')).toContain('上一题已由本题代替');
    await settle({ outcome: 'taken', counted: false, totals });
    await page.waitForFunction(() =>
      document.querySelector('[data-say-now]')?.textContent?.startsWith('已收到您的作答'),
    );
    expect(await page.$('[data-prompt-id=prompt-0002]')).not.toBeNull();
    await page.click('input[name=choice][value=power]');
    expect(await textOf('.prompt-complaint')).toBe('');
  });

  test('that the server no longer knows, or answers in a word of its own, shows words, never that word', async () => {
    await open();
    await askSlowly(challenge);
    await answer('power');
    await settle({ code: 'promptUnknown' });
    await page.waitForSelector('[data-outcome=withdrawn]');
    await askSlowly({ ...challenge, prompt: 'prompt-0002' });
    await answer('power');
    await settle({ outcome: 'superseded' as Answered['outcome'], counted: false, totals });
    await page.waitForSelector('[data-outcome=withdrawn]');
    expect(await page.evaluate(() => document.body.textContent)).not.toContain('superseded');
  });

  test('without a choice is not sent', async () => {
    await open();
    await ask();
    await page.click('[data-prompt] button[type=submit]');
    expect(await textOf('.prompt-complaint')).toBe('请先选择一个答案');
    expect(await page.evaluate(() => window.sdk?.answered)).toBeUndefined();
  });

  const parts = ['pull', 'press', 'lift'].map((id) => ({ id, text: { zh: `步骤${id}`, en: `Step ${id}` } }));
  const given = () => page.evaluate(() => window.sdk?.answered);
  const send = () => page.click('[data-prompt] button[type=submit]');

  test('announces the forms it can draw', async () => {
    await open();
    expect(await page.evaluate(() => window.sdk?.options.forms)).toEqual([
      ...['single', 'multiple', 'order', 'number', 'point', 'image'],
    ]);
  });

  test('of several right answers takes them all, and none is not sent', async () => {
    await open();
    await ask('taken', { ...challenge, form: 'multiple', choices: parts });
    expect(await textOf('.prompt-hint')).toContain('可多选');
    await send();
    expect(await textOf('.prompt-complaint')).toBe('请先选择答案');
    await page.click('input[name=choice][value=pull]');
    await page.click('input[name=choice][value=lift]');
    await send();
    await page.waitForSelector('[data-outcome=taken]');
    expect(await given()).toEqual({ choices: ['pull', 'lift'] });
  });

  test('to put in order is ordered by keyboard alone, says each place, and survives a change of language', async () => {
    await open();
    await ask('taken', { ...challenge, form: 'order', choices: parts });
    await page.focus('[data-step=lift] [data-move=up]');
    await page.keyboard.press('Enter');
    expect(await textOf('[data-prompt] [aria-live]')).toBe('步骤lift：现为第 2 项');
    expect(await focusIn('[data-step=lift] [data-move=up]')).toBe(true);
    await page.keyboard.press('Enter');
    // It is first already.
    await page.keyboard.press('Enter');
    await page.focus('[data-step=pull] [data-move=down]');
    await page.keyboard.press('Enter');
    await page.click('[data-language]');
    expect(await page.$eval('[data-step=pull] [data-move=down]', (node) => node.getAttribute('aria-label'))).toBe(
      'Move down: Step pull',
    );
    await page.click('[data-language]');
    await send();
    await page.waitForSelector('[data-outcome=taken]');
    expect(await given()).toEqual({ order: ['lift', 'press', 'pull'] });
  });

  test('for a number takes what is typed as it is, and nothing is not sent', async () => {
    await open();
    await ask('taken', { ...challenge, form: 'number', choices: [], unit: { zh: '伏', en: 'V' } });
    await send();
    expect(await textOf('.prompt-complaint')).toBe('请先填写数字');
    expect(await textOf('.number')).toBe('伏');
    await page.type('input[name=number]', ' 220.5 ');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-outcome=taken]');
    expect(await given()).toEqual({ number: '220.5' });
  });

  describe('as an image', () => {
    const drawing = draw(
      { question: challenge.question, choices: parts.map(({ text }) => text), unit: null, seed: 1 },
      createFonts(),
    );
    const alt = { zh: '以图片显示的题目', en: 'A question shown as an image' };
    const image = { ...drawing, data: drawing.bytes.toString('base64'), alt };
    const places = [1, 2, 3].map((n) => ({ id: String(n), text: { zh: `图中第 ${n} 项`, en: `Number ${n}` } }));
    const loaded = () =>
      page.waitForFunction(() => document.querySelector<HTMLImageElement>('.prompt-image')?.complete);

    test('is shown whole beside its choices, and named in the language of the page', async () => {
      await open();
      await ask('taken', { ...challenge, form: 'order', choices: places, image });
      await loaded();
      const shown = await page.$eval('.prompt-image', (node) => {
        const it = node as HTMLImageElement;
        return [it.naturalWidth, it.naturalHeight, it.clientWidth > 200, it.alt];
      });
      expect(shown).toEqual([drawing.width, drawing.height, true, alt.zh]);
      await page.click('[data-language]');
      expect(await page.$eval('.prompt-image', (node) => node.getAttribute('alt'))).toBe(alt.en);
      await page.click('[data-language]');
      await send();
      await page.waitForSelector('[data-outcome=taken]');
      expect(await given()).toEqual({ order: ['1', '2', '3'] });
    });

    test('that no browser can show is told, and can be answered all the same', async () => {
      await open();
      const broken = { ...image, data: Buffer.from('<svg onload="alert(1)">').toString('base64') };
      await ask('taken', { ...challenge, choices: places, image: broken });
      await page.waitForFunction(() =>
        document.querySelector('.prompt-complaint')?.textContent?.includes('图片未能显示'),
      );
      await answer('"2"');
      await page.waitForSelector('[data-outcome=taken]');
    });
  });

  describe('for a place in a picture', () => {
    const canvas = createCanvas(300, 150);
    canvas.getContext('2d').fillRect(10, 10, 50, 50);
    const picture = {
      ...{ type: 'image/png' as const, width: 300, height: 150 },
      data: canvas.toBuffer('image/png').toString('base64'),
    };
    const point: Challenge = { ...challenge, form: 'point', choices: [], picture };

    test('takes the place that was clicked, in shares of the picture, and nothing is not sent', async () => {
      await open();
      await ask('taken', point);
      await send();
      expect(await textOf('.prompt-complaint')).toBe('请先在图中指出位置');
      const box = (await (await page.$('[data-pointing] img'))!.boundingBox())!;
      await page.mouse.click(box.x + box.width * 0.25, box.y + box.height * 0.5);
      expect(await textOf('.prompt-complaint')).toBe('');
      await send();
      await page.waitForSelector('[data-outcome=taken]');
      const { point: place } = (await given()) as { point: [number, number] };
      expect(Math.abs(place[0] - 0.25)).toBeLessThan(0.01);
      expect(Math.abs(place[1] - 0.5)).toBeLessThan(0.01);
      expect(answerSchema.safeParse({ prompt: challenge.prompt, point: place }).success).toBe(true);
    });

    test('is found by keyboard alone, never leaves the picture, and is said', async () => {
      await open();
      await ask('taken', point);
      await page.focus('[data-pointing]');
      for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.down('Shift');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.up('Shift');
      expect(await textOf('[data-prompt] [aria-live]')).toBe('横向 100%，纵向 48%');
      await page.click('[data-language]');
      expect(await textOf('[data-prompt] [aria-live]')).toBe('100% across, 48% down');
      await page.click('[data-language]');
      await page.focus('[data-prompt] button[type=submit]');
      await page.keyboard.press('Enter');
      await page.waitForSelector('[data-outcome=taken]');
      expect(await given()).toEqual({ point: [0.996, 0.48] });
    });
  });

  test('is told in the same words whatever an older server says that the answer came to', async () => {
    const told: string[] = [];
    for (const outcome of ['right', 'wrong', 'tooFast'] as const) {
      await open();
      await ask(outcome);
      await answer('pull');
      await page.waitForSelector('[data-outcome=taken]');
      told.push(await textOf('[data-outcome]'));
    }
    expect(new Set(told).size).toBe(1);
  });
});
