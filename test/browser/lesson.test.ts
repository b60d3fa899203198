/**
 * The whole way, in a real browser against the real server: what a trainee really did is what
 * the ledger says. Each test is a trainee of its own in a browser of its own; they run side by side.
 */
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../support/browser.ts';
import { hasPostgres } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { type Alert, type Hours, type Stack, startStack } from '../support/stack.ts';
import { answerPrompt, attend, type Trainee } from '../support/trainee.ts';

const accounted = (hours: Hours) => hours.creditedSeconds + hours.heldSeconds;
const codes = (alerts: readonly Alert[]) => alerts.map(({ code, rule }) => `${code}.${rule}`);

/** What a userscript does to look visible: own getters, swallowed events, frames faked by timers. */
function spoofVisibility(): void {
  for (const [name, value] of [
    ['hidden', false],
    ['visibilityState', 'visible'],
  ] as const) {
    Object.defineProperty(document, name, { get: () => value, configurable: true });
  }
  document.hasFocus = () => true;
  for (const type of ['visibilitychange', 'blur', 'focus', 'pagehide', 'mouseleave']) {
    for (const target of [window, document]) target.addEventListener(type, (e) => e.stopImmediatePropagation(), true);
  }
  window.requestAnimationFrame = (run) => window.setTimeout(() => run(performance.now()), 16);
}

