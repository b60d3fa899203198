/**
 * Keeps unacknowledged beats in IndexedDB, so that they outlive the page.
 *
 * Guarantees: nothing here blocks or throws; without IndexedDB (private windows, storage
 * blocked) every call does nothing and beats live in memory alone. What is kept is sealed
 * already: the session's key is never written.
 */
import type { Cause, SealedBeat } from './wire.ts';

export interface Kept {
  readonly session: string;
  readonly seq: number;
  readonly body: string;
  readonly mac: string;
  readonly cause: Cause;
  /** Made without a connection. */
  readonly queued: boolean;
  /** Where it is to be delivered. */
  readonly endpoint: string;
  /** `Date` ms: only to find what is old. */
  readonly at: number;
}

export interface Leftover {
  readonly session: string;
  readonly endpoint: string;
  readonly upTo: number;
  /** The page closed while it was connected: its beats should have arrived then. */
  readonly closedConnected: boolean;
  readonly beats: readonly SealedBeat[];
}

export interface Store {
  put(beat: Kept): void;
  /** Forgets the session's beats up to this one: the server holds them, or never will. */
  drop(session: string, upTo: number): void;
  /** Beats of pages that are gone, oldest first. Forgets those past 24 hours. */
  leftovers(at: number): Promise<readonly Leftover[]>;
}

const DB = 'zhenxue';
const BEATS = 'beats';
const EXPIRY_MS = 86_400_000;
/** A page that lives makes a beat at least this often; another page's younger beats are its own. */
export const ABANDONED_MS = 60_000;

function request<T>(made: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    made.onsuccess = () => resolve(made.result);
    made.onerror = () => reject(made.error);
  });
}

async function open(): Promise<IDBDatabase> {
  const opening = indexedDB.open(DB, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(BEATS, { keyPath: ['session', 'seq'] });
  };
  const db = await request(opening);
  // Never stand in the way of another page's upgrade or deletion.
  db.onversionchange = () => db.close();
  return db;
}

const isLastOfSession = (beat: Kept, place: number, all: readonly Kept[]): boolean =>
  all[place + 1]?.session !== beat.session;

export function openStore(): Store {
  let db: Promise<IDBDatabase> | null = null;

  async function run<T>(mode: IDBTransactionMode, work: (beats: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
    try {
      db ??= open();
      const transaction = (await db).transaction(BEATS, mode);
      const made = work(transaction.objectStore(BEATS));
      // Now, not when the request is done: a page that closes would take an open transaction with it.
      transaction.commit?.();
      return await request(made);
    } catch {
      return null;
    }
  }
  const drop = (session: string, upTo: number): void => {
    void run('readwrite', (beats) => beats.delete(IDBKeyRange.bound([session, 0], [session, upTo])));
  };

  return {
    put: (beat) => void run('readwrite', (beats) => beats.put(beat)),
    drop,
    async leftovers(at) {
      // Keys are sorted: within a session, oldest first.
      const kept = (await run<Kept[]>('readonly', (beats) => beats.getAll())) ?? [];
      const found: Leftover[] = [];
      for (const { session, seq: upTo, endpoint, cause, queued, at: madeAt } of kept.filter(isLastOfSession)) {
        const closed = cause === 'closing';
        const beats = kept
          .filter((beat) => beat.session === session)
          .map(({ body, mac }) => ({ body, mac, queued: true }));
        if (at - madeAt > EXPIRY_MS) drop(session, upTo);
        else if (closed || at - madeAt > ABANDONED_MS)
          found.push({ session, endpoint, upTo, closedConnected: closed && queued === false, beats });
      }
      return found;
    },
  };
}
