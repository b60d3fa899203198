/**
 * The breaker's SQL. Guarantees: each leaf counts once; of one platform and rule at most one trip
 * runs, and one that a person ended does not come back before its time is over.
 */
import { randomUUID } from 'node:crypto';
import type { Db, Queryable } from '../db/pool.ts';
import { fail } from '../errors.ts';
import { HOUR_MS, PEOPLE, type Spell, type TripFacts } from './decide.ts';

/** Any constant will do, as long as nothing else in this database locks it. */
const BREAKER_LOCK = 7_305_010;
/** Leaves taken at once. */
const LEAVES = 20_000;
/** Trips in one answer. */
const LISTED = 200;

export async function takeBreakerLock(q: Queryable): Promise<boolean> {
  const { rows } = await q.query<{ held: boolean }>('select pg_try_advisory_xact_lock($1) as held', [BREAKER_LOCK]);
  return rows[0]?.held === true;
}

/** Takes the next leaves of every tree into the hours since `since`; `false`: there are no more. */
export async function takeLeaves(q: Queryable, since: number): Promise<boolean> {
  const { rows } = await q.query<{ origin: string; next: number }>(
    `select h.origin, coalesce(p.next, 0) as next from ledger_heads h
       left join breaker_places p on p.origin = h.origin where h.size > coalesce(p.next, 0)`,
  );
  let any = false;
  for (const { origin, next } of rows) {
    const taken = await q.query<{ moved: boolean }>(
      `with taken as (
         select index, leaf::jsonb as leaf from ledger_leaves
          where origin = $1 and index >= $2 and index < $2 + ${LEAVES}
       ), moved as (
         insert into breaker_places as p (origin, next) select $1, max(index) + 1 from taken having count(*) > 0
         on conflict (origin) do update set next = excluded.next where p.next = $2
         returning 1
       ), sums as (
         select c.platform_id, (t.leaf ->> 'to')::bigint / ${HOUR_MS} * ${HOUR_MS} as hour_ms,
                sum((t.leaf ->> 'creditedMs')::bigint) as credited_ms
           from taken t join classes c on c.id = t.leaf ->> 'class'
          where t.leaf ? 'creditedMs' and (t.leaf ->> 'to')::bigint >= $3 and exists (select from moved)
          group by 1, 2
       ), added as (
         insert into breaker_hours as b (platform_id, hour_ms, credited_ms)
         select platform_id, hour_ms, credited_ms from sums
         on conflict (platform_id, hour_ms) do update set credited_ms = b.credited_ms + excluded.credited_ms
       )
       select exists (select from moved) as moved`,
      [origin, next, since],
    );
    any ||= taken.rows[0]?.moved === true;
  }
  return any;
}

export async function forgetHours(q: Queryable, before: number): Promise<void> {
  await q.query('delete from breaker_hours where hour_ms < $1', [before]);
}

/** Rules that accused enough people of one platform since then. */
export async function readLoud(q: Queryable, since: number): Promise<{ platformId: string; rule: string }[]> {
  const { rows } = await q.query<{ platformId: string; rule: string }>(
    // The index is on last_ms, which is never before at_ms.
    `select a.platform_id as "platformId", a.rule from alerts a
      where a.last_ms >= $1 and a.at_ms >= $1 and a.session_id is not null and a.platform_id is not null
      group by 1, 2 having count(distinct a.person_key) >= ${PEOPLE}`,
    [since],
  );
  return rows;
}

/** Since `since`, as one. */
export async function readSpell(q: Queryable, platformId: string, rule: string, since: number): Promise<Spell> {
  const { rows } = await q.query<Spell>(
    `select (select count(distinct a.person_key) from alerts a
              where a.platform_id = $1 and a.rule = $2 and a.at_ms >= $3 and a.session_id is not null) as people,
            (select coalesce(sum(b.credited_ms), 0)::bigint from breaker_hours b
              where b.platform_id = $1 and b.hour_ms >= $3) as "creditedMs"`,
    [platformId, rule, since],
  );
  return rows[0] ?? { people: 0, creditedMs: 0 };
}

