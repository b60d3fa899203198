/** What classes and institutions come to, side by side. Reads only. */
import type { Queryable } from '../../db/pool.ts';
import type { Window } from '../pattern.ts';

export interface Measured {
  readonly kind: 'class' | 'institution';
  /** A class's id; an institution's name. */
  readonly id: string;
  /** null for an institution: it may teach on several. */
  readonly platformId: string | null;
  readonly regions: readonly [lowest: string, highest: string];
  readonly answers: number;
  readonly latencyMs: number;
  readonly rightShare: number;
  /** Alerts that the judge raised or saw grow, for each answer: answers come by hours of play. */
  readonly alertsEach: number;
  readonly lastAt: number;
}

/** Those with at least so many answers, the largest first. */
export async function readMeasured(
  q: Queryable,
  { fromAt, toAt }: Window,
  { answersMin, measured }: { answersMin: number; measured: number },
): Promise<Measured[]> {
  const { rows } = await q.query<Measured>(
    `with answers as (
       select s.class_id, c.institution_name, c.platform_id, c.region, p.answered_ms - p.issued_ms as latency,
              p.outcome = 'right' as is_right, p.answered_ms
         from prompts p join sessions s on s.id = p.session_id join classes c on c.id = s.class_id
        where p.issued_ms between $1 and $2 and p.outcome in ('right', 'wrong')
     ), measured as (
       select class_id, institution_name, min(platform_id) as platform_id, min(region) as lowest, max(region) as highest,
              count(*) as answers, percentile_cont(0.5) within group (order by latency) as latency,
              avg(is_right::int)::float8 as right_share, max(answered_ms) as last_ms
         from answers group by grouping sets ((class_id), (institution_name)) having count(*) >= $3
        order by count(*) desc, class_id, institution_name limit $4
     ), alerted as (
       select a.class_id, c.institution_name, count(*)::float8 as n
         from alerts a join classes c on c.id = a.class_id
        where a.last_ms between $1 and $2 and a.session_id is not null
        group by grouping sets ((a.class_id), (c.institution_name))
     )
     select case when m.class_id is null then 'institution' else 'class' end as kind,
            coalesce(m.class_id, m.institution_name) as id, case when m.class_id is not null then m.platform_id end as "platformId",
            array[m.lowest, m.highest] as regions, m.answers, m.latency as "latencyMs", m.right_share as "rightShare",
            coalesce(alerted.n, 0) / m.answers as "alertsEach", m.last_ms as "lastAt"
       from measured m
       left join alerted on (alerted.class_id is null) = (m.class_id is null)
        and coalesce(alerted.class_id, alerted.institution_name) = coalesce(m.class_id, m.institution_name)`,
    [fromAt, toAt, answersMin, measured],
  );
  return rows;
}
