/** A question on the lesson page: how it is met, what its answer is said to have come to, and what ends it. */
import { describe, expect, test, vi } from 'vitest';
import type { Answered, Challenge, Notice } from '../../sdk/wire.ts';
import { answer, ask, challenge, focusIn, notify, open, page, textOf, totals, useLessonPage } from './lessonPage.ts';

useLessonPage();

describe('a prompt', () => {
  test.each([
    [1280, 800],
    [390, 844],
    [800, 600],
  ])('at %i×%i lies beside the video, which stays in view, and leaves it playing', async (width, height) => {
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
    // As far down as the card goes.
    const inView = await page.evaluate(() => {
      document.querySelector('[data-prompt]')?.lastElementChild?.scrollIntoView({ block: 'end' });
      const video = document.querySelector('video')?.getBoundingClientRect();
      return video !== undefined && video.top >= 0 && video.bottom <= innerHeight;
    });
    expect(inView).toBe(true);
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
