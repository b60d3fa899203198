/**
 * What a userscript does to a page before the page's own scripts run, so that a hidden tab looks seen: getters on
 * prototypes and on the document, listeners that swallow, observers that keep silent about it, frames and timers
 * driven by a Worker, which no browser throttles.
 *
 * Each function runs in the page and stands alone.
 */

/** @param own on the document itself too, as most scripts do; whoever knows the SDK leaves that */
export function seemVisible(own: boolean): void {
  const says: Record<string, unknown> = {
    hidden: false,
    webkitHidden: false,
    visibilityState: 'visible',
    webkitVisibilityState: 'visible',
  };
  for (const [name, value] of Object.entries(says)) {
    for (const on of own ? [Document.prototype, document] : [Document.prototype]) {
      Object.defineProperty(on, name, { get: () => value, configurable: true });
    }
  }
  Document.prototype.hasFocus = () => true;
  const swallowed = ['visibilitychange', 'webkitvisibilitychange', 'blur', 'focus', 'mouseleave', 'freeze', 'resume'];
  for (const on of [window, document]) {
    for (const type of swallowed) on.addEventListener(type, (event) => event.stopImmediatePropagation(), true);
  }

  const RECORD = 'visibility-state';
  const types = PerformanceObserver.supportedEntryTypes.filter((type) => type !== RECORD);
  Object.defineProperty(PerformanceObserver, 'supportedEntryTypes', { get: () => types });
  const observe = PerformanceObserver.prototype.observe;
  PerformanceObserver.prototype.observe = function (options) {
    if (options?.type !== RECORD) observe.call(this, options);
  };
  for (const name of ['getEntriesByType', 'getEntries', 'getEntriesByName'] as const) {
    const native = Performance.prototype[name] as (...of: unknown[]) => PerformanceEntry[];
    Object.assign(Performance.prototype, {
      [name](this: Performance, ...of: unknown[]) {
        return native.apply(this, of).filter((entry) => entry.entryType !== RECORD);
      },
    });
  }
}

export function driveByWorker(): void {
  const source = 'setInterval(() => postMessage(0), 16)';
  const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
  const clock = performance.now.bind(performance);
  interface Due {
    at: number;
    readonly everyMs: number | null;
    run(): void;
  }
  let next = 1e6;
  const frames = new Map<number, FrameRequestCallback>();
  const videoFrames = new Map<number, { video: HTMLVideoElement; then: VideoFrameRequestCallback; at: number }>();
  const timers = new Map<number, Due>();
  const paused = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'paused')?.get;
  let shown = 0;

  worker.onmessage = () => {
    const now = clock();
    const due = [...frames.values()];
    frames.clear();
    for (const run of due) run(now);
    for (const [id, { video, then, at }] of [...videoFrames]) {
      if (paused?.call(video) === true || now - at < 38) continue;
      videoFrames.delete(id);
      shown += 1;
      then(now, {
        ...{ presentationTime: now, expectedDisplayTime: now + 16, mediaTime: video.currentTime },
        ...{ width: video.videoWidth, height: video.videoHeight, presentedFrames: shown },
      });
    }
    for (const [id, timer] of [...timers]) {
      if (timer.at > now || !timers.has(id)) continue;
      if (timer.everyMs === null) timers.delete(id);
      else timer.at = now + timer.everyMs;
      timer.run();
    }
  };

  window.requestAnimationFrame = (then) => {
    frames.set(++next, then);
    return next;
  };
  window.cancelAnimationFrame = (id) => void frames.delete(id);
  HTMLVideoElement.prototype.requestVideoFrameCallback = function (then) {
    videoFrames.set(++next, { video: this, then, at: clock() });
    return next;
  };
  HTMLVideoElement.prototype.cancelVideoFrameCallback = (id) => void videoFrames.delete(id);
  const start =
    (repeats: boolean) =>
    (run: () => void, ms?: number, ...of: unknown[]) => {
      const wait = Math.max(1, ms ?? 0);
      const call = (): void => (run as (...of: unknown[]) => void)(...of);
      timers.set(++next, { at: clock() + wait, everyMs: repeats ? wait : null, run: call });
      return next;
    };
  const stop = (id?: number): void => void timers.delete(id ?? 0);
  Object.assign(window, {
    ...{ setTimeout: start(false), setInterval: start(true), clearTimeout: stop, clearInterval: stop },
  });
}

/** An observer of intersection is silent in a hidden tab: this one says at once that all of it is in view. */
export function seemInView(): void {
  class Seen {
    readonly root = null;
    readonly rootMargin = '0px';
    readonly thresholds = [0];
    private readonly tell: IntersectionObserverCallback;
    constructor(tell: IntersectionObserverCallback) {
      this.tell = tell;
    }
    observe(target: Element): void {
      const seen = (): void => {
        const box = target.getBoundingClientRect();
        const entry = { target, time: performance.now(), isIntersecting: true, isVisible: true, intersectionRatio: 1 };
        const boxes = { boundingClientRect: box, intersectionRect: box, rootBounds: box };
        this.tell([{ ...entry, ...boxes } as IntersectionObserverEntry], this as unknown as IntersectionObserver);
      };
      queueMicrotask(seen);
    }
    unobserve(): void {}
    disconnect(): void {}
    takeRecords(): IntersectionObserverEntry[] {
      return [];
    }
  }
  Object.assign(window, { IntersectionObserver: Seen });
}
