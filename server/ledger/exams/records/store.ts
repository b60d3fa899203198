/** The ledger's SQL about practices and other bodies' results, read from what server/exams keeps. Writes only the ledger's own. */
import { hashOf } from '../../../../ledger/canonical.ts';
import type { Queryable } from '../../../db/pool.ts';
import type { StoredOutside, StoredPractice, StoredRecord } from './join.ts';

const leafOf = (column: 'result_id' | 'record_id', id: string): string =>
  `coalesce((select l.leaf from ledger_leaves l where l.${column} = ${id}),
            (select p.leaf from ledger_pending p where p.${column} = ${id}))`;
const sha256 = (text: string): string => `encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`;

/** What is stored of these records, by their ids. */
export async function readRecords(q: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, StoredRecord>> {
  if (ids.length === 0) return new Map();
  const practices = await q.query<Omit<StoredPractice, 'kind' | 'examiner'> & { id: string; by: string }>(
    `select m.id, s.person_key as person, e.class_id as class, s.exam_id as exam, m.sitting_id as sitting, m.attempt,
            m.at_ms as at, m.score, m.passed, ${sha256('m.record')} as record, ${sha256('e.terms')} as policy,
            m.by_person as by, m.corrects, ${leafOf('record_id', 'm.corrects')} as corrected,
            (select b.person_key from practice_marks c join sittings b on b.id = c.sitting_id
              where c.id = m.corrects) as "correctedPerson",
            m.theory, r.sitting_id as "theorySitting", ${leafOf('result_id', 'm.theory')} as "theoryLeaf"
       from practice_marks m join sittings s on s.id = m.sitting_id join exams e on e.id = s.exam_id
       join exam_results r on r.id = m.theory
      where m.id = any($1)`,
    [ids],
  );
  const outside = await q.query<Omit<StoredOutside, 'kind'> & { id: string }>(
    `select o.id, o.person_key as person, o.class_id as class, o.assessment, o.passed, o.at_ms as at,
            o.record::jsonb->'issuer'->>'name' as issuer, o.record::jsonb->>'issued' as issued,
            o.record::jsonb->'document'->>'sha256' as document, ${sha256('o.record')} as record,
            o.corrects, ${leafOf('record_id', 'o.corrects')} as corrected,
            (select c.person_key from outside_results c where c.id = o.corrects) as "correctedPerson"
       from outside_results o where o.id = any($1)`,
    [ids],
  );
  return new Map<string, StoredRecord>([
    ...practices.rows.map(({ id, by, ...row }) => [id, { kind: 'practice', examiner: hashOf(by), ...row }] as const),
    ...outside.rows.map(({ id, ...row }) => [id, { kind: 'outside', ...row }] as const),
  ]);
}

export async function addPendingRecord(q: Queryable, personKey: string, recordId: string, leaf: string): Promise<void> {
  await q.query('insert into ledger_pending (person_key, record_id, leaf) values ($1, $2, $3)', [
    ...[personKey, recordId, leaf],
  ]);
}

/** The leaf of a record, sealed or pending. */
export async function findLeafOfRecord(q: Queryable, recordId: string): Promise<string | null> {
  const { rows } = await q.query<{ leaf: string }>(
    `select leaf from ledger_leaves where record_id = $1 union all select leaf from ledger_pending where record_id = $1`,
    [recordId],
  );
  return rows[0]?.leaf ?? null;
}

/** Records with neither a leaf nor a pending one. */
export async function unsealedRecords(q: Queryable, limit: number): Promise<string[]> {
  const { rows } = await q.query<{ id: string }>(
    `select r.id from (select id from practice_marks union all select id from outside_results) r
      where not exists (select 1 from ledger_leaves l where l.record_id = r.id)
        and not exists (select 1 from ledger_pending p where p.record_id = r.id)
      limit $1`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

/** Records with more than one leaf, sealed and pending together. */
export async function recordsSealedTwice(q: Queryable, limit: number): Promise<string[]> {
  const { rows } = await q.query<{ id: string }>(
    `select record_id as id
     from (select record_id from ledger_leaves union all select record_id from ledger_pending) as l
     where record_id is not null group by 1 having count(*) > 1 limit $1`,
    [limit],
  );
  return rows.map(({ id }) => id);
}
