/**
 * Keeps answers that are not saved yet in IndexedDB, so that they outlive the page and the browser (what is put into
 * `localStorage` reaches the disk only seconds later). Guarantees: never blocks and never throws; without IndexedDB
 * they live as long as the page; an answer that was kept is sent later only if the server still has what it had when
 * it was given: what was answered meanwhile on another device is not undone.
 */
import type { Given } from '../wire.ts';

export interface Kept {
  readonly given: Given;
  readonly tookMs: number;
  /** What was saved of this item then; null: nothing. */
  readonly before: Given | null;
}

export interface Keep {
  put(n: number, kept: Kept): void;
  drop(n: number): void;
  /** Those that may be sent, by the item's place. */
  left(saved: ReadonlyMap<number, Given>): Promise<ReadonlyMap<number, Kept>>;
  clear(): void;
}

interface Stored extends Kept {
  readonly sitting: string;
  readonly n: number;
  /** `Date` ms: only to find what is old. */
  readonly at: number;
}

const DB = 'zhenxue.exam';
const ANSWERS = 'answers';
const DAY_MS = 86_400_000;

/** Fields of a `Given` have one order: the page and the server write each of them in one way. */
const same = (a: Given | null, b: Given | null): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Whether what was kept may still be sent. */
export function isWanted({ given, before }: Kept, saved: Given | null): boolean {
  return same(saved, before) && !same(saved, given);
}

function request<T>(made: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    made.onsuccess = () => resolve(made.result);
    made.onerror = () => reject(made.error);
  });
}

async function open(): Promise<IDBDatabase> {
  const opening = indexedDB.open(DB, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(ANSWERS, { keyPath: ['sitting', 'n'] });
  };
  const db = await request(opening);
  // Never stand in the way of another page's upgrade or deletion.
  db.onversionchange = () => db.close();
  return db;
}

export function createKeep(sitting: string): Keep {
  let db: Promise<IDBDatabase> | null = null;

  async function run<T>(mode: IDBTransactionMode, work: (answers: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
    try {
      db ??= open();
      const transaction = (await db).transaction(ANSWERS, mode);
      const made = work(transaction.objectStore(ANSWERS));
      // Now, not when the request is done: a page that closes would take an open transaction with it.
      transaction.commit?.();
      return await request(made);
    } catch {
      return null;
    }
  }
  const drop = (key: IDBValidKey | IDBKeyRange): void => void run('readwrite', (answers) => answers.delete(key));

  return {
    put: (n, kept) =>
      void run('readwrite', (answers) => answers.put({ ...kept, sitting, n, at: Date.now() } satisfies Stored)),
    drop: (n) => drop([sitting, n]),
    async left(saved) {
      const all = (await run<Stored[]>('readonly', (answers) => answers.getAll())) ?? [];
      for (const old of all) if (Date.now() - old.at > DAY_MS) drop([old.sitting, old.n]);
      const own = all.filter((one) => one.sitting === sitting && isWanted(one, saved.get(one.n) ?? null));
      return new Map(own.map((one) => [one.n, one]));
    },
    clear: () => drop(IDBKeyRange.bound([sitting, 0], [sitting, 1000])),
  };
}