/** Each hour with credit in `[from, to)`. */
export async function readHours(
  q: Queryable,
  platformId: string,
  rule: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Spell[]> {
  const { rows } = await q.query<Spell>(
    `select coalesce(n.people, 0) as people, b.credited_ms as "creditedMs"
       from breaker_hours b
       left join (
         select a.at_ms / ${HOUR_MS} * ${HOUR_MS} as hour_ms, count(distinct a.person_key) as people from alerts a
          where a.platform_id = $1 and a.rule = $2 and a.at_ms >= $3 and a.at_ms < $4 and a.session_id is not null
          group by 1) n on n.hour_ms = b.hour_ms
      where b.platform_id = $1 and b.hour_ms >= $3 and b.hour_ms < $4`,
    [platformId, rule, from, to],
  );
  return rows;
}

export interface Trip {
  readonly id: string;
  readonly platformId: string;
  readonly rule: string;
  readonly trippedAt: number;
  readonly endsAt: number;
  readonly facts: TripFacts;
  /** The username. */
  readonly endedBy: string | null;
  readonly endedAt: number | null;
}

/** `null`: one runs, or was ended by a person before its time. */
export async function addTrip(
  q: Queryable,
  trip: Pick<Trip, 'platformId' | 'rule' | 'trippedAt' | 'endsAt' | 'facts'>,
): Promise<string | null> {
  const id = randomUUID();
  const { rowCount } = await q.query(
    `insert into policy_trips (id, platform_id, rule, tripped_ms, ends_ms, facts)
     select $1, $2, $3, $4, $5, $6
      where not exists (select from policy_trips where platform_id = $2 and rule = $3 and ends_ms > $4)`,
    [id, trip.platformId, trip.rule, trip.trippedAt, trip.endsAt, JSON.stringify(trip.facts)],
  );
  return rowCount === 1 ? id : null;
}

/** Rules that new sessions of this platform are judged without. */
export async function findTripped(q: Queryable, platformId: string, nowMs: number): Promise<string[]> {
  const { rows } = await q.query<{ rule: string }>({
    name: 'tripped-rules',
    text: `select distinct rule from policy_trips
            where platform_id = $1 and ends_ms > $2 and ended_ms is null order by rule`,
    values: [platformId, nowMs],
  });
  return rows.map(({ rule }) => rule);
}

export async function countRunning(q: Queryable, nowMs: number): Promise<number> {
  const { rows } = await q.query<{ n: number }>(
    'select count(*) as n from policy_trips where ends_ms > $1 and ended_ms is null',
    [nowMs],
  );
  return rows[0]?.n ?? 0;
}

/** Newest first. */
export async function listTrips(q: Queryable): Promise<Trip[]> {
  const { rows } = await q.query<Trip>(
    `select t.id, t.platform_id as "platformId", t.rule, t.tripped_ms as "trippedAt", t.ends_ms as "endsAt", t.facts,
            p.username as "endedBy", t.ended_ms as "endedAt"
       from policy_trips t left join people p on p.id = t.ended_by
      order by t.tripped_ms desc, t.id limit ${LISTED}`,
  );
  return rows;
}

/** Any reviewer: it only brings a rule back. Throws `notFound`, `forbidden`, `publicationState`. */
export async function endTrip(db: Db, personId: string, id: string, nowMs: number): Promise<void> {
  const { rowCount } = await db.query(
    `update policy_trips t set ended_by = me.id, ended_ms = $3 from people me
      where t.id = $1 and t.ended_ms is null and t.ends_ms > $3 and me.id = $2 and me.role = 'reviewer'`,
    [id, personId, nowMs],
  );
  if (rowCount === 1) return;
  const { rows } = await db.query<{ may: boolean }>(
    `select me.role = 'reviewer' as may from policy_trips t, people me where t.id = $1 and me.id = $2`,
    [id, personId],
  );
  if (rows[0] === undefined) fail('notFound');
  fail(rows[0].may ? 'publicationState' : 'forbidden');
}
