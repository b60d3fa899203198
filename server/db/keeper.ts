/**
 * Keeps the embedded Postgres running: it is handed how to relaunch it, and knows no process.
 *
 * States:
 *   held        it runs, as far as we know
 *   relaunching it went; tried again at growing distances
 *   given up    it went or failed too often in a while: someone must look, and `lost` was told
 *   released    `release()` was called: what goes now was meant to go
 *
 * Guarantees: at most `TRIES_MAX` tries within `TRIES_WITHIN_MS`; one at a time; once released no
 * try begins, and one that was under way is over when `release` resolves.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.ts';

/** With the rests below some 8 s: longer than the orphans of a killed server take to leave. */
export const TRIES_MAX = 6;
/** What goes more often than this does not recover by being started again. */
export const TRIES_WITHIN_MS = 10 * 60_000;
const FIRST_REST_MS = 250;
const LONGEST_REST_MS = 8_000;

export interface Keeper {
  /** It has gone. Ignored unless it was held. */
  gone(): void;
  release(): Promise<void>;
}

export interface KeeperDeps {
  /** One try. Resolves when it serves again; rejects when it does not. */
  readonly relaunch: () => Promise<void>;
  /** Told once, when it is given up. */
  readonly lost: (error: Error) => void;
  readonly log: Pick<Log, 'warn' | 'info'>;
  readonly rest?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** ms of a clock that only goes forward. */
  readonly now?: () => number;
}

export function createKeeper({ relaunch, lost, log, rest = pause, now = () => performance.now() }: KeeperDeps): Keeper {
  let state: 'held' | 'relaunching' | 'givenUp' | 'released' = 'held';
  let running: Promise<void> = Promise.resolve();
  let triedAt: number[] = [];
  const released = new AbortController();
  const isReleased = (): boolean => released.signal.aborted;

  async function revive(): Promise<void> {
    let failure: unknown;
    for (let failed = 0; !isReleased(); failed += 1) {
      triedAt = triedAt.filter((at) => now() - at < TRIES_WITHIN_MS);
      if (triedAt.length >= TRIES_MAX) return giveUp(failure);
      if (failed > 0) await rest(Math.min(FIRST_REST_MS * 2 ** (failed - 1), LONGEST_REST_MS), released.signal);
      if (isReleased()) return;
      triedAt.push(now());
      try {
        await relaunch();
        log.info('the embedded Postgres serves again');
        if (!isReleased()) state = 'held';
        return;
      } catch (error) {
        failure = error;
        log.warn({ err: error }, 'the embedded Postgres could not be started again; it is tried once more');
      }
    }
  }

  function giveUp(failure: unknown): void {
    state = 'givenUp';
    const why = failure instanceof Error ? failure.message : 'it ends again and again';
    lost(
      new Error(`内置数据库已停止且无法恢复 · the embedded Postgres is gone and cannot be kept running: ${why}`, {
        cause: failure,
      }),
    );
  }

  return {
    gone() {
      if (state !== 'held') return;
      state = 'relaunching';
      log.warn('the embedded Postgres has gone; it is started again');
      running = revive();
    },
    async release() {
      state = 'released';
      released.abort();
      await running;
    },
  };
}

const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  delay(ms, undefined, { signal }).catch(() => undefined);
