/**
 * What must stay as it was in a database of the first release, read as text so that two readings
 * can be compared byte for byte. Reads only the columns that the first release had.
 */
import { createHash } from 'node:crypto';
import type { Queryable } from '../../server/db/pool.ts';

export type Row = readonly (string | null)[];

async function rowsOf(db: Queryable, columns: readonly string[], rest: string): Promise<Row[]> {
  const list = columns.map((column) => `${column}::text`).join(', ');
  const { rows } = await db.query<Row & unknown[]>({ text: `select ${list} ${rest}`, rowMode: 'array' });
  return rows;
}

/** Spans that have a leaf: `[person_key, id, session_id, from_ms, to_ms, ms, fate, reason]`. */
export function sealedSpans(db: Queryable): Promise<Row[]> {
  const columns = ['person_key', 'id', 'session_id', 'from_ms', 'to_ms', 'ms', 'fate', 'reason'].map((c) => `s.${c}`);
  return rowsOf(
    db,
    columns,
    `from spans s join ledger_leaves l on l.person_key = s.person_key and l.span_id = s.id order by s.person_key, s.id`,
  );
}

/** `[origin, index, leaf, person_key, span_id]` in the order of the trees. */
export function leaves(db: Queryable): Promise<Row[]> {
  const columns = ['origin', 'index', 'leaf', 'person_key', 'span_id'].map((c) => `l.${c}`);
  return rowsOf(db, columns, 'from ledger_leaves l order by l.origin, l.index');
}

/** The evidence: `[person_key, ordinal, line]`. */
export function evidence(db: Queryable): Promise<Row[]> {
  return rowsOf(db, ['e.person_key', 'e.ordinal', 'e.line'], 'from events e order by e.person_key, e.ordinal');
}

export interface LessonTotals {
  readonly person: string;
  readonly lesson: string;
  readonly creditedMs: number;
  readonly heldMs: number;
  readonly deniedMs: number;
}

/** What each person has in each lesson. */
export async function totals(db: Queryable): Promise<LessonTotals[]> {
  const { rows } = await db.query<LessonTotals>(
    `select s.person_key as person, o.lesson_id as lesson,
            coalesce(sum(s.ms) filter (where s.fate = 'credited'), 0)::float8 as "creditedMs",
            coalesce(sum(s.ms) filter (where s.fate = 'held'), 0)::float8 as "heldMs",
            coalesce(sum(s.ms) filter (where s.fate = 'denied'), 0)::float8 as "deniedMs"
       from spans s join sessions o on o.id = s.session_id group by 1, 2 order by 1, 2`,
  );
  return rows;
}

/** Hex SHA-256 over the rows, each a line of JSON. */
export function hashRows(rows: readonly Row[]): string {
  const hash = createHash('sha256');
  for (const row of rows) hash.update(`${JSON.stringify(row)}\n`);
  return hash.digest('hex');
}
