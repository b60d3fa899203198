/**
 * What is the same suspicion is one alert. Pure.
 *
 * Guarantees: gathering first and storing then comes to the same row as storing one after
 * another (the door's statement in store.ts joins by the same rules): counts add up, the last
 * moment is the latest, the graver severity stays, the newest facts stay, sessions are united;
 * id and first moment are those of the first.
 */
import type { StoredAlert } from './alert.ts';

/** Sessions that one alert names; those beyond are in the count and in the evidence. */
export const SESSIONS_MAX = 100;

const severities: readonly StoredAlert['severity'][] = ['low', 'medium', 'high'];

/** One alert for each suspicion, in the order in which the suspicions first came. */
export function gather(alerts: readonly StoredAlert[]): StoredAlert[] {
  const gathered = new Map<string, StoredAlert>();
  for (const alert of alerts) {
    const standing = gathered.get(alert.suspicion);
    gathered.set(alert.suspicion, standing === undefined ? united(alert, []) : join(standing, alert));
  }
  return [...gathered.values()];
}

function join(standing: StoredAlert, alert: StoredAlert): StoredAlert {
  const graver = severities.indexOf(alert.severity) > severities.indexOf(standing.severity);
  return united(
    {
      ...standing,
      count: standing.count + alert.count,
      severity: graver ? alert.severity : standing.severity,
      facts: alert.lastAt >= standing.lastAt ? alert.facts : standing.facts,
      lastAt: Math.max(standing.lastAt, alert.lastAt),
    },
    alert.sessions,
  );
}

const united = (alert: StoredAlert, more: readonly string[]): StoredAlert => ({
  ...alert,
  sessions: [...new Set([...alert.sessions, ...more])].slice(0, SESSIONS_MAX),
});
