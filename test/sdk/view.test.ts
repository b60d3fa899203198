/** What the page tells of the picture's view and of what it plays, in a real browser. */

import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { BEAT_BYTES_TARGET, type Beat, Sign, Unseen } from '../../sdk/wire.ts';
import { absent } from '../support/absent.ts';
import { openWorld, play, type World } from './lesson.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.stop());
beforeEach(() => {
  world.server.rules.nextMs = 600;
});

const unseenMs = ({ view }: Beat): number => view?.[0] ?? -1;
const lengthMs = ({ span }: Beat): number => span[1] - span[0];

/** A beat that was made wholly after now. */
async function next(satisfies: (beat: Beat) => boolean = () => true): Promise<Beat> {
  const seq = world.server.beats().at(-1)?.seq ?? 0;
  return world.beat((beat) => beat.seq > seq + 1 && beat.view !== undefined && satisfies(beat));
}
async function playing(path = '/', before?: () => void): Promise<Page> {
  const tab = await world.lesson(path, before);
  await tab.setViewport({ width: 1000, height: 700 });
  await play(tab);
  await world.beat((beat) => beat.view !== undefined && beat.runs.length > 0);
  return tab;
}
const style = (tab: Page, css: string): Promise<void> =>
  tab.evaluate((text) => {
    document.querySelector('video')!.style.cssText = text;
  }, css);
/** Lays a layer of that style over the whole page. */
const layer = (tab: Page, css: string, text = ''): Promise<void> =>
  tab.evaluate(
    (look, words) => {
      const made = document.createElement('div');
      made.style.cssText = `position:fixed;inset:0;z-index:9;${look}`;
      made.textContent = words;
      document.body.append(made);
    },
    css,
    text,
  );

describe('a picture that nobody sees is told as unseen', () => {
  it.each<[string, (tab: Page) => Promise<unknown>, number]>([
    ['detached', (tab) => tab.evaluate(() => document.querySelector('video')!.remove()), Unseen.detached],
    ['display: none', (tab) => style(tab, 'display:none'), Unseen.notDrawn],
    ['visibility: hidden', (tab) => style(tab, 'visibility:hidden'), Unseen.notDrawn],
    ['opacity 0', (tab) => style(tab, 'opacity:0'), Unseen.transparent],
    [
      'in something nearly transparent',
      (tab) => tab.evaluate(() => document.body.setAttribute('style', 'opacity:.02')),
      Unseen.transparent,
    ],
    ['one pixel', (tab) => style(tab, 'width:1px;height:1px'), Unseen.tiny],
    ['shrunk to a speck', (tab) => style(tab, 'transform:scale(.01)'), Unseen.tiny],
    ['under the whole page', (tab) => layer(tab, 'background:white'), Unseen.covered],
    ['scrolled far away', (tab) => style(tab, 'position:absolute;top:-4000px'), Unseen.clipped],
    [
      'cut off by a box of no size',
      (tab) =>
        tab.evaluate(() => {
          const box = document.createElement('div');
          box.style.cssText = 'width:2px;height:2px;overflow:hidden';
          const video = document.querySelector('video')!;
          video.before(box);
          box.append(video);
          return video.play();
        }),
      Unseen.clipped,
    ],
  ])('%s', async (_name, hide, bit) => {
    const tab = await playing();
    await hide(tab);
    const beat = await next((one) => unseenMs(one) > 0.9 * lengthMs(one) && lengthMs(one) > 500);
    expect((beat.view?.[2] ?? 0) & bit).toBe(bit);
    await tab.close();
  });
});

