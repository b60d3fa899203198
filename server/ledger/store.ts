/**
 * The ledger's SQL, and nothing that decides. Every function runs on what it is handed:
 * the pool, or a client inside the caller's transaction.
 */
import { randomBytes } from 'node:crypto';
import { HASH_BYTES, type Node, type Place } from '../../ledger/tree.ts';
import type { Queryable } from '../db/pool.ts';
import { readRecords } from './exams/records/store.ts';
import { readResults } from './exams/store.ts';
import { type Linked, ordinalIn, type Subject } from './join.ts';

/** One ledger in a database, one writer: any constant that nothing else in this database locks. */
const SEQUENCER_LOCK = 7_305_002;

export interface Head {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  /** The signed note, as served. */
  readonly checkpoint: string;
}

export interface Pending extends Subject {
  readonly id: number;
  readonly leaf: string;
}

/**
 * Salts of these people, made where missing. An erased salt is made anew: later leaves
 * cannot be linked to earlier ones. Keep the answer no longer than one transaction.
 */
export async function saltsFor(q: Queryable, personKeys: readonly string[]): Promise<Map<string, Buffer>> {
  // Sorted: two transactions that insert the same people in different order would deadlock.
  const keys = [...new Set(personKeys)].sort();
  const salts = new Map<string, Buffer>();
  if (keys.length === 0) return salts;
  const find = async (): Promise<void> => {
    const { rows } = await q.query<{ person_key: string; salt: Buffer }>(
      'select person_key, salt from ledger_salts where person_key = any($1)',
      [keys],
    );
    for (const row of rows) salts.set(row.person_key, row.salt);
  };
  await find();
  const missing = keys.filter((key) => !salts.has(key));
  if (missing.length === 0) return salts;
  await q.query(
    'insert into ledger_salts (person_key, salt) select * from unnest($1::text[], $2::bytea[]) on conflict do nothing',
    [missing, missing.map(() => randomBytes(32))],
  );
  // Read back: another transaction may have been first.
  await find();
  return salts;
}

/** The right to write until this transaction ends; false when another holds it. */
export async function tryLock(q: Queryable): Promise<boolean> {
  const { rows } = await q.query<{ held: boolean }>('select pg_try_advisory_xact_lock($1) as held', [SEQUENCER_LOCK]);
  return rows[0]?.held === true;
}

export async function readHead(q: Queryable, origin: string): Promise<Head | null> {
  const { rows } = await q.query<Head>('select origin, size, root, checkpoint from ledger_heads where origin = $1', [
    origin,
  ]);
  return rows[0] ?? null;
}

/** Heads of every year's tree of this host, oldest first. */
export async function readHeadsOf(q: Queryable, host: string): Promise<Head[]> {
  const { rows } = await q.query<Head>(
    "select origin, size, root, checkpoint from ledger_heads where starts_with(origin, $1 || '/') order by origin",
    [host],
  );
  return rows;
}

export async function lockHead(q: Queryable, origin: string): Promise<Head | null> {
  const { rows } = await q.query<Head>(
    'select origin, size, root, checkpoint from ledger_heads where origin = $1 for update',
    [origin],
  );
  return rows[0] ?? null;
}

export async function insertHead(q: Queryable, head: Head): Promise<void> {
  await q.query('insert into ledger_heads (origin, size, root, checkpoint) values ($1, $2, $3, $4)', [
    head.origin,
    head.size,
    head.root,
    head.checkpoint,
  ]);
}

/** Compare and swap: false when the head is no longer `was`. */
export async function swapHead(q: Queryable, was: Head, now: Head): Promise<boolean> {
  const { rowCount } = await q.query(
    'update ledger_heads set size = $4, root = $5, checkpoint = $6 where origin = $1 and size = $2 and root = $3',
    [was.origin, was.size, was.root, now.size, now.root, now.checkpoint],
  );
  return rowCount === 1;
}

/** One past the last stored leaf and level-0 node; 0 and 0 where there are none. */
export async function storedSizes(q: Queryable, origin: string): Promise<{ leaves: number; nodes: number }> {
  const { rows } = await q.query<{ leaves: number; nodes: number }>(
    `select coalesce((select index + 1 from ledger_leaves where origin = $1 order by index desc limit 1), 0) as leaves,
            coalesce((select index + 1 from ledger_nodes where origin = $1 and level = 0 order by index desc limit 1), 0) as nodes`,
    [origin],
  );
  return rows[0] ?? { leaves: 0, nodes: 0 };
}

