/**
 * Two clocks that tick every 100 ms: a page timer, which a browser slows to 1/s in a
 * hidden tab, and a Worker, which it does not.
 *
 * Guarantees: `onTick` keeps coming in a hidden tab while there is a Worker; where a
 * content security policy or an extension forbids one, `onNoWorker` says so, once, the page
 * timer drives alone and the Worker's count is −1. The Worker counts by itself, so a busy page
 * misses no tick.
 */
import { later, repeat } from './natives.ts';

export interface Ticks {
  readonly page: number;
  /** −1: no Worker ticked through this whole stretch. */
  readonly worker: number;
}

export interface Ticker {
  /** Whether a Worker ticks. */
  hasWorker(): boolean;
  /** Ticks since the last take. */
  take(): Ticks;
  stop(): void;
}

const TICK_MS = 100;
/** Some blockers hand out a Worker that never speaks. Counted in page ticks, so that a page asleep waits no shorter. */
const SILENT_TICKS = 100;
const source = `let n=0;setInterval(()=>postMessage(++n),${TICK_MS})`;

export function startTicker(onTick: (from: 'page' | 'worker') => void, onNoWorker: () => void): Ticker {
  let page = 0;
  let worker = 0;
  let workerFrom: number | null = null;
  let running: Worker | null = null;
  let silent = 0;

  const stopTimer = repeat(TICK_MS, () => {
    page++;
    if (worker === 0 && running && ++silent > SILENT_TICKS) none();
    onTick('page');
  });

  function forget(): void {
    running?.terminate();
    running = null;
    workerFrom = null;
    worker = 0;
  }
  function none(): void {
    forget();
    later(0, onNoWorker);
  }

  try {
    const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    running = new Worker(url);
    running.onmessage = (event: MessageEvent<number>) => {
      worker = event.data;
      onTick('worker');
    };
    running.onerror = (event) => {
      // A policy that forbids blob: Workers says so here. It is no error of the page's.
      event.preventDefault();
      none();
    };
    later(10_000, () => URL.revokeObjectURL(url));
  } catch {
    none();
  }

  return {
    hasWorker: () => worker > 0,
    take() {
      const ticks = { page, worker: workerFrom === null ? -1 : worker - workerFrom };
      page = 0;
      workerFrom = worker > 0 ? worker : null;
      return ticks;
    },
    stop() {
      stopTimer();
      forget();
    },
  };
}
