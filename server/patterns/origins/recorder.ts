/**
 * Keeps where sessions were opened from.
 *
 * Guarantees: `record` returns at once and never throws; what cannot be stored is counted and
 * dropped, because no lesson may stop for it. Those that come while a write is under way share
 * the next one, so that a school that starts together costs a few statements.
 */
import type { Db } from '../../db/pool.ts';
import type { Log } from '../../log.ts';
import { hashOrigin } from './origin.ts';
import { type OriginRow, writeOrigins } from './store.ts';

/** Rows of one statement. */
const BATCH = 500;
/** Rows that wait at most (about 3 MB). */
const WAITING_MAX = 10_000;

export interface OpenedFrom {
  readonly session: string;
  readonly personKey: string;
  /** Server time, ms since the epoch. */
  readonly at: number;
  /** The address of whoever opened it. */
  readonly address: string;
}

export interface OriginRecorder {
  record(opened: OpenedFrom): void;
  /** Resolves when nothing waits. */
  drain(): Promise<void>;
}

interface RecorderDeps {
  readonly db: Db;
  readonly key: Buffer;
  readonly log: Log;
  /** So many were not stored. */
  readonly lost: (count: number) => void;
}

export function createOriginRecorder({ db, key, log, lost }: RecorderDeps): OriginRecorder {
  const waiting: OriginRow[] = [];
  let writing: Promise<void> | null = null;

  async function write(): Promise<void> {
    // Those that open in the same moment share a statement.
    await null;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH);
      try {
        await writeOrigins(db, batch);
      } catch (error) {
        lost(batch.length);
        log.warn({ err: error, sessions: batch.length }, 'where sessions were opened from was not stored');
      }
    }
    writing = null;
  }

  return {
    record({ session, personKey, at, address }) {
      const hashes = hashOrigin(key, address);
      if (hashes === null || waiting.length >= WAITING_MAX) return lost(1);
      waiting.push({ session, personKey, at, ...hashes });
      writing ??= write();
    },
    drain: async () => {
      await writing;
    },
  };
}
