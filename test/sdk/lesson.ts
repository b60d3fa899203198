/** A lesson page in a real Chromium: the built SDK, a small clip, and what the page was told. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'puppeteer-core';
import { vi } from 'vitest';
import { buildSdk } from '../../sdk/build.ts';
import type { Trouble, Watch, WatchOptions, WatchState } from '../../sdk/watch.ts';
import type { Beat, Cause, Challenge, Notice } from '../../sdk/wire.ts';
import { chromium } from '../support/browser.ts';
import { type LearnServer, learnServer } from '../support/learnServer.ts';

declare global {
  interface Window {
    Zhenxue: { watch(video: HTMLMediaElement, options: WatchOptions): Watch };
    lesson: { watch: Watch; states: WatchState[]; errors: Trouble[]; notices: Notice[]; challenges: Challenge[] };
  }
}

const script = `
  const video = document.querySelector('video');
  const lesson = window.lesson = { states: [], errors: [], notices: [], challenges: [] };
  let tickets = 0;
  const ticket = () => 'ticket-' + Math.random().toString(36).slice(2).padEnd(16, '0') + tickets++;
  const asked = new URLSearchParams(location.search);
  lesson.watch = (window.Zhenxue ?? window.module).watch(video, {
    ...(asked.has('get') ? { getTicket: async () => ticket() } : { ticket: ticket() }),
    ...(asked.has('forms') ? { forms: asked.get('forms').split(',') } : {}),
    onState: (state) => lesson.states.push(state),
    onError: (trouble) => lesson.errors.push(trouble),
    onNotice: (notice) => lesson.notices.push(notice),
    onChallenge: (challenge, answer) => {
      lesson.challenges.push(challenge);
      if (asked.has('throw')) throw new Error('the page is broken');
      lesson.answer = answer;
    },
  });
`;
const body = '<video src="/clip.webm" width="320" height="240"></video>';
const html = (head: string): string => `<!doctype html><meta charset="utf-8"><title>lesson</title>${body}${head}`;

export interface World {
  readonly server: LearnServer;
  readonly browser: Browser;
  /** What `/before` runs before the SDK and `/after` after it, in the page's own realm; a function of no closure. */
  hostile(script: () => void): void;
  /** Opens the lesson; `before` runs in the page before any of its scripts, as a userscript would. */
  lesson(path?: string, before?: () => void): Promise<Page>;
  /** Waits until a beat satisfies; returns it. */
  beat(satisfies: (beat: Beat) => boolean, session?: string): Promise<Beat>;
  cause(cause: Cause, session?: string): Promise<Beat>;
  stop(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const sdk = await buildSdk();
  const page = (content: string, headers?: Record<string, string>) => ({
    type: 'text/html',
    body: content,
    ...(headers && { headers }),
  });
  const js = 'text/javascript; charset=utf-8';
  const scripts = (...names: string[]) => html(names.map((name) => `<script src="/${name}.js"></script>`).join(''));
  const classic = scripts('sdk', 'lesson');
  const policy = (workers: string) => ({
    'content-security-policy': `default-src 'self'; connect-src 'self' ws:; worker-src ${workers}`,
  });
  const pages = {
    '/': page(classic),
    '/strict': page(classic, policy("'none'")),
    '/noBlob': page(classic, policy("'self'")),
    '/before': page(scripts('hostile', 'sdk', 'lesson')),
    '/after': page(scripts('sdk', 'hostile', 'lesson')),
    '/strictBefore': page(scripts('hostile', 'sdk', 'lesson'), policy("'none'")),
    '/hostile.js': { type: js, body: '' },
    '/module': page(
      html(
        `<script type="module">import * as m from '/sdk.mjs'; window.module = m; await import('/lesson.js');</script>`,
      ),
    ),
    '/empty': page('<!doctype html><title>empty</title>'),
    '/sdk.js': { type: js, body: Buffer.from(sdk.script) },
    '/sdk.mjs': { type: js, body: Buffer.from(sdk.module) },
    ...Object.fromEntries(
      Object.entries(sdk.parts).map(([name, part]) => [`/sdk/${name}.mjs`, { type: js, body: Buffer.from(part) }]),
    ),
    // A platform's page around the lesson; `frame` is the style of the frame that holds it.
    '/platform': page(
      `<!doctype html><title>platform</title><body style="margin:0"><script>
        const frame = document.createElement('iframe');
        frame.style = 'border:0;width:640px;height:480px;' + new URLSearchParams(location.search).get('frame');
        frame.src = '/';
        frame.allow = 'autoplay; fullscreen; picture-in-picture';
        document.body.append(frame);
        if (location.search.includes('cover')) {
          const cover = document.createElement('div');
          cover.style = 'position:fixed;inset:0;background:#eee';
          document.body.append(cover);
        }
      </script>`,
    ),
    '/lesson.js': { type: js, body: `(() => {${script}})();` },
    '/clip.webm': { type: 'video/webm', body: readFileSync(new URL('clip.webm', import.meta.url)) },
  };
  const server = await learnServer(pages);
  const browser = await chromium();

  async function beat(satisfies: (beat: Beat) => boolean, session?: string): Promise<Beat> {
    return vi.waitFor(
      () => {
        const found = server.beats(session).find(satisfies);
        if (!found) throw new Error(`not among ${JSON.stringify(server.beats(session).slice(-4))} ${server.faults}`);
        return found;
      },
      { timeout: 20_000, interval: 50 },
    );
  }

  return {
    server,
    browser,
    beat,
    hostile(script) {
      // The test runner's compiler names functions by a helper that a page does not have.
      pages['/hostile.js'].body = `{ const __name = (one) => one; (${script})(); }`;
    },
    cause: (cause, session) => beat((one) => one.cause === cause, session),
    async lesson(path = '/', before) {
      const tab = await browser.newPage();
      if (before) await tab.evaluateOnNewDocument(before);
      const known = server.sessions.size;
      await tab.goto(server.origin + path);
      await vi.waitFor(
        () => {
          if (server.sessions.size === known) throw new Error('no session yet');
        },
        { timeout: 10_000 },
      );
      await tab.waitForFunction(() => window.lesson.watch.state === 'watching');
      return tab;
    },
    async stop() {
      await browser.close();
      await server.down();
    },
  };
}

export const play = (tab: Page): Promise<void> =>
  tab.evaluate(async () => {
    await document.querySelector('video')?.play();
  });
export const pause = (tab: Page): Promise<void> => tab.evaluate(() => document.querySelector('video')?.pause());
export const position = (tab: Page): Promise<number> =>
  tab.evaluate(() => (document.querySelector('video')?.currentTime ?? 0) * 1000);

export const mediaOf = (beats: readonly Beat[]): number =>
  beats.flatMap((beat) => beat.runs).reduce((sum, [from, to]) => sum + to - from, 0);
export const wallOf = (beats: readonly Beat[]): number =>
  beats.flatMap((beat) => beat.runs).reduce((sum, [, , from, to]) => sum + to - from, 0);
