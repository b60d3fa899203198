/** What scripts of the page can reach of the key, the beats and the facts, in a real Chromium. */
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { hide } from '../support/browser.ts';
import { mediaOf, openWorld, play, position, type World } from './lesson.ts';

declare global {
  interface Window {
    /** All that a hostile script was handed. */
    seen: string[];
    /** Words of the Worker that this page keeps back. */
    held: number;
  }
}

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.stop());
beforeEach(() => {
  Object.assign(world.server.rules, { nextMs: 500, mute: false, deaf: false });
  world.server.faults.length = 0;
});

const session = (): string => `session-${world.server.sessions.size}`;
const keyOf = (id: string): string => world.server.sessions.get(id)?.key.toString('base64url') ?? 'no session';
const whole = (id: string): void => {
  const beats = world.server.beats(id);
  expect(beats.map(({ seq }) => seq)).toEqual(beats.map((_, place) => place + 1));
  expect(world.server.faults).toEqual([]);
};
async function heapHas(tab: Page, text: string): Promise<boolean> {
  const path = join(tmpdir(), `heap-${process.pid}.heapsnapshot`);
  await tab.captureHeapSnapshot({ path });
  const found = readFileSync(path, 'utf8').includes(text);
  rmSync(path);
  return found;
}

describe('the session’s key', () => {
  it('is nowhere on the page’s thread', async () => {
    const tab = await world.lesson();
    await play(tab);
    await world.beat((beat) => beat.seq > 2);
    expect(world.server.sealing.at(-1)).toBe('worker');
    const key = keyOf(session());
    expect(await heapHas(tab, key)).toBe(false);
    // The same look finds what is there.
    await tab.evaluate((text) => {
      window.seen = [text];
    }, key);
    expect(await heapHas(tab, key)).toBe(true);
    await tab.close();
  });

  it.each([
    ['in a Worker from where the script came, where a policy forbids blobs', '/noBlob', 'worker'],
    ['in a Worker of a module', '/module', 'worker'],
    ['in the page, where a policy forbids Workers; and it says so', '/strict', 'page'],
  ])('is %s', async (_where, path, where) => {
    const tab = await world.lesson(path);
    expect(world.server.sealing.at(-1)).toBe(where);
    await play(tab);
    const beat = await world.beat((one) => one.runs.length > 0 && one.seq > 3);
    expect(beat.clocks[2] > 0).toBe(where === 'worker');
    const id = session();
    await tab.goto(`${world.server.origin}/empty`);
    await world.cause('closing', id);
    whole(id);
    await tab.close();
  });
});

describe('a script after the SDK', () => {
  it('sees and changes nothing, whatever it replaces', async () => {
    world.hostile(() => {
      window.seen = [];
      const note = (what: unknown): void => {
        if (typeof what === 'string') window.seen.push(what);
        else if (what instanceof Uint8Array) window.seen.push(String.fromCharCode(...what), btoaOf(what));
        else if (typeof what === 'object' && what !== null) window.seen.push(textOf(what));
      };
      const textOf = JSON.stringify;
      const encoded = btoa;
      const btoaOf = (bytes: Uint8Array): string =>
        encoded(String.fromCharCode(...bytes))
          .replaceAll('+', '-')
          .replaceAll('/', '_')
          .replaceAll('=', '');
      const spy = (on: object, name: string): void => {
        const real = Reflect.get(on, name) as (...given: unknown[]) => unknown;
        Object.defineProperty(on, name, {
          configurable: true,
          writable: true,
          value(this: unknown, ...given: unknown[]) {
            for (const one of given) note(one);
            const out = Reflect.apply(real, this, given);
            note(out);
            return out;
          },
        });
      };
      spy(TextEncoder.prototype, 'encode');
      spy(WebSocket.prototype, 'send');
      spy(JSON, 'stringify');
      spy(JSON, 'parse');
      spy(window, 'atob');
      spy(window, 'btoa');
      spy(window, 'fetch');
      spy(Navigator.prototype, 'sendBeacon');
      spy(Worker.prototype, 'postMessage');
      spy(Function.prototype, 'toString');
      for (const name of ['Worker', 'WebSocket', 'Blob', 'TextEncoder', 'PerformanceObserver'])
        Object.defineProperty(window, name, {
          value: class {
            constructor(...given: unknown[]) {
              for (const one of given) note(one);
              window.seen.push(`made ${name}`);
            }
          },
        });
      const { get } = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data') as { get(): unknown };
      Object.defineProperty(MessageEvent.prototype, 'data', {
        get() {
          const data = Reflect.apply(get, this, []);
          note(data);
          return data;
        },
      });
      const lie = (on: object, name: string, value: unknown): unknown =>
        Object.defineProperty(on, name, { get: () => value });
      lie(Document.prototype, 'hidden', false);
      lie(HTMLMediaElement.prototype, 'currentTime', 5);
      lie(HTMLMediaElement.prototype, 'paused', false);
      EventTarget.prototype.addEventListener = () => undefined;
      Performance.prototype.now = () => 1;
      window.requestAnimationFrame = () => 0;
      window.setInterval = (() => 0) as unknown as typeof setInterval;
      window.setTimeout = (() => 0) as unknown as typeof setTimeout;
    });
    const tab = await world.lesson('/after');
    await play(tab);
    const beat = await world.beat((one) => one.cause === 'interval' && one.runs.length > 0 && one.seq > 3);
    expect(beat.frames[0]).toBeGreaterThan(0);
    expect(beat.clocks[2]).toBeGreaterThan(0);
    expect(mediaOf([beat])).toBeGreaterThan(300);
    expect(world.server.sealing.at(-1)).toBe('worker');
    const show = await hide(tab);
    await world.cause('hidden');
    await show();
    const id = session();
    // `lesson.ts` itself asks for nothing of these: all that was seen is the SDK's.
    const seen = await tab.evaluate(() => window.seen);
    expect(seen.filter((text) => text.includes('"seq"') || text.includes(keyOf(id)))).toEqual([]);
    expect(seen.filter((text) => text.startsWith('made'))).toEqual([]);
    await tab.goto(`${world.server.origin}/empty`);
    await world.cause('closing', id);
    whole(id);
    await tab.close();
  });
});

