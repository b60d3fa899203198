/** The page is in front and plays as it should; nobody is there. */
import { callOf } from '../apart.ts';
import type { Stage, Technique } from '../technique.ts';
import { both, holds, plays } from './checks.ts';

function maskWebdriver(): void {
  Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => undefined, configurable: true });
}

const GUESS_OR_KNOW = ['25 %', 'all'];

export const unattendedTechniques: readonly Technique[] = [
  {
    name: 'unattended page',
    what: 'a person’s own browser, in front, and a script that clicks answers; nothing else is touched',
    proof: (stage) => plays(stage),
  },
  {
    name: 'automation, as it is',
    what: 'headless, without throttling of what is hidden, `navigator.webdriver` true',
    chrome: 'automated',
    proof: (stage) => both(holds(stage, 'return navigator.webdriver === true;', 'webdriver is not true'), plays(stage)),
  },
  {
    name: 'automation, masked',
    what: 'the same under a person’s browser’s name, `navigator.webdriver` undefined',
    chrome: 'masked',
    before: callOf(maskWebdriver),
    proof: async (stage) =>
      both(
        stage
          .inPage<boolean>('return navigator.webdriver === undefined;')
          .then((masked) => (masked ? null : 'webdriver tells')),
        plays(stage),
      ),
  },
  {
    name: 'anti-pause',
    what: '`video.pause` does nothing, and whatever pauses it is answered by playing on after exactly 1000 ms; it is paused each 15 s',
    playing: (stage) =>
      stage.inPage<void>(`
        const video = document.querySelector('video');
        video.pause = () => {};
        video.addEventListener('pause', () => setTimeout(() => video.play(), 1000));
      `),
    each: { ms: 15_000, act: (stage) => stage.apart.run<void>('video.pause();') },
    proof: (stage) => plays(stage),
  },
  {
    name: 'synthetic mouse and keys',
    what: 'a pointer move at one point and a key each 10 s, by `dispatchEvent`',
    playing: (stage) =>
      stage.inPage<void>(`
        setInterval(() => {
          document.dispatchEvent(new MouseEvent('mousemove', { clientX: 200, clientY: 200, bubbles: true }));
          document.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true }));
          document.dispatchEvent(new KeyboardEvent('keyup', { key: 'a', bubbles: true }));
        }, 10000);
      `),
    proof: (stage) => plays(stage),
  },
  {
    name: 'trusted input by the protocol',
    what: 'really trusted events in equal steps along a line from the corner, down and up on one pixel; answers so too, and a move each 10 s',
    answering: { by: 'protocol' },
    each: { ms: 10_000, act: moveStraight },
    proof: (stage) => plays(stage),
  },
  {
    name: 'answers after exactly 2.000 s',
    what: 'a script clicks the answer 2.000 s after the card appeared, each time',
    answering: { by: 'script', exactlyMs: 2_000 },
    stocks: GUESS_OR_KNOW,
    proof: (stage) => plays(stage),
  },
  {
    name: 'answers at once',
    what: 'a script clicks the answer 300 ms after the card appeared',
    answering: { by: 'script', exactlyMs: 300 },
    stocks: GUESS_OR_KNOW,
    proof: (stage) => plays(stage),
  },
  {
    name: 'questions removed',
    what: 'the card is taken out of the page as soon as it appears',
    playing: (stage) =>
      stage.inPage<void>(`
        const clear = () => document.querySelectorAll('[data-prompt]').forEach((card) => card.remove());
        new MutationObserver(clear).observe(document.body, { childList: true, subtree: true });
      `),
    stocks: ['none'],
    proof: (stage) => plays(stage),
  },
  {
    name: 'five accounts, one profile',
    what: 'five trainees in five windows of one browser profile, started in the same second',
    accounts: 5,
    stocks: ['none', 'all'],
    proof: (stage) => plays(stage),
  },
  {
    name: 'an honest person',
    what: 'no attack, for comparison: in front, answers by hand. Here credit is no leak, and an alert would be false',
    honest: true,
    answering: { by: 'hand' },
    stocks: ['all'],
    each: { ms: 20_000, act: fidget },
    proof: (stage) => plays(stage),
  },
];

async function moveStraight({ page }: Stage): Promise<void> {
  for (let i = 1; i <= 10; i++) await page.mouse.move(i * 40, i * 30);
}

async function fidget({ page, random }: Stage): Promise<void> {
  let [x, y] = [300 + random() * 300, 250 + random() * 200];
  for (let i = 0; i < 8; i++) {
    x += random() * 30 - 12;
    y += random() * 24 - 11;
    await page.mouse.move(x, y);
    await new Promise((go) => setTimeout(go, 10 + random() * 25));
  }
}
