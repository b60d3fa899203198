/**
 * Counts frames: animation frames of the page, and video frames given to the compositor.
 * Both stop in a hidden tab, whatever the page says of itself.
 *
 * Guarantees: `frozen` becomes true only when the page ran all along (looks kept coming)
 * and yet no frame of either kind came, or its timers alone were slowed; a page that was
 * merely busy is not accused.
 */
import { frame, videoFrame } from './natives.ts';

export interface FrameWatch {
  /** One look, `at` ms; `ticks` as the page timer and the Worker have counted since the last. */
  look(at: number, ticks: { readonly page: boolean; readonly hasWorker: boolean }): void;
  /** The page claims to be seen, and the browser draws nothing or throttles it. */
  frozen(): boolean;
  /** Forgets the stretch looked at: the page is hidden or nothing plays. */
  reset(): void;
  /** `[animation frames, video frames (−1: no such source)]` since the last take. */
  take(): readonly [number, number];
  stop(): void;
}

/** So long without any frame is no slow phone (15/s). Also the stretch in which timers are compared. */
const SILENT_MS = 1500;
/** With a Worker, looks come each 100 ms; a longer gap is a busy page, which says nothing. */
const BUSY_MS = 400;
/** Without one, a throttled timer brings a look each second. */
const BUSY_ALONE_MS = 1500;
/** Hidden: 1 page tick a second; visible: 10. */
const THROTTLED_TICKS = 3;
/** Fewer looks than this in the stretch: the whole page was slow, not its timer. */
const ENOUGH_LOOKS = 10;

export function watchFrames(element: HTMLMediaElement): FrameWatch {
  let running = true;
  let animation = -1;
  let video = -1;
  let sinceLook = 0;
  let lookedAt = Number.NaN;
  let silentMs = 0;
  let windowMs = 0;
  let windowTicks = 0;
  let windowLooks = 0;
  let throttled = false;

  function animate(): void {
    if (!running) return;
    animation++;
    sinceLook++;
    frame(animate);
  }
  function present(): void {
    if (!running) return;
    video++;
    sinceLook++;
    videoFrame(element, present);
  }
  animate();
  sinceLook = 0;
  if (videoFrame(element, present)) video = 0;

  function reset(): void {
    silentMs = 0;
    windowMs = 0;
    windowTicks = 0;
    windowLooks = 0;
    throttled = false;
  }

  return {
    look(at, ticks) {
      const step = at - lookedAt;
      lookedAt = at;
      if (ticks.page) windowTicks++;
      if (!(step <= (ticks.hasWorker ? BUSY_MS : BUSY_ALONE_MS))) reset();
      else {
        silentMs = sinceLook > 0 ? 0 : silentMs + step;
        windowMs += step;
        windowLooks++;
      }
      sinceLook = 0;
      if (windowMs < SILENT_MS) return;
      throttled = ticks.hasWorker && windowLooks >= ENOUGH_LOOKS && windowTicks <= THROTTLED_TICKS;
      windowMs = 0;
      windowTicks = 0;
      windowLooks = 0;
    },
    frozen: () => throttled || silentMs >= SILENT_MS,
    reset,
    take() {
      const taken = [animation, video] as const;
      animation = 0;
      if (video > 0) video = 0;
      return taken;
    },
    stop() {
      running = false;
    },
  };
}
