/** What the live board counts. One query for all regions, however many people watch. */
import type { Db } from '../db/pool.ts';
import type { RegionCounts, Tally } from './tally.ts';

export function regionCounts(db: Db): () => Promise<RegionCounts> {
  return async () => {
    const found = await db.query<Tally & { region: string }>(
      `select region, sum(sessions)::bigint as sessions, sum(alerts)::bigint as "alertsOpen"
         from (select c.region, count(*) as sessions, 0 as alerts
                 from sessions s join classes c on c.id = s.class_id
                where s.closed_ms is null group by c.region
               union all
               select region, 0, count(*) from alerts where status = 'open' group by region) counted
        group by region`,
    );
    return new Map(found.rows.map(({ region, ...tally }) => [region, tally]));
  };
}
