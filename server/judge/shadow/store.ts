/**
 * The shadow's SQL. Guarantees: how far a person is folded and what it came to are stored in one
 * statement that compares and swaps, so that no event is counted twice, whoever runs at once.
 */
import type { Folded } from '../../../detector/index.ts';
import { startsWith } from '../../auth/scope.ts';
import type { Queryable } from '../../db/pool.ts';
import { bothGenesis, type Sides } from '../beside.ts';
import type { ShadowCount } from './count.ts';

/** A published policy that is tried beside the live one. */
export interface Shadow {
  /** The proposal's. */
  readonly id: string;
  readonly policyHash: string;
  readonly region: string;
  readonly platformId: string | null;
  readonly occupationCode: string | null;
  /** Sessions opened from then on are in question; ms since the epoch. */
  readonly from: number;
}

export interface Shadows {
  readonly inForce: readonly Shadow[];
  /** Revoked: by their ids. Not merely unknown to a clock that is behind, for what is counted must not be folded again. */
  readonly over: readonly string[];
}

/** Any constant will do, as long as nothing else in this database locks it. */
const SHADOW_LOCK = 7_305_009;
/** Persons fetched at once. */
const PERSONS = 200;
/** Rows of a shadow's table in one answer. */
const COUNTS = 1_000;

/** Until the transaction ends; `false`: another process runs. */
export async function takeShadowLock(q: Queryable): Promise<boolean> {
  const { rows } = await q.query<{ held: boolean }>('select pg_try_advisory_xact_lock($1) as held', [SHADOW_LOCK]);
  return rows[0]?.held === true;
}

/** A class is in the shadow's scope: parameters 1 to 4 of a query. */
const IN_QUESTION = `s.opened_ms >= $1 and c.region like $2 and ($3::text is null or c.platform_id = $3)
  and ($4::text is null or c.occupation_code = $4)`;
const questionOf = ({ from, region, platformId, occupationCode }: Shadow): unknown[] => [
  from,
  startsWith(region),
  platformId,
  occupationCode,
];

/** The next persons, by key, with a session in question and events that were not folded yet. */
export async function readBehind(
  q: Queryable,
  shadow: Shadow,
  after: string,
): Promise<{ readonly person: string; readonly to: number }[]> {
  const { rows } = await q.query<{ person: string; to: number }>(
    `select h.person_key as person, h.ordinal as "to" from heads h
       left join policy_shadow_folds f on f.proposal_id = $5 and f.person_key = h.person_key
      where h.person_key > $6 and h.ordinal > coalesce(f.ordinal, 0)
        and exists (select from sessions s join classes c on c.id = s.class_id
                     where s.person_key = h.person_key and ${IN_QUESTION})
      order by h.person_key limit $7`,
    [...questionOf(shadow), shadow.id, after, PERSONS],
  );
  return rows;
}

/** The person's sessions in question, with their classes. */
export async function readInQuestion(q: Queryable, shadow: Shadow, person: string): Promise<Map<string, string>> {
  const { rows } = await q.query<{ id: string; classId: string }>(
    `select s.id, s.class_id as "classId" from sessions s join classes c on c.id = s.class_id
      where s.person_key = $5 and ${IN_QUESTION}`,
    [...questionOf(shadow), person],
  );
  return new Map(rows.map(({ id, classId }) => [id, classId]));
}

export interface FoldedSoFar {
  readonly ordinal: number;
  readonly sides: Sides;
}

export async function readFolded(q: Queryable, shadow: Shadow, person: string): Promise<FoldedSoFar> {
  const { rows } = await q.query<{ ordinal: number; live: string; shadow: string | null }>(
    'select ordinal, live, shadow from policy_shadow_folds where proposal_id = $1 and person_key = $2',
    [shadow.id, person],
  );
  const [row] = rows;
  if (row === undefined) return { ordinal: 0, sides: bothGenesis };
  const live = JSON.parse(row.live) as Folded;
  return { ordinal: row.ordinal, sides: { live, other: row.shadow === null ? live : JSON.parse(row.shadow) } };
}

/** `false`: another round was there first, and nothing was written. */
export async function writeFolded(
  q: Queryable,
  shadow: Shadow,
  person: string,
  before: FoldedSoFar,
  after: FoldedSoFar,
  counts: readonly ShadowCount[],
): Promise<boolean> {
  const { live, other } = after.sides;
  const { rows } = await q.query<{ moved: boolean }>(
    `with moved as (
       insert into policy_shadow_folds as f (proposal_id, person_key, ordinal, live, shadow)
       values ($1, $2, $4, $5, $6)
       on conflict (proposal_id, person_key) do update
         set ordinal = excluded.ordinal, live = excluded.live, shadow = excluded.shadow
         where f.ordinal = $3
       returning 1
     ), counted as (
       insert into policy_shadow_counts as c (proposal_id, day, class_id, what, rule, live, shadow)
       select $1, u.day, u."classId", u.what, u.rule, u.live, u.shadow
         from jsonb_to_recordset($7::jsonb) as u(day text, "classId" text, what text, rule text, live bigint, shadow bigint)
        where exists (select from moved)
       on conflict (proposal_id, day, class_id, what, rule) do update
         set live = c.live + excluded.live, shadow = c.shadow + excluded.shadow
     )
     select exists (select from moved) as moved`,
    [
      ...[shadow.id, person, before.ordinal, after.ordinal, JSON.stringify(live)],
      ...[other === live ? null : JSON.stringify(other), JSON.stringify(counts)],
    ],
  );
  return rows[0]?.moved === true;
}

/** What they came to stays. */
export async function forgetFolds(q: Queryable, over: readonly string[]): Promise<void> {
  await q.query('delete from policy_shadow_folds where proposal_id = any($1)', [over]);
}

/** Where the two differ, newest day first: of classes in this region. */
export async function readShadowCounts(q: Queryable, id: string, region: string): Promise<ShadowCount[]> {
  const { rows } = await q.query<ShadowCount>(
    `select n.day, n.class_id as "classId", n.what, n.rule, n.live, n.shadow
       from policy_shadow_counts n join classes c on c.id = n.class_id
      where n.proposal_id = $1 and c.region like $2 and n.live <> n.shadow
      order by n.day desc, n.class_id, n.what, n.rule limit ${COUNTS}`,
    [id, startsWith(region)],
  );
  return rows;
}
