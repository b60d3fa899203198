/**
 * Counts frames: animation frames of the page, and video frames given to the compositor.
 * Both stop in a hidden tab, whatever the page says of itself.
 *
 * Guarantees: `frozen` becomes true only when the page ran all along (looks kept coming)
 * and yet no frame of either kind came, or its timers alone were slowed; a page whose thread was
 * blocked is not accused: that stops frames and timers together (`busy.ts` tells).
 */
import { frame, videoFrame } from './natives.ts';

export interface FrameWatch {
  /** One look, `at` ms. `ticked`: the page timer has since the last; `blocked`: the thread stood still before it. */
  look(at: number, since: { readonly ticked: boolean; readonly hasWorker: boolean; readonly blocked: boolean }): void;
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
    lookedAt = Number.NaN;
    silentMs = 0;
    windowMs = 0;
    windowTicks = 0;
    windowLooks = 0;
    throttled = false;
  }

  return {
    look(at, { ticked, hasWorker, blocked }) {
      const step = at - lookedAt;
      if (ticked) windowTicks++;
      // The first look after a reset has nothing to measure from.
      if (blocked || !(step >= 0)) reset();
      else {
        silentMs = sinceLook > 0 ? 0 : silentMs + step;
        windowMs += step;
        windowLooks++;
      }
      lookedAt = at;
      sinceLook = 0;
      if (windowMs < SILENT_MS) return;
      throttled = hasWorker && windowLooks >= ENOUGH_LOOKS && windowTicks <= THROTTLED_TICKS;
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
