/** The alerts on the board. Guarantees: newest first, each once, its latest status; bounded. Pure. */
import type { AlertView } from '../../server/alerts/alert.ts';

/** What a person can scroll through; older alerts are found through the trainee. */
export const ALERTS_SHOWN = 300;

/** `shown` with `arrived` taken in: one known by its id replaces what was shown of it. */
export function takeIn(shown: readonly AlertView[], arrived: readonly AlertView[]): AlertView[] {
  const byId = new Map(shown.map((alert) => [alert.id, alert]));
  for (const alert of arrived) byId.set(alert.id, alert);
  return [...byId.values()].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).slice(0, ALERTS_SHOWN);
}