/** The hashes at these places, in the order asked; null where none is stored. */
export async function readNodes(q: Queryable, origin: string, places: readonly Place[]): Promise<(Buffer | null)[]> {
  if (places.length === 0) return [];
  const { rows } = await q.query<{ hash: Buffer | null }>(
    `select n.hash from unnest($2::int[], $3::bigint[]) with ordinality as p (level, index, nth)
     left join ledger_nodes n on n.origin = $1 and n.level = p.level and n.index = p.index order by p.nth`,
    [origin, places.map((place) => place.level), places.map((place) => place.index)],
  );
  return rows.map(({ hash }) => (hash?.length === HASH_BYTES ? hash : null));
}

/** Leaves to be, stored within the judge's commit, together with the spans they prove: see `Insert` there. */
export const insertPending = (rows: string): string =>
  `insert into ledger_pending (person_key, span_id, leaf)
   select u."personKey", u."spanId", u.leaf
   from jsonb_to_recordset(${rows}::jsonb) as u("personKey" text, "spanId" integer, leaf text)
   join head on head.person_key = u."personKey"`;

/** Removes and returns the oldest pending leaves. A smaller id that commits later goes into a later batch. */
export async function takePending(q: Queryable, limit: number): Promise<Pending[]> {
  const { rows } = await q.query<Pending>(
    `delete from ledger_pending where id in (select id from ledger_pending order by id limit $1)
     returning id, person_key as person, span_id as "spanId", result_id as "resultId", record_id as "recordId", leaf`,
    [limit],
  );
  return rows.sort((a, b) => a.id - b.id);
}

const LINKED = `l.leaf, l.person_key as person, l.span_id as "spanId", l.result_id as "resultId",
  l.record_id as "recordId", s.fate, s.open, s.from_ms as "from", s.to_ms as "to", s.ms, s.session_id as session,
  o.class_id as class, o.lesson_id as lesson, o.policy_hash as policy, h.ordinal, t.salt`;
const LINKS = `left join spans s on s.person_key = l.person_key and s.id = l.span_id
  left join sessions o on o.id = s.session_id and o.person_key = l.person_key
  left join heads h on h.person_key = l.person_key
  left join ledger_salts t on t.person_key = l.person_key`;

type Added = 'eventAt' | 'result' | 'record';
type Unlinked = Omit<Linked, Added>;

/**
 * Adds when the event that each leaf rests on was stamped: by itself, so that each is one look into an index.
 * And the result or the record that a leaf of exams is of.
 */
async function link<T extends Unlinked>(q: Queryable, rows: readonly T[]): Promise<(T & Pick<Linked, Added>)[]> {
  const found = await q.query<{ at: number | null }>(
    `select (select at_ms from events e where e.person_key = l.person_key and e.ordinal = l.ordinal) as at
     from unnest($1::text[], $2::bigint[]) with ordinality as l (person_key, ordinal, nth) order by nth`,
    [rows.map((row) => row.person), rows.map((row) => ordinalIn(row.leaf))],
  );
  const results = await readResults(
    q,
    rows.flatMap(({ resultId }) => resultId ?? []),
  );
  const records = await readRecords(
    q,
    rows.flatMap(({ recordId }) => recordId ?? []),
  );
  return rows.map((row, nth) => ({
    ...row,
    eventAt: found.rows[nth]?.at ?? null,
    result: (row.resultId === null ? undefined : results.get(row.resultId)) ?? null,
    record: (row.recordId === null ? undefined : records.get(row.recordId)) ?? null,
  }));
}

/** What was taken, beside what is stored of what each names, in the same order; `sealed`: there is a leaf of it already. */
export async function readTaken(
  q: Queryable,
  taken: readonly Pending[],
): Promise<(Linked & { readonly sealed: boolean })[]> {
  const { rows } = await q.query<Unlinked & { sealed: boolean }>(
    `select l.at, ${LINKED},
            case when l.record_id is not null then exists (select from ledger_leaves x where x.record_id = l.record_id)
              when l.result_id is not null then exists (select from ledger_leaves x where x.result_id = l.result_id)
              else exists (select from ledger_leaves x where x.person_key = l.person_key and x.span_id = l.span_id)
              end as sealed
     from unnest($1::bigint[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[])
       with ordinality as l (at, person_key, span_id, result_id, record_id, leaf, nth)
     ${LINKS} order by l.nth`,
    [taken.map((p) => p.id), ...columnsOf(taken)],
  );
  return link(q, rows);
}

