/** The tab is hidden, and is made to look seen. */
import { callOf, inTop } from '../apart.ts';
import type { Stage, Technique } from '../technique.ts';
import { both, holds, isHidden, plays } from './checks.ts';
import { driveByWorker, seemInView, seemVisible } from './pretend.ts';
import { type Caught, REWRITTEN, rewriteBeats } from './rewrite.ts';

const userscript = (own: boolean): string =>
  [callOf(seemVisible, own), callOf(driveByWorker), callOf(seemInView)].join('\n');
const cover = ({ cover: hide }: Stage): Promise<void> => hide();

async function rewrites({ inPage }: Stage): Promise<string | null> {
  return (await inPage<number>(REWRITTEN)) > 0 ? null : 'no beat passes where it could be rewritten';
}

/** Long after the SDK was loaded: into the page that is open. */
const late =
  (caught: Caught, invents: boolean) =>
  ({ page }: Stage): Promise<void> =>
    page.evaluate(callOf(rewriteBeats, caught, invents)) as Promise<void>;

/** What goes to a Worker may be sent with a fresh frame's natives. */
const reach = (caught: Caught, script: string): string => (caught === 'postMessage' ? script : inTop(script));

export const hiddenTechniques: readonly Technique[] = [
  {
    name: 'hidden tab',
    what: 'another tab is in front; nothing is pretended',
    ready: cover,
    proof: (stage) => both(isHidden(stage), plays(stage)),
  },
  {
    name: 'hidden tab, own properties only',
    what: 'getters on `document` itself, visibilitychange, blur and focus swallowed, after the page was loaded: the usual userscript',
    ready: async (stage) => {
      await stage.inPage(`
        for (const [name, value] of [['hidden', false], ['visibilityState', 'visible']])
          Object.defineProperty(document, name, { get: () => value });
        document.hasFocus = () => true;
        for (const on of [window, document]) for (const type of ['visibilitychange', 'blur', 'focus', 'pagehide'])
          on.addEventListener(type, (event) => event.stopImmediatePropagation(), true);
      `);
      await stage.cover();
    },
    proof: (stage) => both(isHidden(stage), plays(stage)),
  },
  {
    name: 'hidden tab, page script before the SDK',
    what: 'prototype and own getters, no visibility record, observers that lie, frames and timers driven by a Worker, hasFocus true, events swallowed',
    before: inTop(userscript(true)),
    ready: cover,
    proof: (stage) => both(isHidden(stage), plays(stage)),
  },
  {
    name: 'hidden tab, page script before the SDK, in frames too',
    what: 'the same in every frame that the page makes, so that no fresh frame has natives of its own; nothing is put on `document` itself',
    before: userscript(false),
    ready: cover,
    proof: (stage) => both(isHidden(stage), plays(stage)),
  },
  {
    name: 'hidden tab, JSON.stringify before the SDK',
    what: 'beats are rewritten from hidden to seen as they become text, then sealed by our own key',
    before: inTop(callOf(rewriteBeats, 'stringify', false)),
    ready: cover,
    proof: (stage) => both(isHidden(stage), plays(stage), rewrites(stage)),
  },
  {
    name: 'hidden tab, TextEncoder and WebSocket after the SDK',
    what: 'about ten lines in the console of a page that is open: the same between text and seal, and on the line',
    ready: async (stage) => {
      await late('encode', false)(stage);
      await stage.cover();
    },
    proof: (stage) => both(isHidden(stage), plays(stage), rewrites(stage)),
  },
  {
    name: 'hidden tab, messages to the Worker',
    what: 'whatever the page hands to a Worker is rewritten on the way, in frames of the page too',
    before: callOf(rewriteBeats, 'postMessage', false),
    ready: cover,
    proof: (stage) => both(isHidden(stage), plays(stage), rewrites(stage)),
  },
  ...(['stringify', 'encode', 'postMessage'] as const).map(
    (caught): Technique => ({
      name: `invented play, ${caught}`,
      what: `the video never plays; the beats say that it does (rewritten at ${caught})`,
      ...(caught === 'encode'
        ? { ready: late(caught, true) }
        : { before: reach(caught, callOf(rewriteBeats, caught, true)) }),
      neverPlays: true,
      proof: (stage) => both(holds(stage, 'return video.paused;', 'the video plays'), rewrites(stage)),
    }),
  ),
  {
    name: 'focus emulation',
    what: 'a tab behind another, which the debugging protocol tells that it is seen and focused (`setFocusEmulationEnabled`)',
    ready: async (stage) => {
      await stage.cover();
      const why = await isHidden(stage);
      if (why !== null) throw new Error(why);
      await stage.command('Emulation.setFocusEmulationEnabled', { enabled: true });
    },
    proof: (stage) => both(holds(stage, 'return !document.hidden;', 'the emulation does nothing'), plays(stage)),
  },
  {
    name: 'focus emulation, active lifecycle',
    what: 'the same, with `Page.setWebLifecycleState` active',
    ready: async (stage) => {
      await stage.cover();
      const why = await isHidden(stage);
      if (why !== null) throw new Error(why);
      await stage.command('Emulation.setFocusEmulationEnabled', { enabled: true });
      await stage.command('Page.setWebLifecycleState', { state: 'active' });
    },
    proof: (stage) => both(holds(stage, 'return !document.hidden;', 'the emulation does nothing'), plays(stage)),
  },
];
