/** The page is in front, by every signal of its own; the video is nowhere that anybody could see it. */
import type { Stage, Technique } from '../technique.ts';
import { both, holds, plays } from './checks.ts';

async function place(stage: Stage): Promise<{ left: number; top: number }> {
  const { windowId } = (await stage.command('Browser.getWindowForTarget')) as { windowId: number };
  const { bounds } = (await stage.command('Browser.getWindowBounds', { windowId })) as {
    bounds: { left: number; top: number };
  };
  return bounds;
}

async function isFarOff(stage: Stage): Promise<string | null> {
  const { left, top } = await place(stage);
  const { width, height } = await stage.apart.run<{ width: number; height: number }>(
    'return { width: screen.width, height: screen.height };',
  );
  const off = Math.abs(left) >= width || Math.abs(top) >= height;
  return off ? null : `the window stays at ${left}, ${top}`;
}

const styled = (css: string) => (stage: Stage) =>
  stage.apart.run<void>(`video.style.cssText = ${JSON.stringify(css)};`);

/** The player in a frame of a page from the same place. */
const inFrame = (css: string) => async (stage: Stage, url: string) => {
  await stage.page.goto(new URL('/player/mark.svg', url).href);
  await stage.page.goto(new URL('/docs', url).href, { waitUntil: 'load' }).catch(() => undefined);
  await stage.page.evaluate(
    `(async () => {
      document.body.replaceChildren();
      const frame = document.createElement('iframe');
      frame.setAttribute('data-player', '');
      frame.style.cssText = ${JSON.stringify(css)};
      frame.src = ${JSON.stringify(url)};
      const loaded = new Promise((go) => { frame.onload = go; });
      document.body.append(frame);
      await Promise.race([loaded, new Promise((go) => setTimeout(go, 10000))]);
    })()`,
  );
};

export const unseenTechniques: readonly Technique[] = [
  {
    name: 'off-screen window',
    what: 'the debugging protocol moves the window far outside the screen',
    ready: async (stage) => {
      const { windowId } = (await stage.command('Browser.getWindowForTarget')) as { windowId: number };
      await stage.command('Browser.setWindowBounds', { windowId, bounds: { left: 6000, top: 6000 } });
    },
    proof: (stage) => both(isFarOff(stage), plays(stage)),
  },
  {
    name: 'off-screen window, by flag',
    what: 'the browser is started with `--window-position` far outside',
    chrome: 'elsewhere',
    proof: (stage) => both(isFarOff(stage), plays(stage)),
  },
  {
    name: 'detached video',
    what: 'the element is taken out of the document and plays on',
    ready: (stage) => stage.apart.run<void>('video.remove();'),
    proof: (stage) => both(holds(stage, 'return !video.isConnected;', 'it is still in the page'), plays(stage)),
  },
  {
    name: 'display: none',
    what: 'the video is in the page and is not laid out',
    ready: styled('display: none !important'),
    proof: (stage) => both(holds(stage, 'return video.offsetWidth === 0;', 'it has a size'), plays(stage)),
  },
  {
    name: 'opacity 0',
    what: 'the video is laid out and cannot be seen',
    ready: styled('opacity: 0'),
    proof: (stage) => both(holds(stage, "return getComputedStyle(video).opacity === '0';", 'it is seen'), plays(stage)),
  },
  {
    name: 'under an overlay',
    what: 'another page lies over all of it, in the same document',
    ready: (stage) =>
      stage.apart.run<void>(`
        const over = document.createElement('div');
        over.style.cssText = 'position: fixed; inset: 0; background: #fff; z-index: 2147483647; pointer-events: auto';
        over.textContent = 'something else';
        document.body.append(over);
      `),
    proof: (stage) =>
      both(
        holds(
          stage,
          `const { x, y, width, height } = video.getBoundingClientRect();
           return document.elementFromPoint(x + width / 2, Math.min(innerHeight - 1, y + height / 2)) !== video;`,
          'it is not covered',
        ),
        plays(stage),
      ),
  },
  {
    name: '1 px video',
    what: 'the element is one pixel in a corner',
    ready: styled('width: 1px; height: 1px; min-width: 0; min-height: 0; position: fixed; right: 0; bottom: 0'),
    proof: (stage) =>
      both(holds(stage, 'return video.getBoundingClientRect().width <= 1;', 'it is larger'), plays(stage)),
  },
  {
    name: 'player in a hidden frame',
    what: 'the player is opened in a frame that is not laid out',
    open: inFrame('display: none'),
    proof: (stage) => both(holds(stage, 'return frame.offsetWidth === 0;', 'the frame has a size'), plays(stage)),
  },
  {
    name: 'player in a 1 px frame',
    what: 'the player is opened in a frame of one pixel',
    open: inFrame('width: 1px; height: 1px; border: 0; position: fixed; right: 0; bottom: 0'),
    proof: (stage) => both(holds(stage, 'return frame.offsetWidth <= 1;', 'the frame is larger'), plays(stage)),
  },
];
