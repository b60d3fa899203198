/**
 * From whoever raised an alert to the people's screens.
 *
 * Guarantees: `fanOut` returns at once and never throws, whatever the database does: the
 * alert is already stored, and a screen is no reason to fail a commit. What is announced is
 * read by suspicion, because an alert that joined another has the other's id and count. One
 * query reads a whole batch; while the database does not answer, alerts wait for it. They are
 * announced in the order they came; one raised again while it waits is announced once.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { AlertView, Announced, StoredAlert } from '../alerts/alert.ts';
import type { Log } from '../log.ts';

/** Alerts read by one query. */
const BATCH = 200;
/** Suspicions waiting at most (some 2 MB). Beyond it the newest are dropped from the screen, counted, and stay stored. */
const WAITING_MAX = 10_000;
/** Between two tries to read: doubled from the first to the last. */
const FIRST_PAUSE_MS = 250;
const LAST_PAUSE_MS = 5000;

export interface FanOutDeps {
  /** How each suspicion now stands, in any order. */
  readonly standing: (suspicions: readonly string[]) => Promise<readonly Announced[]>;
  readonly emit: (alert: AlertView, region: string) => void;
  readonly log: Log;
  readonly firstPauseMs?: number;
}

export interface FanOut {
  fanOut(alert: Pick<StoredAlert, 'suspicion'>): void;
  /** Resolves when nothing waits. */
  idle(): Promise<void>;
  /** Announces what waits if the database answers, and waits for it no longer. */
  close(): Promise<void>;
}

export function fanOutTo({ standing, emit, log, firstPauseMs = FIRST_PAUSE_MS }: FanOutDeps): FanOut {
  const waiting = new Set<string>();
  const closing = new AbortController();
  let dropped = 0;
  let running: Promise<void> | null = null;

  async function read(batch: readonly string[]): Promise<ReadonlyMap<string, Announced>> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, LAST_PAUSE_MS)) {
      try {
        return new Map((await standing(batch)).map((each) => [each.suspicion, each]));
      } catch (error) {
        const ends = closing.signal.aborted;
        log.error({ err: error, alerts: batch.length }, ends ? 'alerts were not announced' : 'alerts wait to be read');
        if (ends) return new Map();
        await pause(pauseMs, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  }

  async function run(): Promise<void> {
    // The alerts of one commit are told one by one: all of them share a query.
    await null;
    while (waiting.size > 0) {
      const batch = [...waiting].slice(0, BATCH);
      // Before reading: one raised again from now on may not be in what is read.
      for (const suspicion of batch) waiting.delete(suspicion);
      const found = await read(batch);
      for (const suspicion of batch) {
        const announced = found.get(suspicion);
        if (announced === undefined) continue;
        try {
          emit(announced.alert, announced.region);
        } catch (error) {
          log.error({ err: error, alert: announced.alert.id }, 'an alert was not announced; it is stored');
        }
      }
    }
    if (dropped > 0) log.warn({ dropped }, 'alerts were not announced: too many at once; they are stored');
    dropped = 0;
    running = null;
  }

  return {
    fanOut({ suspicion }) {
      if (waiting.size >= WAITING_MAX && !waiting.has(suspicion)) {
        dropped += 1;
        return;
      }
      waiting.add(suspicion);
      running ??= run();
    },
    idle: async () => {
      await running;
    },
    close: async () => {
      closing.abort();
      await running;
    },
  };
}