describe('an honest picture is seen', () => {
  it.each<[string, (tab: Page) => Promise<unknown>]>([
    ['as it stands', async () => undefined],
    ['scrolled half away', (tab) => style(tab, 'position:absolute;top:-120px')],
    ['larger than the window, as at 400 % zoom', (tab) => style(tab, 'width:4000px;height:3000px')],
    ['a phone upright', (tab) => tab.setViewport({ width: 360, height: 740, isMobile: true, hasTouch: true })],
    [
      'a player that follows in a corner',
      (tab) => style(tab, 'position:fixed;right:0;bottom:0;width:160px;height:90px'),
    ],
    ['under a transparent layer for clicks', (tab) => layer(tab, 'background:transparent')],
    ['under a watermark', (tab) => layer(tab, 'background:repeating-linear-gradient(45deg,#0001,#fff1);opacity:.3')],
    ['under comments that fly by', (tab) => layer(tab, 'pointer-events:none;color:white', '弹幕')],
    ['behind the dark of a dialog', (tab) => layer(tab, 'background:rgba(0,0,0,.6)')],
    ['beside controls', (tab) => layer(tab, 'inset:auto;left:0;top:190px;width:330px;height:60px;background:black')],
    [
      'behind a dialog in the middle',
      (tab) =>
        tab.evaluate(() => {
          const dialog = document.createElement('dialog');
          dialog.style.cssText = 'width:150px;height:100px;position:fixed;left:80px;top:60px;margin:0;background:white';
          document.body.append(dialog);
          dialog.showModal();
        }),
    ],
    [
      'in a player that lets no click reach it, with a poster below',
      (tab) =>
        tab.evaluate(() => {
          const video = document.querySelector('video')!;
          const poster = document.createElement('div');
          poster.style.cssText = 'position:absolute;inset:0;background:black;z-index:-1';
          video.before(poster);
          video.style.cssText = 'pointer-events:none;position:relative';
        }),
    ],
    [
      'in a shadow root',
      (tab) =>
        tab.evaluate(() => {
          const host = document.createElement('div');
          const video = document.querySelector('video')!;
          video.before(host);
          host.attachShadow({ mode: 'closed' }).append(video);
          return video.play();
        }),
    ],
    [
      'fullscreen',
      async (tab) => {
        await tab.evaluate(() => {
          document.querySelector('video')!.onclick = () => void document.querySelector('video')!.requestFullscreen();
        });
        await tab.mouse.click(100, 100);
        await tab.waitForFunction(() => document.fullscreenElement !== null);
      },
    ],
  ])('%s', async (_name, arrange) => {
    const tab = await playing();
    await arrange(tab);
    // The first may begin before the browser has told of the new place.
    await next();
    const beat = await next((one) => lengthMs(one) > 500);
    expect(beat.view?.[0]).toBe(0);
    expect((beat.view?.[2] ?? -1) & ~Unseen.unvouched).toBe(0);
    await tab.close();
  });

  it('in the small window of the browser, wherever the page has it', async (context) => {
    const tab = await playing();
    const opened = await tab.evaluate(
      () =>
        new Promise<boolean>((then) => {
          const video = document.querySelector('video')!;
          if (!document.pictureInPictureEnabled) then(false);
          document.addEventListener(
            'click',
            () =>
              video.requestPictureInPicture().then(
                () => then(true),
                () => then(false),
              ),
            { once: true },
          );
          document.body.click();
          setTimeout(() => then(false), 3000);
        }),
    );
    if (!opened) absent(context, 'this browser has no picture-in-picture');
    await style(tab, 'position:absolute;top:-4000px');
    await next();
    const beat = await next((one) => lengthMs(one) > 500);
    expect(beat.view).toEqual([0, 100, 0]);
    await tab.close();
  });
});

