/**
 * `npm run bench:browser`: from an event in a real Chromium to the alert on a connected console. Both
 * ends are driven from this process, so one clock times both; between them lie the browser, the SDK, the
 * network stack, the gateway, the detector, the commit and the fan-out.
 *
 * Guarantees: every number comes from this run; exit code 0 only within the budget; nothing it
 * started is left behind. Needs a system Chromium; says so and exits 2 without one.
 */
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer, { type Page } from 'puppeteer-core';
import { io } from 'socket.io-client';
import { buildAll } from '../server/build.ts';
import { readConfig } from '../server/config.ts';
import { createLog } from '../server/log.ts';
import { start } from '../server/main.ts';
import { describeMachine } from './machine.ts';

/** Events of each kind; each is a page of its own, since the same rule rests a minute per session. */
const EACH = 14;
const OVERDUE_MS = 10_000;
const chromiums = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const here = fileURLToPath(new URL('.', import.meta.url));
const say = (line: string): void => console.log(line);

type Kind = 'hidden' | 'seek';
/** The shipped policy alerts on repetition: what leads up to it, so that the next time is the one. */
const before: Readonly<Record<Kind, (page: Page, cover: Page) => Promise<unknown>>> = {
  hidden: async (page, cover) => {
    for (let time = 1; time < 5; time += 1) {
      await cover.bringToFront();
      await told();
      await page.bringToFront();
      await told();
    }
  },
  seek: async (page) => {
    for (const to of [75, 110]) {
      await seek(page, to);
      await told();
    }
  },
};
/** Does the thing that an alert is due for: hides the fifth time within 10 minutes; skips the third time, over half in all. */
const events: Readonly<Record<Kind, (page: Page, cover: Page) => Promise<unknown>>> = {
  hidden: (_page, cover) => cover.bringToFront(),
  seek: (page) => seek(page, 180),
};
const rules: Readonly<Record<Kind, string>> = { hidden: 'hidden', seek: 'seekAhead' };

/** Longer than the SDK waits before it tells of a transition. */
const told = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 700));

function seek(page: Page, to: number): Promise<void> {
  return page.evaluate((seconds) => {
    for (const video of document.querySelectorAll('video')) video.currentTime = seconds;
  }, to);
}

async function main(executablePath: string): Promise<number> {
  await buildAll();
  const data = join(here, '..', '.data');
  mkdirSync(data, { recursive: true });
  const dataDir = mkdtempSync(join(data, 'bench-'));
  const server = await start(readConfig({ DATA_DIR: dataDir, PORT: '0', DEMO: '1' }), createLog('silent'));
  const browser = await puppeteer.launch({
    executablePath,
    headless: true,
    ignoreDefaultArgs: [
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
    ],
    args: ['--no-sandbox', '--disable-gpu', '--mute-audio', '--autoplay-policy=no-user-gesture-required'],
  });
  try {
    const { demo } = server;
    if (demo === null) throw new Error('the demo was not seeded');
    const { username, password } = demo.users.find(({ role }) => role === 'monitor') ?? { username: '', password: '' };
    const login = await fetch(`${server.url}/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
    const { token } = (await login.json()) as { token: string };
    const board = io(`${server.url}/monitor`, { transports: ['websocket'], auth: { token } });
    const lesson = demo.lessons[0]?.id ?? '';
    const took: Record<Kind, number[]> = { hidden: [], seek: [] };

    for (let i = 0; i < EACH; i += 1) {
      for (const kind of Object.keys(events) as Kind[]) {
        const trainee = demo.trainees[(i * 2 + Object.keys(events).indexOf(kind)) % demo.trainees.length];
        const url = trainee?.playerUrls[lesson] ?? '';
        const context = await browser.createBrowserContext();
        const [cover, page] = [await context.newPage(), await context.newPage()];
        await page.goto(url);
        await page.waitForSelector('[data-state=watching]');
        await page.bringToFront();
        // Not all from the same place: a trainee whose turn comes again skips what is unseen.
        const from = 5 + i * 3;
        await page.evaluate(async (at) => {
          const video = document.querySelector('video');
          if (video === null) return;
          video.currentTime = at;
          await video.play();
        }, from);
        await page.waitForFunction((at) => (document.querySelector('video')?.currentTime ?? 0) > at + 0.5, {}, from);
        await before[kind](page, cover);
        const came = new Promise<number>((resolve) => {
          const heard = (alert: { readonly rule: string; readonly traineeId: string }): void => {
            if (alert.rule !== rules[kind] || alert.traineeId !== trainee?.id) return;
            board.off('alert', heard);
            resolve(performance.now());
          };
          board.on('alert', heard);
          setTimeout(() => resolve(Number.POSITIVE_INFINITY), OVERDUE_MS);
        });
        const at = performance.now();
        await events[kind](page, cover);
        took[kind].push((await came) - at);
        await context.close();
      }
    }
    board.close();
    return report(took, dataDir, await browser.version());
  } finally {
    await browser.close();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function report(took: Readonly<Record<Kind, readonly number[]>>, dataDir: string, version: string): number {
  const { alertP95Ms } = JSON.parse(readFileSync(join(here, 'budgets.json'), 'utf8')) as { alertP95Ms: number };
  const quantile = (values: readonly number[], share: number) =>
    Math.round([...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN);
  const all = Object.values(took).flat();
  const part = (name: string, values: readonly number[]) =>
    `${name} p50 ${quantile(values, 0.5)} ms, p95 ${quantile(values, 0.95)} ms (${values.length})`;
  const parts = [...Object.entries(took).map(([kind, values]) => part(kind, values)), part('all', all)];
  const verdict = quantile(all, 0.95) <= alertP95Ms ? 'within budget' : 'OVER BUDGET';
  for (const line of parts) say(line);
  const { cpu, cores, memoryGb, load } = describeMachine(dataDir);
  appendFileSync(
    join(here, 'results.md'),
    `\n\`npm run bench:browser\`, ${new Date().toISOString().slice(0, 16).replace('T', ' ')}, ${version}, ${cpu}, ${cores} cores, ${memoryGb} GB, load ${load}: event in the browser → alert on the console: ${parts.join('; ')}: ${verdict}.\n`,
  );
  return verdict === 'within budget' ? 0 : 1;
}

const executablePath = chromiums.find(existsSync);
if (executablePath === undefined) {
  say('no system Chromium: install one (Debian: apt-get install chromium)');
  process.exitCode = 2;
} else process.exitCode = await main(executablePath);
