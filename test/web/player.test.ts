import { describe, expect, test } from 'vitest';
import type { Notice, Totals } from '../../sdk/wire.ts';
import { notify, open, page, site, textOf, totals, useLessonPage } from './lessonPage.ts';

useLessonPage();

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
