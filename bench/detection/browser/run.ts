/** All attacks, a few at a time, and the page about them. */
import { stocks } from './accomplice.ts';
import { type Attacked, attack } from './attack.ts';
import { createChromes } from './chromes.ts';
import { readAlerts } from './evidence.ts';
import { openGround } from './ground.ts';
import type { Result } from './report.ts';
import type { Technique } from './technique.ts';
import { techniques } from './techniques/index.ts';

export interface Options {
  /** Of each attack. */
  readonly minutes: number;
  /** Names of techniques, or words in them, with `;` between; default: all. */
  readonly only?: string | undefined;
  /** The name of a stock of answers; default: all. */
  readonly answers?: string | undefined;
  /** Pages at once. */
  readonly pages: number;
  readonly seed: number;
  readonly databaseUrl?: string;
  progress(words: string): void;
}

export interface Ran {
  readonly results: readonly Result[];
  readonly browser: string;
}

/** Shorter than the shorter of the two lessons that take turns. */
const LESSON_MINUTES = 3;

/** A whole name is that one only; words are all that have them. */
export function chosen(only: string | undefined): readonly Technique[] {
  if (only === undefined) return techniques;
  const words = only.split(';').map((one) => one.trim());
  const exact = (word: string): boolean => techniques.some(({ name }) => name === word);
  return techniques.filter(({ name }) => words.some((word) => (exact(word) ? name === word : name.includes(word))));
}

export async function runAttacks({
  minutes,
  only,
  answers,
  pages,
  seed,
  databaseUrl,
  progress,
}: Options): Promise<Ran> {
  const wanted = chosen(only);
  const orders = wanted.flatMap((technique) =>
    stocks
      .filter(({ name }) => technique.stocks?.includes(name) ?? true)
      .filter(({ name }) => answers === undefined || name === answers)
      .map((stock) => ({ technique, stock })),
  );
  // Whoever speeds up reaches the end of more lessons.
  const lessons = Math.ceil(minutes / LESSON_MINUTES) + 3;
  const ground = await openGround(lessons, databaseUrl);
  const chromes = createChromes();
  try {
    const done: Attacked[] = [];
    const waiting = orders.map((order, n) => ({ ...order, n: n + 1, seed, ms: minutes * 60_000 }));
    let free = pages;
    const wake: (() => void)[] = [];
    await Promise.all(
      waiting.map(async (order) => {
        const takes = Math.min(pages, order.technique.accounts ?? 1);
        while (free < takes) await new Promise<void>((go) => wake.push(go));
        free -= takes;
        try {
          const browser = await chromes.of(order.technique.chrome ?? 'home');
          const one = await attack(ground, browser, order);
          done.push(one);
          progress(`${done.length}/${orders.length} ${one.technique.name}, ${one.stock.name}: ${one.failed ?? 'done'}`);
        } finally {
          free += takes;
          for (const go of wake.splice(0)) go();
        }
      }),
    );
    await ground.patterns();
    const results: Result[] = [];
    for (const one of done) results.push({ ...one, alerts: await readAlerts(ground.db, one.trainees) });
    const place = ({ technique, stock }: Attacked) =>
      techniques.indexOf(technique) * stocks.length + stocks.indexOf(stock);
    results.sort((a, b) => place(a) - place(b));
    return { results, browser: await chromes.version() };
  } finally {
    await chromes.close();
    await ground.close();
  }
}
