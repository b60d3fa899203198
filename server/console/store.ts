/** What the live board counts. One query for all regions, however many people watch. */
import { type Bind, binder } from '../auth/scope.ts';
import type { Db } from '../db/pool.ts';
import type { RegionCounts, Tally } from './tally.ts';

/**
 * A page beats each 15 s at most, and once a minute where a browser slows a hidden one. Who is silent for longer is
 * not studying, though the session stays open for 12 hours: the page may come back and tell what it kept.
 */
const HEARD_MS = 2 * 60_000;

/** SQL: whether the open session `s` is heard of. One look into an index for each. @param bind for the values */
export function isHeard(bind: Bind, now: number): string {
  return `s.closed_ms is null and ${bind(now - HEARD_MS)} <= greatest(s.opened_ms, (select e.at_ms from events e
    where e.session_id = s.id and e.seq is not null order by e.seq desc limit 1))`;
}

export function regionCounts(db: Db, now: () => number = Date.now): () => Promise<RegionCounts> {
  return async () => {
    const values: unknown[] = [];
    const found = await db.query<Tally & { region: string }>(
      `select region, sum(sessions)::bigint as sessions, sum(alerts)::bigint as "alertsOpen"
         from (select c.region, count(*) as sessions, 0 as alerts
                 from sessions s join classes c on c.id = s.class_id
                where ${isHeard(binder(values), now())} group by c.region
               union all
               select region, 0, count(*) from alerts where status = 'open' group by region) counted
        group by region`,
      values,
    );
    return new Map(found.rows.map(({ region, ...tally }) => [region, tally]));
  };
}