const columnsOf = (taken: readonly Pending[]): unknown[][] => [
  taken.map((p) => p.person),
  taken.map((p) => p.spanId),
  taken.map((p) => p.resultId),
  taken.map((p) => p.recordId),
  taken.map((p) => p.leaf),
];

/** Keeps leaves that may not be sealed, and why, out of everyone else's way. */
export async function setAside(q: Queryable, taken: readonly (Pending & { readonly doubt: string })[]): Promise<void> {
  await q.query(
    `insert into ledger_doubts (person_key, span_id, result_id, record_id, leaf, doubt, reads_v2)
     select *, true from unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[])`,
    [...columnsOf(taken), taken.map((p) => p.doubt)],
  );
}

/** Leaves at `from`, `from + 1`, …, each tied to its span, its result or its record. */
export async function insertLeaves(
  q: Queryable,
  origin: string,
  from: number,
  taken: readonly Pending[],
): Promise<void> {
  await q.query(
    `insert into ledger_leaves (origin, index, person_key, span_id, result_id, record_id, leaf)
     select $1, $2::bigint + nth - 1, person_key, span_id, result_id, record_id, leaf
     from unnest($3::text[], $4::int[], $5::text[], $6::text[], $7::text[])
       with ordinality as t (person_key, span_id, result_id, record_id, leaf, nth)`,
    [origin, from, ...columnsOf(taken)],
  );
}

export async function insertNodes(q: Queryable, origin: string, nodes: readonly Node[]): Promise<void> {
  await q.query(
    `insert into ledger_nodes (origin, level, index, hash)
     select $1, level, index, hash from unnest($2::int[], $3::bigint[], $4::bytea[]) as t (level, index, hash)`,
    [origin, nodes.map((n) => n.level), nodes.map((n) => n.index), nodes.map((n) => n.hash)],
  );
}

/** Leaves that wait to be sealed. */
export async function countPending(q: Queryable): Promise<number> {
  const { rows } = await q.query<{ count: number }>('select count(*) as count from ledger_pending');
  return rows[0]?.count ?? 0;
}

/** More waiting leaves than this are as bad as this many, and counting them all would cost each scrape. */
const COUNTED_MAX = 100_000;

export interface Backlog {
  /** Leaves sealed in the tree. */
  readonly size: number;
  /** Leaves that wait, at most `COUNTED_MAX`. */
  readonly pending: number;
  /** How long the oldest has waited, by the database's clock; 0 where none waits. */
  readonly oldestMs: number;
  /** Leaves set aside in doubt, at most `COUNTED_MAX`. */
  readonly doubts: number;
}

export async function readBacklog(q: Queryable, origin: string): Promise<Backlog> {
  const { rows } = await q.query<Backlog>(
    `select coalesce((select size from ledger_heads where origin = $1), 0) as size,
            (select count(*) from (select from ledger_pending limit $2) as counted) as pending,
            greatest(0, coalesce((extract(epoch from clock_timestamp()) * 1000)::bigint
              - (select written_ms from ledger_pending order by id limit 1), 0)) as "oldestMs",
            (select count(*) from (select from ledger_doubts limit $2) as counted) as doubts`,
    [origin, COUNTED_MAX],
  );
  return rows[0] ?? { size: 0, pending: 0, oldestMs: 0, doubts: 0 };
}

// ── for the audit: everything again, read only ───────────────────────────────

/** Makes the transaction one unmoving view: the sequencer may go on meanwhile. Its first statement. */
export async function freezeView(q: Queryable): Promise<void> {
  await q.query('set transaction isolation level repeatable read, read only');
}

/** Every tree that anything stored speaks of. */
export async function readOrigins(q: Queryable): Promise<string[]> {
  const { rows } = await q.query<{ origin: string }>(
    `select origin from ledger_heads union select origin from ledger_leaves union select origin from ledger_nodes
     order by origin`,
  );
  return rows.map((row) => row.origin);
}