describe.skipIf(!hasPostgres())('a lesson in a real browser', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  }, 90_000);
  afterAll(() => stack?.stop());

  async function lesson(
    trainee: number,
    work: (one: Trainee) => Promise<void>,
    { before, lesson: which = 0 }: { before?: () => void; lesson?: number } = {},
  ): Promise<void> {
    const browser = await chromium();
    try {
      await work(await attend(browser, stack.playerUrl(trainee, which), before));
    } finally {
      await browser.close();
    }
  }
  /** Paused, so everything played has been told; wait until the server has heard it. */
  async function heard(one: Trainee, trainee: number): Promise<{ hours: Hours; truth: number }> {
    await one.pause();
    const truth = await one.truth();
    await eventually(
      async () => {
        const hours = await stack.hours(trainee);
        return accounted(hours) + hours.deniedSeconds;
      },
      (value) => expect(value).toBeGreaterThan(truth - 1),
    );
    return { hours: await stack.hours(trainee), truth };
  }

  it.concurrent('60 s of honest play: credited + held is within 1 s of the truth, and a right answer credits it', {
    timeout: 240_000,
  }, async () => {
    await lesson(0, async (one) => {
      await one.play();
      await one.watch(60);
      const { hours, truth } = await heard(one, 0);
      expect(truth).toBeGreaterThan(59);
      expect(Math.abs(accounted(hours) - truth)).toBeLessThan(1);
      expect(await stack.alerts(0)).toEqual([]);

      await one.play();
      await answerPrompt(one.page);
      await eventually(
        async () => (await stack.hours(0)).creditedSeconds,
        (value) => expect(value).toBeGreaterThan(59),
        20_000,
      );
      await eventually(
        async () => (await stack.hours(0)).spans.filter((span) => span.fate === 'credited'),
        (value) =>
          expect(value).toSatisfy(
            (spans: Hours['spans']) => spans.length > 0 && spans.every((span) => span.leafIndex !== null),
          ),
        20_000,
      );
      const checkpoint = await (await fetch(`${stack.url}/ledger/checkpoint`)).text();
      expect(checkpoint).toMatch(
        /^127\.0\.0\.1[^\n]*\/attendance\/\d{4}\n[1-9]\d*\n|^localhost\/attendance\/\d{4}\n[1-9]\d*\n/,
      );
    });
  });

  it.concurrent('20 s hidden are not credited, and a connected console hears of it while it happens', {
    timeout: 180_000,
  }, async () => {
    const monitor = io(`${stack.url}/monitor`, {
      transports: ['websocket'],
      auth: { token: await stack.login('monitor') },
    });
    const pushed: Alert[] = [];
    monitor.on('alert', (alert: Alert) => pushed.push(alert));
    try {
      await lesson(1, async (one) => {
        await one.play();
        await one.watch(10);
        const before = await one.truth();
        await one.hide();
        await eventually(
          () => codes(pushed.filter(({ traineeId }) => traineeId === stack.demo.trainees[1]!.id)),
          (value) => expect(value).toEqual(['backgroundPlayback.hidden']),
        );
        await one.watch(20);
        await one.show();
        await one.watch(5);
        const { hours, truth } = await heard(one, 1);
        expect(before).toBeLessThan(15);
        const hidden = hours.spans.filter(({ reason }) => reason === 'backgroundPlayback.hidden');
        const hiddenSeconds = hidden.reduce((sum, { seconds }) => sum + seconds, 0);
        expect(hiddenSeconds).toBeGreaterThan(19);
        expect(accounted(hours)).toBeLessThan(truth - 19);
        expect(Math.abs(accounted(hours) + hours.deniedSeconds - truth)).toBeLessThan(1);
      });
    } finally {
      monitor.close();
    }
  });

  it.concurrent('visibility spoofed by a script changes neither', { timeout: 180_000 }, async () => {
    await lesson(
      2,
      async (one) => {
        await one.play();
        await one.watch(10);
        await one.hide();
        await eventually(
          async () => codes(await stack.alerts(2)),
          (value) => expect(value).toContain('backgroundPlayback.spoofedVisibility'),
          10_000,
        );
        await one.watch(20);
        await one.show();
        const { hours, truth } = await heard(one, 2);
        expect(accounted(hours)).toBeLessThan(truth - 19);
      },
      { before: spoofVisibility },
    );
  });

  it.concurrent('a seek to the end covers nothing; 2× on first viewing is not paid double', {
    timeout: 180_000,
  }, async () => {
    await lesson(3, async (one) => {
      await one.play();
      await one.watch(5);
      await one.seek(195);
      await one.watch(2);
      const { hours, truth } = await heard(one, 3);
      expect(accounted(hours)).toBeLessThan(truth + 0.5);
      expect(codes(await stack.alerts(3))).toContain('courseBrushing.seekAhead');

      await one.seek(60);
      await one.rate(2);
      await one.play();
      await one.watch(20);
      const fast = await heard(one, 3);
      expect(accounted(fast.hours)).toBeLessThanOrEqual(fast.truth + 0.5);
      expect(accounted(fast.hours)).toBeLessThan(accounted(hours) + 2);
      expect(codes(await stack.alerts(3))).toContain('courseBrushing.playbackRate');
    });
  });

  it.concurrent('a second browser takes the lease: the first is told, both are in the alert, no second is paid twice', {
    timeout: 180_000,
  }, async () => {
    await lesson(4, async (first) => {
      await first.play();
      await first.watch(12);
      await lesson(
        4,
        async (second) => {
          await first.state('takenOver');
          await second.play();
          await second.watch(12);
          const told = await first.page.evaluate(() => document.body.textContent);
          expect(told).toContain('在此继续学习');
          const alerts = await stack.alerts(4);
          expect(codes(alerts)).toEqual(['concurrentLogin.secondDevice']);
          const { hours } = await heard(second, 4);
          const sessions = new Set(hours.spans.map(({ sessionId }) => sessionId));
          expect(new Set(alerts[0]!.sessions)).toEqual(sessions);
          expect(alerts[0]!.sessions).toHaveLength(2);
          const earned = hours.spans
            .filter(({ fate }) => fate !== 'denied')
            .map(({ from, to }) => [Date.parse(from), Date.parse(to)] as const)
            .sort(([a], [b]) => a - b);
          for (const [i, [, to]] of earned.entries())
            if (i + 1 < earned.length) expect(to).toBeLessThanOrEqual(earned[i + 1]![0]);
        },
        { lesson: 1 },
      );
    });
  });

  it.concurrent('a second tab of the same browser is a second page, and the first plays on in the background', {
    timeout: 180_000,
  }, async () => {
    const browser = await chromium();
    try {
      const first = await attend(browser, stack.playerUrl(5, 0));
      await first.play();
      await first.watch(5);
      // Opening the second tab is what hides the first.
      await first.hide();
      const second = await attend(browser, stack.playerUrl(5, 1));
      await second.play();
      await second.watch(3);
      await eventually(
        async () => codes(await stack.alerts(5)),
        (value) =>
          expect(value).toEqual(expect.arrayContaining(['multiPagePlayback.secondPage', 'backgroundPlayback.hidden'])),
        20_000,
      );
    } finally {
      await browser.close();
    }
  });
});
