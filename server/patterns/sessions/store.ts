/**
 * Sessions of many people, as patterns need them. Reads only. Guarantees: a query's cost is bounded
 * by the sessions of its window; none compares every session with every other.
 */
import type { Queryable } from '../../db/pool.ts';
import type { Window } from '../pattern.ts';
import type { Whereabouts } from '../subjects.ts';

/** A session on a device that several people use. */
export interface Stay extends Whereabouts {
  readonly session: string;
  readonly device: string;
  readonly lessonId: string;
  /** Of the address it was opened from, in hex; null: not known. */
  readonly address: string | null;
  readonly openedAt: number;
  /** The end of the last play that it claimed; its opening where it claimed none. A page that was never closed stays open for hours. */
  readonly playedUntil: number;
  /** What it played, credited or held, ms. */
  readonly playedMs: number;
  readonly lessonMs: number;
}

/** Sessions on the devices with the most people, of devices with at least so many. */
export async function readStays(
  q: Queryable,
  { fromAt, toAt }: Window,
  { peopleMin, devices, sessions }: { peopleMin: number; devices: number; sessions: number },
): Promise<Stay[]> {
  const { rows } = await q.query<Stay>(
    `with shared as (
       select device from sessions where opened_ms between $1 and $2
        group by device having count(distinct person_key) >= $3
        order by count(distinct person_key) desc, device limit $4
     )
     select s.id as session, s.device, s.person_key as "personKey", s.trainee_id as "traineeId", s.class_id as "classId",
            s.platform_id as "platformId", c.region, s.lesson_id as "lessonId", l.duration_ms as "lessonMs",
            encode(o.address, 'hex') as address, s.opened_ms as "openedAt",
            coalesce(played.until, s.opened_ms) as "playedUntil", coalesce(played.ms, 0)::bigint as "playedMs"
       from shared
       join sessions s on s.device = shared.device and s.opened_ms between $1 and $2
       join classes c on c.id = s.class_id
       join lessons l on l.id = s.lesson_id
       left join session_origins o on o.session_id = s.id
       left join lateral (
         select max(to_ms) as until, sum(ms) filter (where fate <> 'denied') as ms from spans where session_id = s.id
       ) played on true
      order by s.opened_ms desc limit $5`,
    [fromAt, toAt, peopleMin, devices, sessions],
  );
  return rows;
}

/** Two people whose sessions fell together, and how often. */
export interface Together {
  readonly a: string;
  readonly b: string;
  readonly times: number;
  /** Of the sessions that whichever of the two had more had in the same place, how many fell together. */
  readonly share: number;
  /** When the last of them was opened. */
  readonly lastAt: number;
  readonly sessionsA: readonly string[];
  readonly sessionsB: readonly string[];
}

/** How sessions fall together: opened in the same second, or of the same length to the second. */
export type Coincidence = 'deviceOpened' | 'addressOpened' | 'deviceLength';

/**
 * A page that was left open is closed after hours of silence, and a length of a moment is a page that was
 * opened by mistake: neither says anything.
 */
const LENGTH_MIN_MS = 60_000;
const LENGTH_MAX_MS = 8 * 3_600_000;

const moments: Readonly<Record<Coincidence, string>> = {
  deviceOpened: `select id, person_key, device as place, opened_ms, opened_ms / 1000 as moment
                   from sessions where opened_ms between $1 and $2`,
  addressOpened: `select session_id as id, person_key, encode(address, 'hex') as place, opened_ms, opened_ms / 1000 as moment
                    from session_origins where opened_ms between $1 and $2`,
  deviceLength: `select id, person_key, device as place, opened_ms, (closed_ms - opened_ms) / 1000 as moment
                   from sessions where opened_ms between $1 and $2
                    and closed_ms - opened_ms between ${LENGTH_MIN_MS} and ${LENGTH_MAX_MS}`,
};

/**
 * Each session is held against the next twelve of its place and moment, in the order of their people:
 * those who come together again and again are neighbours again and again, and a thousand in one
 * second cost twelve thousand pairs, not half a million.
 */
export async function readTogether(
  q: Queryable,
  how: Coincidence,
  { fromAt, toAt }: Window,
  { peopleMin, timesMin, shareMin, pairs }: { peopleMin: number; timesMin: number; shareMin: number; pairs: number },
): Promise<Together[]> {
  const { rows } = await q.query<Together>(
    `with moments as (${moments[how]}),
     crowded as (
       select place from moments group by place having count(distinct person_key) >= $3
     ), here as (
       select moments.* from moments join crowded using (place)
     ), own as (
       select place, person_key, count(*) as n from here group by place, person_key
     ), near as (
       select id, person_key, place, opened_ms, array_agg(id) over next as ids, array_agg(person_key) over next as persons
         from here
       window next as (partition by place, moment order by person_key, id rows between 1 following and 12 following)
     ), pairs as (
       select n.place, n.person_key as a, o.person_key as b, n.id as id_a, o.id as id_b, n.opened_ms
         from near n cross join lateral unnest(n.ids, n.persons) as o(id, person_key)
        where o.person_key > n.person_key
     ), counted as (
       select place, a, b, least(count(distinct id_a), count(distinct id_b)) as times, max(opened_ms) as last_ms,
              (array_agg(distinct id_a))[1:20] as ids_a, (array_agg(distinct id_b))[1:20] as ids_b
         from pairs group by place, a, b
     )
     select a, b, times, (times::float8 / greatest(own_a.n, own_b.n)) as share, last_ms as "lastAt",
            ids_a as "sessionsA", ids_b as "sessionsB"
       from counted
       join own own_a on own_a.place = counted.place and own_a.person_key = a
       join own own_b on own_b.place = counted.place and own_b.person_key = b
      where times >= $4 and times::float8 / greatest(own_a.n, own_b.n) >= $5
      order by times desc, a, b limit $6`,
    [fromAt, toAt, peopleMin, timesMin, shareMin, pairs],
  );
  return rows;
}

/** Where each of these people last had a session in this window. */
export async function readPeople(
  q: Queryable,
  { fromAt, toAt }: Window,
  people: readonly string[],
): Promise<Whereabouts[]> {
  if (people.length === 0) return [];
  const { rows } = await q.query<Whereabouts>(
    `select distinct on (s.person_key) s.person_key as "personKey", s.trainee_id as "traineeId", s.class_id as "classId",
            s.platform_id as "platformId", c.region
       from sessions s join classes c on c.id = s.class_id
      where s.person_key = any($1) and s.opened_ms between $2 and $3
      order by s.person_key, s.opened_ms desc`,
    [people, fromAt, toAt],
  );
  return rows;
}
