/**
 * Processes of different releases on one database. Each says which detector versions it knows;
 * new events are folded by the newest version that every living process knows, so that a
 * person can go back and forth between them while a release is rolled out.
 *
 * Guarantees: a person who was upgraded is never judged by a process that does not know the
 * version (the head says which one wrote it); a process that died is waited for `ALIVE_MS`.
 */
import { randomUUID } from 'node:crypto';
import type { Db } from '../db/pool.ts';
import type { Log } from '../log.ts';
import { forgetProcess, tellProcess } from './store.ts';

const TELL_MS = 5_000;
/** Six missed words: longer than a stalled database, shorter than anyone's patience. */
const ALIVE_MS = 30_000;

export interface Releases {
  /** The version that new events are folded by. */
  inForce(): number;
  /** Says that this process lives, and hears of the others. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createReleases(db: Db, log: Log, newest: number): Releases {
  const id = randomUUID();
  // Until the others are known, nobody is upgraded.
  let version = 1;
  let timer: NodeJS.Timeout | null = null;

  async function tell(): Promise<void> {
    const lowest = await tellProcess(db, id, newest, ALIVE_MS);
    const next = Math.min(newest, lowest);
    if (next !== version) log.info({ from: version, to: next }, 'detector version in force');
    version = next;
  }

  return {
    inForce: () => version,
    async start() {
      await tell();
      timer = setInterval(() => {
        tell().catch((error: unknown) => log.warn({ err: error }, 'the list of processes could not be kept'));
      }, TELL_MS);
      timer.unref();
    },
    async stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      await forgetProcess(db, id).catch((error: unknown) =>
        log.warn({ err: error }, 'this process could not say goodbye'),
      );
    },
  };
}
