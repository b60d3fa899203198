/**
 * The whole way, in a real browser against the real server: what a trainee really did is what
 * the ledger says. Each test is a trainee of its own in a browser of its own; they run side by side.
 */
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../support/browser.ts';
import { hasPostgres } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { accounted, codes, denied, heard } from '../support/hours.ts';
import { type Alert, type Hours, type Stack, startStack } from '../support/stack.ts';
import { answerPrompt, attend, type Trainee } from '../support/trainee.ts';

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

/**
 * What a userscript does so that the page goes on claiming: it drops the word of the takeover. The socket is in the
 * SDK's Worker, out of its reach; what the Worker tells the page is not, for a script that is there first.
 */
function swallowTakeover(): void {
  const Native = Worker;
  window.Worker = class extends Native {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      this.addEventListener('message', (event) => {
        if (JSON.stringify(event.data).includes('"takenOver"')) event.stopImmediatePropagation();
      });
    }
  };
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
      await work(await attend(browser, stack.playerUrl(trainee, which), { ...(before ? { before } : {}) }));
    } finally {
      await browser.close();
    }
  }

  it.concurrent('60 s of honest play: credited + held is within 1 s of the truth, and a right answer credits it', {
    timeout: 240_000,
  }, async () => {
    await lesson(0, async (one) => {
      await one.play();
      await one.watch(60);
      const { hours, truth } = await heard(stack, one, 0);
      expect(truth).toBeGreaterThan(59);
      expect(Math.abs(accounted(hours) - truth), JSON.stringify([truth, hours])).toBeLessThan(1);
      expect(await stack.alerts(0)).toEqual([]);

      await one.play();
      await answerPrompt(one.page, stack.database);
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
        await one.watch(10);
        await eventually(
          () => codes(pushed.filter(({ traineeId }) => traineeId === stack.demo.trainees[1]!.id)),
          (value) => expect(value).toEqual(['backgroundPlayback.hidden']),
        );
        await one.watch(10);
        await one.show();
        await one.watch(5);
        const { hours, truth } = await heard(stack, one, 1);
        expect(before).toBeLessThan(15);
        expect(codes(await stack.alerts(1))).toEqual(['backgroundPlayback.hidden']);
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
        const { hours, truth } = await heard(stack, one, 2);
        expect(accounted(hours)).toBeLessThan(truth - 19);
      },
      { before: spoofVisibility },
    );
  });

  it.concurrent('a seek covers nothing; 2× on first viewing is denied, and kept up it is told on', {
    timeout: 180_000,
  }, async () => {
    await lesson(3, async (one) => {
      await one.play();
      await one.watch(5);
      // Sampled instead of watched: over most of the lesson, three times.
      for (const [to, back] of [
        [195, 20],
        [190, 20],
        [185, 40],
      ] as const) {
        await one.seek(to);
        await one.watch(1);
        await one.seek(back);
        await one.watch(1);
      }
      const { hours, truth } = await heard(stack, one, 3);
      expect(accounted(hours)).toBeLessThan(truth + 0.5);
      expect(codes(await stack.alerts(3))).toEqual(['courseBrushing.seekAhead']);

      await one.seek(45);
      await one.rate(2);
      await one.play();
      await one.watch(20);
      const fast = await heard(stack, one, 3);
      expect(accounted(fast.hours)).toBeLessThan(accounted(hours) + 2);
      expect(denied(fast.hours)['courseBrushing.playbackRate']).toBeGreaterThan(8);
      expect(codes(await stack.alerts(3))).toEqual(['courseBrushing.seekAhead']);
      expect(await one.told()).toContain('denied courseBrushing.playbackRate');

      await one.rate(8);
      await one.play();
      await one.watch(112);
      await eventually(
        async () => codes(await stack.alerts(3)),
        (value) => expect(value).toContain('courseBrushing.playbackRate'),
        20_000,
      );
    });
  });

  it.concurrent('a second browser that plays takes the lease: the first is told, and nobody is accused', {
    timeout: 180_000,
  }, async () => {
    await lesson(4, async (first) => {
      await first.play();
      await first.watch(12);
      await lesson(
        4,
        async (second) => {
          await second.play();
          await first.state('takenOver');
          await second.watch(12);
          const told = await first.page.evaluate(() => document.body.textContent);
          expect(told).toContain('在此继续学习');
          expect(await stack.alerts(4)).toEqual([]);
          const { hours } = await heard(stack, second, 4);
          expect(new Set(hours.spans.map(({ sessionId }) => sessionId)).size).toBe(2);
          notTwice(hours);
        },
        { lesson: 1 },
      );
    });
  });

  it.concurrent('a browser that will not hear of the takeover plays on: alerted with both sessions, no second paid twice', {
    timeout: 180_000,
  }, async () => {
    await lesson(
      5,
      async (first) => {
        await first.play();
        await first.watch(6);
        await lesson(
          5,
          async (second) => {
            await second.play();
            await second.watch(12);
            await eventually(
              async () => codes(await stack.alerts(5)),
              (value) => expect(value).toEqual(['concurrentLogin.secondDevice']),
              20_000,
            );
            expect(await first.page.evaluate(() => window.truth.playing)).toBe(true);
            const { hours } = await heard(stack, second, 5);
            const sessions = new Set(hours.spans.map(({ sessionId }) => sessionId));
            expect(new Set((await stack.alerts(5))[0]!.sessions)).toEqual(sessions);
            expect(sessions.size).toBe(2);
            notTwice(hours);
          },
          { lesson: 1 },
        );
      },
      { before: swallowTakeover },
    );
  });

  it.concurrent('a second tab of the same browser that plays beside a deaf first is a second page; the first is hidden', {
    timeout: 180_000,
  }, async () => {
    const browser = await chromium();
    try {
      const first = await attend(browser, stack.playerUrl(6, 0), { before: swallowTakeover });
      await first.play();
      await first.watch(5);
      // Opening the second tab is what hides the first.
      const second = await attend(browser, stack.playerUrl(6, 1));
      await second.play();
      await second.watch(12);
      await eventually(
        async () => codes(await stack.alerts(6)),
        (value) =>
          expect(value).toEqual(expect.arrayContaining(['multiPagePlayback.secondPage', 'backgroundPlayback.hidden'])),
        20_000,
      );
    } finally {
      await browser.close();
    }
  });
});

/** Law 2: earning spans never overlap. */
function notTwice(hours: Hours): void {
  const earned = hours.spans
    .filter(({ fate }) => fate !== 'denied')
    .map(({ from, to }) => [Date.parse(from), Date.parse(to)] as const)
    .sort(([a], [b]) => a - b);
  for (const [i, [, to]] of earned.entries())
    if (i + 1 < earned.length) expect(to).toBeLessThanOrEqual(earned[i + 1]![0]);
}