describe('a lesson in a frame of the platform', () => {
  async function framed(frame: string): Promise<{ tab: Page; beat: Beat }> {
    const tab = await world.browser.newPage();
    await tab.setViewport({ width: 1000, height: 700 });
    const known = world.server.received.length;
    await tab.goto(`${world.server.origin}/platform?frame=${encodeURIComponent(frame)}`);
    const inner = await vi.waitFor(() => {
      const found = tab.frames().find((one) => one !== tab.mainFrame() && one.url().endsWith('/'));
      if (!found) throw new Error('no frame yet');
      return found;
    });
    await inner.waitForFunction(() => window.lesson?.watch.state === 'watching', { polling: 100 });
    await inner.evaluate(() => document.querySelector('video')!.play());
    const beat = await vi.waitFor(
      () => {
        const mine = world.server.received.slice(known).map((one) => one.beat);
        const found = mine.filter((one) => one.view && one.runs.length > 0 && lengthMs(one) > 500)[2];
        if (!found) throw new Error('not yet');
        return found;
      },
      { timeout: 20_000 },
    );
    return { tab, beat };
  }

  it('is seen', async () => {
    const { tab, beat } = await framed('');
    expect(beat.view?.[0]).toBe(0);
    expect(beat.view?.[1]).toBe(100);
    await tab.close();
  });

  it.each([
    ['off the page', 'position:absolute;left:-3000px', Unseen.clipped],
    ['of one pixel', 'width:1px;height:1px', Unseen.tiny],
    ['that is not displayed', 'display:none', Unseen.notDrawn],
    ['that is invisible', 'visibility:hidden', Unseen.notDrawn],
    ['that is transparent', 'opacity:0', Unseen.transparent],
    ['that is shrunk to a speck', 'transform:scale(.01)', Unseen.tiny],
    ['under something of the platform’s page', '&cover', Unseen.covered],
  ])('%s: unseen', async (_name, frame, bit) => {
    const { tab, beat } = await framed(frame);
    expect(unseenMs(beat)).toBeGreaterThan(0.8 * lengthMs(beat));
    expect((beat.view?.[2] ?? 0) & bit).toBe(bit);
    await tab.close();
  });
});

describe('what the element plays', () => {
  it('an address: its kind and length, and no change', async () => {
    const tab = await playing();
    const { source } = await next();
    const ms = await tab.evaluate(() => Math.round(document.querySelector('video')!.duration * 1000));
    expect(source).toEqual(['file', ms, 0]);
    await tab.close();
  });

  it('a stream drawn by the page, which takes the place of the lesson', async () => {
    const tab = await playing();
    await tab.evaluate(async () => {
      const canvas = document.createElement('canvas');
      const context = canvas.getContext('2d')!;
      setInterval(() => context.fillRect(0, 0, Math.random() * 300, 100), 50);
      const video = document.querySelector('video')!;
      video.removeAttribute('src');
      video.srcObject = canvas.captureStream(25);
      await video.play();
    });
    const beat = await world.beat((one) => one.source?.[0] === 'stream');
    expect(beat.source).toEqual(['stream', -1, 1]);
    await tab.close();
  });

  it('a blob in its place: the change is told, and the length is the new one', async () => {
    const tab = await playing();
    await tab.evaluate(async () => {
      const canvas = document.createElement('canvas');
      const context = canvas.getContext('2d')!;
      setInterval(() => context.fillRect(0, 0, Math.random() * 300, 100), 50);
      const recorder = new MediaRecorder(canvas.captureStream(25));
      const blob = await new Promise<Blob>((then) => {
        recorder.ondataavailable = (event) => then(event.data);
        recorder.start();
        setTimeout(() => recorder.stop(), 700);
      });
      const video = document.querySelector('video')!;
      video.src = URL.createObjectURL(blob);
      video.loop = true;
      await video.play();
    });
    const beat = await world.beat((one) => one.source?.[0] === 'blob' && (one.source[2] ?? 0) > 0);
    expect(beat.source?.[1]).toBeLessThan(5000);
    await tab.close();
  });

  it('a media source, as players of streams in pieces have it', async () => {
    const tab = await playing();
    const ms = await tab.evaluate(async () => {
      const bytes = await (await fetch('/clip.webm')).arrayBuffer();
      const video = document.querySelector('video')!;
      const media = new MediaSource();
      video.src = URL.createObjectURL(media);
      await new Promise((then) => media.addEventListener('sourceopen', then, { once: true }));
      const buffer = media.addSourceBuffer('video/webm; codecs="vp8,opus"');
      buffer.appendBuffer(bytes);
      await new Promise((then) => buffer.addEventListener('updateend', then, { once: true }));
      await video.play();
      return Math.round(video.duration * 1000);
    });
    const beat = await world.beat((one) => one.source?.[0] === 'blob' && one.player[0] === 'playing');
    expect(beat.source?.[1]).toBe(ms);
    await tab.close();
  });

  it('not even an own accessor hides it', async () => {
    const tab = await playing();
    await tab.evaluate(async () => {
      const canvas = document.createElement('canvas');
      canvas.getContext('2d')!.fillRect(0, 0, 9, 9);
      const video = document.querySelector('video')!;
      const src = video.currentSrc;
      video.srcObject = canvas.captureStream(25);
      Object.defineProperty(video, 'srcObject', { get: () => null });
      Object.defineProperty(video, 'currentSrc', { get: () => src });
      Object.defineProperty(video, 'duration', { get: () => 1 });
      await video.play();
    });
    await world.beat((one) => one.source?.[0] === 'stream' && one.source[1] === -1);
    await tab.close();
  });
});

