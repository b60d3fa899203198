/**
 * Answers of many people, as patterns need them. Reads only. Guarantees: a query's cost is bounded by
 * the prompts of its window; where people are held against each other, by caps beside.
 */
import type { Queryable } from '../../db/pool.ts';
import type { Window } from '../pattern.ts';
import type { Whereabouts } from '../subjects.ts';

/** Latencies: how long the newest answers of a person took, ms, oldest first. */
export interface Answering extends Whereabouts {
  readonly latencies: readonly number[];
  readonly sessions: readonly string[];
  readonly lastAt: number;
}

/** An answer that somebody gave, in whatever time. */
const given = `outcome in ('right', 'wrong', 'tooFast')`;

/** People whose newest answers took nearly the same time, each. */
export async function readConstant(
  q: Queryable,
  { fromAt, toAt }: Window,
  limits: { answersMin: number; answersMax: number; sdMinMs: number; sdShareMin: number; people: number },
): Promise<Answering[]> {
  const { rows } = await q.query<Answering>(
    `with answers as (
       select person_key, session_id, issued_ms, answered_ms, answered_ms - issued_ms as latency,
              row_number() over (partition by person_key order by issued_ms desc) as n
         from prompts where issued_ms between $1 and $2 and ${given}
     ), constant as (
       select person_key, array_agg(latency::float8 order by issued_ms) as latencies, array_agg(distinct session_id) as sessions,
              max(answered_ms) as last_ms, (array_agg(session_id order by issued_ms desc))[1] as newest
         from answers where n <= $4 group by person_key
       having count(*) >= $3 and stddev_samp(latency) < greatest($5::float8, $6::float8 * avg(latency))
        order by count(*) desc, person_key limit $7
     )
     select s.person_key as "personKey", s.trainee_id as "traineeId", s.class_id as "classId", s.platform_id as "platformId",
            c.region, latencies, sessions, last_ms as "lastAt"
       from constant join sessions s on s.id = newest join classes c on c.id = s.class_id`,
    [fromAt, toAt, limits.answersMin, limits.answersMax, limits.sdMinMs, limits.sdShareMin, limits.people],
  );
  return rows;
}

/**
 * People of one class who once answered four questions in a row each in the same fifth of a second: those
 * worth holding against each other. Rows of four that are all alike are left to `readConstant`.
 */
export async function readAlike(
  q: Queryable,
  { fromAt, toAt }: Window,
  limits: { answersMin: number; answersMax: number; groups: number; peopleEach: number },
): Promise<(readonly string[])[]> {
  const { rows } = await q.query<{ people: string[] }>(
    `with numbered as (
       select person_key, session_id, issued_ms, (answered_ms - issued_ms) / 200 as a,
              row_number() over (partition by person_key order by issued_ms desc) as place
         from prompts where issued_ms between $1 and $2 and ${given}
     ), answers as (
       select n.person_key, s.class_id, n.issued_ms, n.a
         from numbered n join sessions s on s.id = n.session_id where n.place <= $6
     ), fours as (
       select person_key, class_id, a, lead(a, 1) over next as b, lead(a, 2) over next as c, lead(a, 3) over next as d,
              count(*) over (partition by class_id, person_key) as n
         from answers window next as (partition by class_id, person_key order by issued_ms)
     )
     select (array_agg(distinct person_key order by person_key))[1:$5::int] as people
       from fours
      where d is not null and n >= $3 and greatest(a, b, c, d) - least(a, b, c, d) > 2
      group by class_id, a, b, c, d having count(distinct person_key) > 1
      order by count(distinct person_key) desc, min(person_key) limit $4`,
    [fromAt, toAt, limits.answersMin, limits.groups, limits.peopleEach, limits.answersMax],
  );
  return rows.map(({ people }) => people);
}

/** The answers of these people, the newest so many of each. */
export async function readAnswering(
  q: Queryable,
  { fromAt, toAt }: Window,
  people: readonly string[],
  answersMax: number,
): Promise<Answering[]> {
  if (people.length === 0) return [];
  const { rows } = await q.query<Answering>(
    `with answers as (
       select person_key, session_id, issued_ms, answered_ms,
              row_number() over (partition by person_key order by issued_ms desc) as n
         from prompts where person_key = any($3) and issued_ms between $1 and $2 and ${given}
     ), each as (
       select array_agg((answered_ms - issued_ms)::float8 order by issued_ms) as latencies, array_agg(distinct session_id) as sessions,
              max(answered_ms) as last_ms, (array_agg(session_id order by issued_ms desc))[1] as newest
         from answers where n <= $4 group by person_key
     )
     select s.person_key as "personKey", s.trainee_id as "traineeId", s.class_id as "classId", s.platform_id as "platformId",
            c.region, latencies, sessions, last_ms as "lastAt"
       from each join sessions s on s.id = newest join classes c on c.id = s.class_id
      order by s.person_key`,
    [fromAt, toAt, people, answersMax],
  );
  return rows;
}

/** Two people of one class who both answered the same questions wrong. */
export interface WrongTogether {
  readonly a: string;
  readonly b: string;
  /** Questions that both answered wrong, and those to which both took the same choice. */
  readonly wrong: number;
  readonly same: number;
  /** The chance that two who answer wrong take the same, by everybody else's wrong answers; the mean over the questions. */
  readonly chance: number;
  readonly lastAt: number;
  readonly sessionsA: readonly string[];
  readonly sessionsB: readonly string[];
}

