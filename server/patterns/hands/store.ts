/**
 * Whose hand answers were given by, as patterns need it. Reads only. Guarantees: a query's cost is bounded by the
 * prompts of its window, what it returns by the caps beside.
 */
import type { Queryable } from '../../db/pool.ts';
import type { Window } from '../pattern.ts';
import type { Whereabouts } from '../subjects.ts';

/** An answer, and the device on whose page it was given: not always the one that played. */
export interface Handed extends Whereabouts {
  readonly session: string;
  readonly device: string;
  readonly answeredAt: number;
}

/** An answer that somebody gave, in whatever time. */
const given = `p.outcome in ('right', 'wrong', 'tooFast')`;

/** The newest answers given on devices on which at least so many people answered, in the order in which they were given. */
export async function readHanded(
  q: Queryable,
  { fromAt, toAt }: Window,
  { peopleMin, answers }: { peopleMin: number; answers: number },
): Promise<Handed[]> {
  // Counted by windows, not joined with themselves: what a planner guesses of such a join is off by orders.
  const { rows } = await q.query<Handed>(
    `with handed as (
       select p.person_key, s.trainee_id, s.class_id, s.platform_id, s.id, s.device, p.answered_ms,
              dense_rank() over (partition by s.device order by p.person_key) as nth
         from prompts p join sessions s on s.id = p.answered_session
        where p.issued_ms between $1 and $2 and ${given}
     ), counted as (
       select handed.*, max(nth) over (partition by device) as people from handed
     )
     select h.person_key as "personKey", h.trainee_id as "traineeId", h.class_id as "classId",
            h.platform_id as "platformId", c.region, h.id as session, h.device, h.answered_ms as "answeredAt"
       from counted h join classes c on c.id = h.class_id
      where h.people >= $3 order by h.answered_ms desc limit $4`,
    [fromAt, toAt, peopleMin, answers],
  );
  return rows.reverse();
}

/** A pointer's path that several people's answers have to the pixel. */
export interface SamePath {
  readonly path: string;
  readonly personKey: string;
  readonly session: string;
  readonly answeredAt: number;
}

/** @param limits.peopleEach people of one path who are held against each other */
export async function readSamePaths(
  q: Queryable,
  { fromAt, toAt }: Window,
  limits: { pixelsMin: number; stepsMin: number; peopleEach: number; answers: number },
): Promise<SamePath[]> {
  const { rows } = await q.query<SamePath>(
    `with told as (
       select p.person_key, p.answered_session, p.answered_ms, p.manner -> 'hand' -> 'path' as path
         from prompts p where p.issued_ms between $1 and $2 and ${given} and p.manner -> 'hand' is not null
     ), moved as (
       select distinct on (path::text, person_key) path::text as path, person_key, answered_session, answered_ms from told
        where (path ->> 0)::int >= $3 and (path ->> 2)::int >= $4 order by path::text, person_key, answered_ms desc
     ), placed as (
       select moved.*, count(*) over (partition by path) as people,
              row_number() over (partition by path order by person_key) as place
         from moved
     )
     select path, person_key as "personKey", answered_session as session, answered_ms as "answeredAt"
       from placed where people > 1 and place <= $5 order by path, person_key limit $6`,
    [fromAt, toAt, limits.pixelsMin, limits.stepsMin, limits.peopleEach, limits.answers],
  );
  return rows;
}

/** A class, by how many of its people are asked by the accessible route. */
export interface Assisted extends Omit<Whereabouts, 'personKey' | 'traineeId'> {
  readonly people: number;
  readonly marked: number;
  /** Of those marked, who answered mostly with a pointer moved across the page. */
  readonly byPointer: number;
  /** Of the platform's, all its classes together. */
  readonly platformPeople: number;
  readonly platformMarked: number;
  readonly platformClasses: number;
  readonly lastAt: number;
}

export async function readAssisted(
  q: Queryable,
  { fromAt, toAt }: Window,
  {
    peopleMin,
    shareMin,
    stepsMin,
    classes,
  }: { peopleMin: number; shareMin: number; stepsMin: number; classes: number },
): Promise<Assisted[]> {
  const { rows } = await q.query<Assisted>(
    `with each as (
       select s.platform_id, s.class_id, p.person_key, bool_or(p.shown_as = 'assistive') as is_marked, max(p.issued_ms) as last_ms,
              count(*) filter (where p.manner -> 'hand' is not null) as told,
              count(*) filter (where (p.manner -> 'hand' -> 'path' ->> 2)::int >= $3) as moved
         from prompts p join sessions s on s.id = p.session_id
        where p.issued_ms between $1 and $2
        group by s.platform_id, s.class_id, p.person_key
     ), counted as (
       select platform_id, class_id, count(*) as people, count(*) filter (where is_marked) as marked, max(last_ms) as last_ms,
              count(*) filter (where is_marked and told > 0 and 2 * moved > told) as by_pointer
         from each group by platform_id, class_id
     ), compared as (
       select *, sum(people) over own as platform_people, sum(marked) over own as platform_marked, count(*) over own as classes
         from counted window own as (partition by platform_id)
     )
     select class_id as "classId", compared.platform_id as "platformId", c.region, people, marked, by_pointer as "byPointer",
            platform_people::bigint as "platformPeople", platform_marked::bigint as "platformMarked",
            classes as "platformClasses", last_ms as "lastAt"
       from compared join classes c on c.id = class_id
      where people >= $4 and marked >= $5::float8 * people
      order by marked desc, class_id limit $6`,
    [fromAt, toAt, stepsMin, peopleMin, shareMin, classes],
  );
  return rows;
}