describe('the browser itself', () => {
  it('that is driven by a tool is told once the lesson plays', async () => {
    const tab = await world.lesson();
    const requested: string[] = [];
    tab.on('request', (request) => requested.push(request.url()));
    await world.beat((beat) => beat.view !== undefined);
    expect(requested.some((url) => url.includes('automation'))).toBe(false);
    await play(tab);
    const beat = await world.beat((one) => (one.signs & Sign.automation) !== 0);
    expect(beat.signs & Sign.webdriver).toBe(Sign.webdriver);
    expect(new Set(requested.map((url) => new URL(url).host)).size).toBe(1);
    await tab.close();
  });

  it('keeps a record of visibility that the page takes away', async () => {
    const tab = await playing('/', () => {
      const types = PerformanceObserver.supportedEntryTypes.filter((type) => type !== 'visibility-state');
      Object.defineProperty(PerformanceObserver, 'supportedEntryTypes', { get: () => types });
    });
    const beat = await next();
    // Told, or the page did not succeed.
    const lost = beat.page[2] < 0;
    expect(beat.signs & Sign.noRecord).toBe(lost ? Sign.noRecord : 0);
    await tab.close();
  });

  it('in a window off the screen is told', async (context) => {
    const tab = await playing();
    const session = await tab.createCDPSession();
    const { windowId } = await session.send('Browser.getWindowForTarget');
    await session.send('Browser.setWindowBounds', { windowId, bounds: { left: -5000, top: 0 } });
    if ((await tab.evaluate(() => window.screenX)) > -1000)
      absent(context, 'this browser keeps its windows on the screen');
    const beat = await next((one) => (one.signs & Sign.offScreen) !== 0);
    // Everything else about it is clean: that is why the sign is told.
    expect(beat.view?.[0]).toBe(0);
    await tab.close();
  });

  it('loads no part: nothing is told, and the lesson goes on', async () => {
    const tab = await world.browser.newPage();
    await tab.setRequestInterception(true);
    tab.on('request', (request) => void (/\/sdk\/\w+\.mjs/.test(request.url()) ? request.abort() : request.continue()));
    const known = new Set(world.server.sessions.keys());
    await tab.goto(`${world.server.origin}/`);
    await tab.waitForFunction(() => window.lesson.watch.state === 'watching');
    const session = [...world.server.sessions.keys()].find((id) => !known.has(id));
    await play(tab);
    await world.beat((beat) => beat.seq > 3, session);
    expect(world.server.beats(session).every((beat) => beat.view === undefined && beat.source === undefined)).toBe(
      true,
    );
    expect(await tab.evaluate(() => window.lesson.errors)).toEqual([]);
    await tab.close();
  });
});

it('beats stay small', () => {
  for (const { bytes } of world.server.received) expect(bytes).toBeLessThan(BEAT_BYTES_TARGET);
});
