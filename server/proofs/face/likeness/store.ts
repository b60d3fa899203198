/**
 * Enrolled faces held against each other, in Postgres. Guarantees: one process does it at a time;
 * only people whom one platform has both among its trainees are compared.
 */
import type { Queryable } from '../../../db/pool.ts';

export interface Enrolled {
  readonly personKey: string;
  readonly model: string;
  readonly sealed: Buffer;
}

/** People whose enrolment nobody compared yet, the oldest first; none while another process is at it. */
export async function lockUncompared(q: Queryable, people: number): Promise<readonly Enrolled[]> {
  const alone = await q.query<{ got: boolean }>(
    `select pg_try_advisory_xact_lock(hashtextextended('faces|likeness', 0)) as got`,
  );
  if (alone.rows[0]?.got !== true) return [];
  const { rows } = await q.query<Enrolled>(
    `select person_key as "personKey", model, sealed from face_templates
      where compared_ms is null and retired_ms is null and person_key in (
        select person_key from face_templates where compared_ms is null and retired_ms is null
         group by person_key order by min(made_ms), person_key limit $1)
      order by person_key, id`,
    [people],
  );
  return rows;
}

export async function markCompared(q: Queryable, personKeys: readonly string[], atMs: number): Promise<void> {
  await q.query(
    `update face_templates set compared_ms = $2 where person_key = any($1) and compared_ms is null and retired_ms is null`,
    [personKeys, atMs],
  );
}

/** Templates of others on a platform of this person's, by pages. @param after the last person of the page before */
export async function othersOf(
  q: Queryable,
  personKey: string,
  after: string,
  people: number,
): Promise<readonly Enrolled[]> {
  const { rows } = await q.query<Enrolled>(
    `with page as (
       select distinct f.person_key
         from face_templates f join trainees o on o.person_key = f.person_key
         join trainees t on t.platform_id = o.platform_id and t.person_key = $1
        where f.retired_ms is null and f.person_key <> $1 and f.person_key > $2
        order by f.person_key limit $3
     )
     select f.person_key as "personKey", f.model, f.sealed from face_templates f join page using (person_key)
      where f.retired_ms is null order by f.person_key`,
    [personKey, after, people],
  );
  return rows;
}

export interface Likeness {
  readonly personKey: string;
  readonly otherKey: string;
  readonly distance: number;
  /** People that the later one was compared with. */
  readonly compared: number;
}

/** Not of somebody whose consent ended meanwhile. */
export async function putLikeness(q: Queryable, one: Likeness, atMs: number): Promise<void> {
  const { personKey, otherKey, distance, compared } = one;
  await q.query(
    `insert into face_likenesses (person_key, other_key, distance, compared, found_ms)
     select $1, $2, $3, $4, $5
      where 2 = (select count(distinct person_key) from face_consents where person_key in ($1, $2) and ended_ms is null)
     on conflict do nothing`,
    [personKey, otherKey, distance, compared, atMs],
  );
}

export async function forgetLikenesses(q: Queryable, beforeMs: number): Promise<void> {
  await q.query('delete from face_likenesses where found_ms < $1', [beforeMs]);
}
