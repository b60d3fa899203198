/** Whether an attack is one: what is true of the page, by prototypes that it cannot have touched. */
import type { Stage } from '../technique.ts';

/** The tab is really hidden. */
export async function isHidden({ apart }: Stage): Promise<string | null> {
  return (await apart.run<boolean>('return document.hidden;')) ? null : 'the tab is not hidden';
}

/** The element plays on, at about this rate at least. */
export async function plays({ apart }: Stage, least = 0.7): Promise<string | null> {
  const rate = await apart.run<number>(`
    const [from, at] = [video.currentTime, performance.now()];
    await new Promise((go) => setTimeout(go, 1500));
    return (video.currentTime - from) / ((performance.now() - at) / 1000);
  `);
  return rate >= least ? null : `the video runs at ${rate.toFixed(2)}×`;
}

export async function both(...checks: readonly Promise<string | null>[]): Promise<string | null> {
  for (const check of checks) {
    const why = await check;
    if (why !== null) return why;
  }
  return null;
}

/** A fact about the page or its video, `body` says whether it holds. */
export async function holds({ apart }: Stage, body: string, otherwise: string): Promise<string | null> {
  return (await apart.run<boolean>(body)) ? null : otherwise;
}
