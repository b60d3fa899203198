/**
 * One tab: whether it is seen, whether its main thread runs, and what its frames and timers
 * count meanwhile. Counts as measured in Chromium: a hidden tab draws nothing, its timers
 * tick once a second, its Worker goes on; a busy main thread draws and ticks nothing.
 */
import type { Device } from './device.ts';
import type { Element } from './element.ts';
import type { Schedule } from './schedule.ts';

export interface Counted {
  readonly recordedHiddenMs: number;
  readonly frames: readonly [number, number];
  readonly clocks: readonly [number, number, number];
}

export interface BrowserPage {
  readonly device: Device;
  readonly visible: boolean;
  readonly focused: boolean;
  readonly gone: boolean;
  /** The picture is not scrolled away. */
  inView: boolean;
  setVisible(visible: boolean): void;
  setFocused(focused: boolean): void;
  /** The main thread is busy for so long. */
  block(ms: number): void;
  blockedUntil(): number;
  /** Closed or crashed: nothing of it runs any more. */
  vanish(): void;
  /** Something changes that counting depends on; to be called before it does. */
  count(): void;
  /** Counted since the last take. */
  take(): Counted;
  /** On the main thread, after `ms`; never once the page is gone. */
  task(ms: number, then: () => void): void;
}

const TICKS_PER_SECOND = 10;
const THROTTLED_PER_SECOND = 1;

export function createBrowserPage(device: Device, element: Element, schedule: Schedule): BrowserPage {
  const { framesPerSecond, videoFramesPerSecond, hasWorker, hasRecord } = device.options;
  let visible = true;
  let focused = true;
  let gone = false;
  let blockedUntil = 0;
  let at = schedule.now();
  let monoAt = device.mono();
  let dateAt = device.date();
  let workerTicked = false;
  let sums = { animation: 0, video: 0, page: 0, worker: 0, hidden: 0 };

  function count(): void {
    const now = schedule.now();
    const monoNow = device.mono();
    const elapsed = device.asleep ? 0 : now - at;
    const free = Math.max(0, elapsed - Math.max(0, Math.min(now, blockedUntil) - at));
    if (!visible) sums.hidden += monoNow - monoAt;
    if (visible) sums.animation += (free / 1000) * framesPerSecond;
    if (visible && element.moving()) sums.video += (free / 1000) * Math.max(0, videoFramesPerSecond);
    sums.page += (free / 1000) * (visible ? TICKS_PER_SECOND : THROTTLED_PER_SECOND);
    sums.worker += (elapsed / 1000) * TICKS_PER_SECOND;
    at = now;
    monoAt = monoNow;
  }

  return {
    device,
    get visible() {
      return visible;
    },
    get focused() {
      return focused;
    },
    get gone() {
      return gone;
    },
    inView: true,
    setVisible(next) {
      count();
      element.cut();
      visible = next;
      focused = next;
    },
    setFocused(next) {
      focused = next;
    },
    block(ms) {
      count();
      blockedUntil = schedule.now() + ms;
    },
    blockedUntil: () => blockedUntil,
    vanish() {
      element.cut();
      gone = true;
    },
    count,
    take() {
      count();
      const { animation, video, page, worker, hidden } = sums;
      // What is not a whole frame yet belongs to the next stretch.
      sums = { animation: animation % 1, video: video % 1, page: page % 1, worker: worker % 1, hidden: 0 };
      const date = device.date();
      const counted: Counted = {
        recordedHiddenMs: hasRecord ? hidden : -1,
        frames: [Math.floor(animation), videoFramesPerSecond < 0 ? -1 : Math.floor(video)],
        clocks: [date - dateAt, Math.floor(page), hasWorker && workerTicked ? Math.floor(worker) : -1],
      };
      dateAt = date;
      workerTicked = true;
      return counted;
    },
    task(ms, then) {
      const run = (): void => {
        if (gone) return;
        if (device.asleep) device.awake(run);
        else if (schedule.now() < blockedUntil) schedule.after(blockedUntil - schedule.now(), run);
        else then();
      };
      schedule.after(ms, run);
    },
  };
}