describe('a script before the SDK', () => {
  it.each(['/before', '/strictBefore'])('changes no beat by `JSON` or `toJSON` (%s)', async (path) => {
    world.hostile(() => {
      const real = JSON.stringify;
      JSON.stringify = ((value: unknown, ...rest: []) =>
        (real(value, ...rest) ?? '').replace(/"stalled":\d+/, '"stalled":4321')) as typeof JSON.stringify;
      const lie = (on: object, what: (self: Record<string, unknown>) => unknown): unknown =>
        Object.defineProperty(on, 'toJSON', {
          value(this: Record<string, unknown>) {
            return what(this);
          },
        });
      lie(Object.prototype, (self) => ('stalled' in self ? { ...self, stalled: 4321 } : self));
      lie(Array.prototype, () => []);
    });
    // Where the page seals, the transport is in its reach, and lists do not survive it: beats do not lie for that.
    const tab = await world.lesson(path).catch(() => null);
    if (path === '/before') {
      expect(tab).not.toBeNull();
      await play(tab as Page);
      await world.beat((one) => one.runs.length > 0 && one.seq > 3);
      whole(session());
    }
    expect(world.server.beats().filter(({ stalled }) => stalled === 4321)).toEqual([]);
    await tab?.close();
  });

  it('does not hide a hidden page, nor move the clock, by its own prototypes', async () => {
    world.hostile(() => {
      const lie = (on: object, name: string, value: unknown): unknown =>
        Object.defineProperty(on, name, { get: () => value, configurable: true });
      lie(Document.prototype, 'hidden', false);
      lie(Document.prototype, 'visibilityState', 'visible');
      Document.prototype.hasFocus = () => true;
      lie(PerformanceObserver, 'supportedEntryTypes', ['mark']);
      Performance.prototype.getEntriesByType = () => [];
      const { get } = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'currentTime') as { get(): number };
      lie(HTMLMediaElement.prototype, 'playbackRate', 1);
      Object.defineProperty(HTMLMediaElement.prototype, 'currentTime', {
        get() {
          return Reflect.apply(get, this, []) * 4;
        },
        set: () => undefined,
      });
      const real = performance.now.bind(performance);
      Performance.prototype.now = () => real() * 4;
      window.requestAnimationFrame = (then) => window.setTimeout(() => then(0), 16) as unknown as number;
    });
    const tab = await world.lesson('/before');
    await play(tab);
    await world.beat((one) => one.runs.length > 0);
    await hide(tab);
    const hidden = await world.cause('hidden');
    const later = await world.beat((one) => one.seq > hidden.seq + 1 && one.cause === 'interval');
    const span = later.span[1] - later.span[0];
    expect(later.page[0]).toBe(0);
    expect(Math.abs(later.page[2] - span)).toBeLessThan(50);
    expect(later.frames).toEqual([0, 0]);
    // A Worker's tick is 100 ms whatever the page does to its own clock.
    expect(span / 100 / later.clocks[2]).toBeLessThan(1.5);
    expect(mediaOf([later]) / span).toBeLessThan(1.5);
    await tab.close();
  });
});

describe('a page that goes away before its Worker has said that a beat is sealed', () => {
  /** Keeps back what the Worker says of sealed beats while `held` is 0 or more. */
  const holding = (): void => {
    window.held = -1;
    const Real = Worker;
    window.Worker = class extends Real {
      constructor(...given: ConstructorParameters<typeof Worker>) {
        super(...given);
        this.addEventListener('message', (event) => {
          if (window.held < 0 || event.data[0] !== 'sealed') return;
          window.held++;
          event.stopImmediatePropagation();
        });
      }
    };
  };

  it.each([
    ['gives its number to the closing beat when it was lost', true],
    ['leaves the session to it when it arrived', false],
  ])('%s', async (_what, lost) => {
    const tab = await world.lesson('/', holding);
    await play(tab);
    await world.beat((one) => one.runs.length > 0 && one.seq > 2);
    const id = session();
    world.server.rules.deaf = lost;
    const before = world.server.beats(id).length;
    await tab.evaluate(() => {
      window.held = 0;
    });
    await tab.waitForFunction(() => window.held > 0);
    if (!lost) await vi.waitFor(() => expect(world.server.beats(id).length).toBeGreaterThan(before), 10_000);
    const played = await position(tab);
    await tab.goto(`${world.server.origin}/empty`);
    if (lost) {
      const closing = await world.cause('closing', id);
      expect(closing.span[1]).toBeGreaterThan(played - 500);
    }
    whole(id);
    await tab.close();
  });
});
