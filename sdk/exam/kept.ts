/**
 * Keeps answers that are not saved yet in the browser's storage, so that they outlive the page. Guarantees: never
 * throws; an answer that was kept is sent later only if the server still has what it had when it was given: what
 * was answered meanwhile on another device is not undone.
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
  left(saved: ReadonlyMap<number, Given>): ReadonlyMap<number, Kept>;
  clear(): void;
}

const PREFIX = 'zhenxue.exam.';
const DAY_MS = 86_400_000;

interface Stored {
  readonly at: number;
  readonly answers: Readonly<Record<string, Kept>>;
}

/** Fields of a `Given` have one order: the page and the server write each of them in one way. */
export const same = (a: Given | null, b: Given | null): boolean => JSON.stringify(a) === JSON.stringify(b);

export function createKeep(sitting: string, now: () => number = Date.now): Keep {
  const name = PREFIX + sitting;
  let answers: Record<string, Kept> = {};

  function quietly(work: () => void): void {
    try {
      work();
    } catch {
      // Storage is blocked or full: what is not saved lives as long as the page.
    }
  }
  const write = (): void =>
    quietly(() => {
      if (Object.keys(answers).length === 0) localStorage.removeItem(name);
      else localStorage.setItem(name, JSON.stringify({ at: now(), answers } satisfies Stored));
    });

  quietly(() => {
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
      const stored = JSON.parse(localStorage.getItem(key) ?? 'null') as Stored | null;
      if (key === name) answers = { ...stored?.answers };
      else if (!stored || now() - stored.at > DAY_MS) localStorage.removeItem(key);
    }
  });

  return {
    put(n, kept) {
      answers[n] = kept;
      write();
    },
    drop(n) {
      delete answers[n];
      write();
    },
    left(saved) {
      const all = Object.entries(answers).map(([n, kept]) => [Number(n), kept] as const);
      return new Map(
        all.filter(([n, { given, before }]) => {
          const now = saved.get(n) ?? null;
          return same(now, before) && !same(now, given);
        }),
      );
    },
    clear() {
      answers = {};
      write();
    },
  };
}