/**
 * The chance is that of drawing twice from everybody's wrong choices to a question, without the two
 * themselves, each choice counted once more than it was taken: three answers make no certainty.
 */
export async function readWrongTogether(
  q: Queryable,
  { fromAt, toAt }: Window,
  limits: { wrongMin: number; sameShareMin: number; peopleEach: number; pairs: number },
): Promise<WrongTogether[]> {
  const { rows } = await q.query<WrongTogether>(
    `with wrong as (
       select distinct on (p.person_key, p.question_id) p.person_key, p.question_id, p.chosen, p.session_id, p.answered_ms,
              greatest(1, cardinality(p.choice_ids) - 1) as others
         from prompts p
        where p.issued_ms between $1 and $2 and p.outcome = 'wrong' and p.chosen is not null
        order by p.person_key, p.question_id, p.issued_ms desc
     ), taken as (
       select question_id, chosen, count(*)::float8 as n, max(others) as others from wrong group by question_id, chosen
     ), asked as (
       select question_id, sum(n) as n, max(others) as others,
              sum((n + 1) * (n + 1)) + greatest(0, max(others) - count(*)) as squares
         from taken group by question_id
     ), often as (
       select person_key from wrong group by person_key having count(*) >= $3
     ), placed as (
       select wrong.*, s.class_id, row_number() over (partition by s.class_id, question_id order by wrong.person_key) as place
         from wrong join often using (person_key) join sessions s on s.id = wrong.session_id
     ), kept as (
       select placed.*, taken.n from placed join taken using (question_id, chosen) where place <= $5
     ), met as (
       select a.person_key as a, b.person_key as b, a.chosen = b.chosen as same, a.session_id as session_a,
              b.session_id as session_b, greatest(a.answered_ms, b.answered_ms) as at_ms,
              (asked.squares - case when a.chosen = b.chosen then 4 * a.n else 2 * a.n + 2 * b.n + 2 end)
                / ((asked.n - 2 + asked.others) * (asked.n - 2 + asked.others)) as chance
         from kept a
         join kept b on b.class_id = a.class_id and b.question_id = a.question_id and b.person_key > a.person_key
         join asked on asked.question_id = a.question_id
     )
     select a, b, count(*) as wrong, count(*) filter (where same) as same, least(1, avg(chance)) as chance,
            max(at_ms) as "lastAt", (array_agg(distinct session_a))[1:20] as "sessionsA",
            (array_agg(distinct session_b))[1:20] as "sessionsB"
       from met group by a, b
     having count(*) >= $3 and count(*) filter (where same) >= $4::float8 * count(*)
      order by count(*) filter (where same) desc, a, b limit $6`,
    [fromAt, toAt, limits.wrongMin, limits.sameShareMin, limits.peopleEach, limits.pairs],
  );
  return rows;
}

/** A person of a class who answers right, before reading, what was never asked before. */
export interface Foreknowing extends Omit<Whereabouts, 'traineeId'> {
  /** Right answers in less time than reading takes, to questions that this person had not been asked before. */
  readonly early: number;
  /** All right answers. */
  readonly right: number;
  readonly sessions: readonly string[];
  readonly lastAt: number;
}

export async function readForeknowing(
  q: Queryable,
  { fromAt, toAt }: Window,
  limits: { readMinMs: number; charactersPerSecond: number; earlyMin: number; shareMin: number; people: number },
): Promise<Foreknowing[]> {
  const { rows } = await q.query<Foreknowing>(
    `with reading as materialized (
       select id, answer_id, greatest($3::float8, 1000 / $4::float8 * (char_length(text_zh) + coalesce(
                (select avg(char_length(choice ->> 'zh')) from jsonb_array_elements(choices) as choice), 0))) as ms
         from questions
     ), quick as (
       select p.person_key from prompts p join reading on reading.id = p.question_id
        where p.issued_ms between $1 and $2 and p.outcome in ('right', 'tooFast')
          and p.answered_ms - p.issued_ms < reading.ms
        group by p.person_key having count(*) >= $5
     ), known as (
       select p.id, p.person_key, p.question_id, p.session_id, p.issued_ms, p.answered_ms, s.class_id,
              p.answered_ms - p.issued_ms < reading.ms as quick
         from quick
         join prompts p on p.person_key = quick.person_key and p.issued_ms between $1 and $2
         join sessions s on s.id = p.session_id
         join reading on reading.id = p.question_id
        where p.outcome = 'right' or (p.outcome = 'tooFast' and p.chosen = reading.answer_id)
     ), early as (
       select known.id from known
        where quick and not exists (
          select 1 from prompts before
           where before.person_key = known.person_key and before.question_id = known.question_id
             and before.issued_ms < known.issued_ms)
     ), each as (
       select class_id, person_key, count(*) as "right", count(early.id) as early, max(answered_ms) as last_ms,
              (array_agg(distinct session_id) filter (where early.id is not null))[1:20] as sessions
         from known left join early using (id) group by class_id, person_key
       having count(early.id) >= $5 and count(early.id) >= $6::float8 * count(*)
        order by count(early.id) desc, class_id, person_key limit $7
     )
     select person_key as "personKey", class_id as "classId", c.platform_id as "platformId", c.region, early, "right", sessions,
            last_ms as "lastAt"
       from each join classes c on c.id = class_id`,
    [fromAt, toAt, limits.readMinMs, limits.charactersPerSecond, limits.earlyMin, limits.shareMin, limits.people],
  );
  return rows;
}
