/**
 * Two clocks that tick every 100 ms: a page timer, which a browser slows to 1/s in a
 * hidden tab, and the Worker, which it does not.
 *
 * Guarantees: `onTick` keeps coming in a hidden tab while there is a Worker; where a
 * content security policy or an extension forbids one, the page timer drives alone and the
 * Worker's count is −1. The Worker counts by itself, so a busy page misses no tick.
 */
import { repeat } from './natives.ts';

export interface Ticks {
  readonly page: number;
  /** −1: no Worker ticked through this whole stretch. */
  readonly worker: number;
}

export interface Ticker {
  /** The Worker has ticked so often since it began. */
  heard(ticks: number): void;
  /** Whether a Worker ticks. */
  hasWorker(): boolean;
  /** Ticks since the last take. */
  take(): Ticks;
  stop(): void;
}

export const TICK_MS = 100;

export function startTicker(onTick: (from: 'page' | 'worker') => void): Ticker {
  let page = 0;
  let worker = 0;
  let workerFrom: number | null = null;

  const stop = repeat(TICK_MS, () => {
    page++;
    onTick('page');
  });

  return {
    heard(ticks) {
      worker = ticks;
      onTick('worker');
    },
    hasWorker: () => worker > 0,
    take() {
      const ticks = { page, worker: workerFrom === null ? -1 : worker - workerFrom };
      page = 0;
      workerFrom = worker > 0 ? worker : null;
      return ticks;
    },
    stop,
  };
}
