/** When a sitting first answered each item: what pairs are held against each other by. Pure. */
import type { Timing } from '../lockstep.ts';
import type { Sat } from './rule.ts';

export function timingOf({ id, personKey, openedAt, handedInAt, items, answers }: Sat): Timing {
  const moments = new Map<string, number>();
  for (const { n, at } of answers) {
    const item = items[n - 1]?.item;
    if (item !== undefined && !moments.has(item)) moments.set(item, at);
  }
  return { id, person: personKey, openedAt, handedInAt, moments };
}
