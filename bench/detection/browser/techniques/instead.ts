/** Something else plays in the lesson's place, or it plays faster than time. */
import { callOf, inTop } from '../apart.ts';
import type { Technique } from '../technique.ts';
import { both, holds, plays } from './checks.ts';

/** Dates and timers run so many times as fast; the monotonic clock too, if it is hooked as well. */
function hookClock(times: number, monotonic: boolean): void {
  const NativeDate = Date;
  const start = NativeDate.now();
  const faster = (): number => start + (NativeDate.now() - start) * times;
  class FastDate extends NativeDate {
    constructor(...of: unknown[]) {
      super(...((of.length === 0 ? [faster()] : of) as [number]));
    }
    static override now(): number {
      return faster();
    }
  }
  Object.assign(window, { Date: FastDate });
  for (const name of ['setTimeout', 'setInterval'] as const) {
    const native = window[name] as (run: unknown, ms?: number, ...of: unknown[]) => number;
    Object.assign(window, {
      [name]: (run: unknown, ms = 0, ...of: unknown[]) => native(run, ms / times, ...of),
    });
  }
  if (monotonic) {
    const native = Performance.prototype.now;
    const from = native.call(performance);
    Performance.prototype.now = function () {
      return from + (native.call(this) - from) * times;
    };
  }
}

const OWN_RATE = `Object.defineProperty(document.querySelector('video'), 'playbackRate', { get: () => 1, set: () => {}, configurable: true });`;

export const insteadTechniques: readonly Technique[] = [
  {
    name: 'black canvas stream',
    what: 'the element plays a black canvas (`srcObject`), the lesson is never fetched on',
    ready: (stage) =>
      stage.inPage<void>(`
        const canvas = document.createElement('canvas');
        Object.assign(canvas, { width: 640, height: 360 });
        const context = canvas.getContext('2d');
        setInterval(() => context.fillRect(0, 0, 640, 360), 40);
        const video = document.querySelector('video');
        video.srcObject = canvas.captureStream(25);
      `),
    proof: (stage) => both(holds(stage, 'return video.srcObject !== null;', 'no stream'), plays(stage)),
  },
  {
    name: 'another file as a blob',
    what: 'the element plays another file from memory',
    ready: (stage) =>
      stage.inPage<void>(`
        const video = document.querySelector('video');
        const other = /electric/.test(video.currentSrc) ? 'fire-extinguisher' : 'electric-safety';
        const file = await (await fetch('/media/' + other + '.webm')).blob();
        video.src = URL.createObjectURL(file);
        await new Promise((go) => { video.onloadedmetadata = go; });
      `),
    proof: (stage) =>
      both(holds(stage, "return video.currentSrc.startsWith('blob:');", 'the source was not replaced'), plays(stage)),
  },
  {
    name: '16×, an own rate of 1',
    what: 'the element runs sixteen times as fast and has an accessor of its own that says 1',
    playing: (stage) => stage.inPage<void>(`document.querySelector('video').playbackRate = 16; ${OWN_RATE}`),
    proof: (stage) => plays(stage, 1.5),
  },
  {
    name: '2×, an own rate of 1',
    what: 'the element runs twice as fast and has an accessor of its own that says 1',
    playing: (stage) => stage.inPage<void>(`document.querySelector('video').playbackRate = 2; ${OWN_RATE}`),
    proof: (stage) => plays(stage, 1.5),
  },
  {
    name: 'clock ×4',
    what: 'dates and timers run four times as fast before the SDK is there; so does the video; its rate says 1',
    before: inTop(callOf(hookClock, 4, false)),
    playing: (stage) => stage.inPage<void>(`document.querySelector('video').playbackRate = 4; ${OWN_RATE}`),
    proof: (stage) => plays(stage, 1.5),
  },
  {
    name: 'clock ×4, the monotonic one too',
    what: 'the same, and `performance.now` runs four times as fast',
    before: inTop(callOf(hookClock, 4, true)),
    playing: (stage) => stage.inPage<void>(`document.querySelector('video').playbackRate = 4; ${OWN_RATE}`),
    proof: (stage) => plays(stage, 1.5),
  },
];