/** Sealed leaves from `from` on, in order. */
export async function readLeaves(q: Queryable, origin: string, from: number, limit: number): Promise<Linked[]> {
  const { rows } = await q.query<Unlinked>(
    `select l.index as at, ${LINKED}
     from (select * from ledger_leaves where origin = $1 and index >= $2 order by index limit $3) l ${LINKS} order by l.index`,
    [origin, from, limit],
  );
  return link(q, rows);
}

/** Pending leaves after id `after`, in order. */
export async function readPending(q: Queryable, after: number, limit: number): Promise<Linked[]> {
  const { rows } = await q.query<Unlinked>(
    `select l.id as at, ${LINKED}
     from (select * from ledger_pending where id > $1 order by id limit $2) l ${LINKS} order by l.id`,
    [after, limit],
  );
  return link(q, rows);
}

export interface Doubt extends Subject {
  readonly id: number;
  readonly doubt: string;
}

/** Leaves that were set aside. */
export async function readDoubts(q: Queryable, limit: number): Promise<Doubt[]> {
  const { rows } = await q.query<Doubt>(
    `select id, person_key as person, span_id as "spanId", result_id as "resultId", record_id as "recordId", doubt
       from ledger_doubts order by id limit $1`,
    [limit],
  );
  return rows;
}

/** A leaf of one person's span, wherever it stands. */
export interface LeafOf {
  readonly stands: 'sealed' | 'pending' | 'set aside';
  readonly at: number;
  readonly spanId: number;
  readonly leaf: string;
}

export async function readLeavesOf(q: Queryable, person: string): Promise<LeafOf[]> {
  const { rows } = await q.query<LeafOf>(
    `select 'sealed' as stands, index as at, span_id as "spanId", leaf from ledger_leaves where person_key = $1 and span_id is not null
     union all select 'pending', id, span_id, leaf from ledger_pending where person_key = $1 and span_id is not null
     union all select 'set aside', id, span_id, leaf from ledger_doubts where person_key = $1 and span_id is not null`,
    [person],
  );
  return rows;
}

/** Reads only, unlike `saltsFor`; null: erased, or never made. */
export async function findSalt(q: Queryable, person: string): Promise<Buffer | null> {
  const { rows } = await q.query<{ salt: Buffer }>('select salt from ledger_salts where person_key = $1', [person]);
  return rows[0]?.salt ?? null;
}

/** Persons with leaves of spans and no head, a page at a time: an exam's result needs no events. */
export async function readHeadless(q: Queryable, after: string): Promise<string[]> {
  const { rows } = await q.query<{ person: string }>(
    `select person from (
       select person_key as person from ledger_leaves where span_id is not null
       union select person_key from ledger_pending where span_id is not null
       union select person_key from ledger_doubts where span_id is not null) as l
     where person > $1 and not exists (select from heads h where h.person_key = l.person) order by person limit 200`,
    [after],
  );
  return rows.map((row) => row.person);
}

export async function countNodes(q: Queryable, origin: string): Promise<number> {
  const { rows } = await q.query<{ count: number }>('select count(*) as count from ledger_nodes where origin = $1', [
    origin,
  ]);
  return rows[0]?.count ?? 0;
}

interface SpanName {
  readonly person: string;
  readonly spanId: number;
}

/** Spans with credit and neither a leaf nor a pending one. */
export async function unsealedSpans(q: Queryable, limit: number): Promise<SpanName[]> {
  const { rows } = await q.query<SpanName>(
    `select s.person_key as person, s.id as "spanId" from spans s
     where s.fate = 'credited' and s.ms > 0
       and not exists (select 1 from ledger_leaves l where l.person_key = s.person_key and l.span_id = s.id)
       and not exists (select 1 from ledger_pending p where p.person_key = s.person_key and p.span_id = s.id)
     limit $1`,
    [limit],
  );
  return rows;
}

/** Spans with more than one leaf, sealed and pending together. */
export async function spansSealedTwice(q: Queryable, limit: number): Promise<SpanName[]> {
  const { rows } = await q.query<SpanName>(
    `select person_key as person, span_id as "spanId"
     from (select person_key, span_id from ledger_leaves union all select person_key, span_id from ledger_pending) as l
     where span_id is not null group by 1, 2 having count(*) > 1 limit $1`,
    [limit],
  );
  return rows;
}
