/** The alerts on the board. Guarantees: newest first, each once, as it last stood; bounded. Pure. */
import type { AlertView } from '../../server/alerts/alert.ts';

/** What a person can scroll through; older alerts are found through the trainee. */
export const ALERTS_SHOWN = 300;

/**
 * `shown` with `arrived` taken in: one known by its id replaces what was shown of it, in its place,
 * because its first moment stays. A report that counts fewer times is older, and does not.
 */
export function takeIn(shown: readonly AlertView[], arrived: readonly AlertView[]): AlertView[] {
  const byId = new Map(shown.map((alert) => [alert.id, alert]));
  for (const alert of arrived) {
    if ((byId.get(alert.id)?.count ?? 0) <= alert.count) byId.set(alert.id, alert);
  }
  return [...byId.values()].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).slice(0, ALERTS_SHOWN);
}

/** The last moment any of them was raised, ms since the epoch; 0 where there is none. */
export function latestMs(shown: readonly AlertView[]): number {
  return shown.reduce((latest, alert) => Math.max(latest, Date.parse(alert.lastAt)), 0);
}
