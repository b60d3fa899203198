/** Other bodies' results at rest. Guarantees: only ever added to; a certificate stands once; reads within bounds. */
import type { Principal } from '../../auth/principal.ts';
import { binder, bounds } from '../../auth/scope.ts';
import type { Queryable } from '../../db/pool.ts';
import type { CompletionKind } from '../terms.ts';

export interface ClassTrainee {
  readonly personKey: string;
  readonly traineeId: string;
  readonly classId: string;
}

export interface OutsideRow extends ClassTrainee {
  readonly id: string;
  readonly corrects: string | null;
  readonly assessment: CompletionKind;
  /** Keyed hash of the number. */
  readonly certificate: string;
  readonly passed: boolean;
  /** Canonical JSON of an `OutsideRecord`. */
  readonly record: string;
  readonly at: number;
}

/** null: not on the class's roster, or the class is out of bounds. */
export async function findClassTrainee(
  q: Queryable,
  principal: Principal,
  { classId, traineeId }: Pick<ClassTrainee, 'classId' | 'traineeId'>,
): Promise<ClassTrainee | null> {
  const values: unknown[] = [];
  const bind = binder(values);
  const { rows } = await q.query<ClassTrainee>(
    `select t.person_key as "personKey", t.id as "traineeId", c.id as "classId"
       from classes c join roster r on r.class_id = c.id
       join trainees t on t.id = r.trainee_id and t.platform_id = c.platform_id
      where c.id = ${bind(classId)} and t.id = ${bind(traineeId)} and ${bounds(principal, bind, 'c', 't.id')}`,
    values,
  );
  return rows[0] ?? null;
}

const columns = `o.id, o.person_key as "personKey", o.trainee_id as "traineeId", o.class_id as "classId", o.corrects,
  o.assessment, o.certificate, o.passed, o.record, o.at_ms as at`;

export async function findOutside(q: Queryable, principal: Principal, id: string): Promise<OutsideRow | null> {
  const values: unknown[] = [];
  const bind = binder(values);
  const { rows } = await q.query<OutsideRow>(
    `select ${columns} from outside_results o join classes c on c.id = o.class_id
      where o.id = ${bind(id)} and ${bounds(principal, bind, 'c')}`,
    values,
  );
  return rows[0] ?? null;
}

/**
 * Others that stand for a certificate of this number. One import of it at a time, until the transaction ends: what
 * stands is decided over all corrections, which no index can.
 */
export async function lockCertificate(
  q: Queryable,
  { certificate, corrects }: Pick<OutsideRow, 'certificate' | 'corrects'>,
): Promise<readonly Pick<OutsideRow, 'record'>[]> {
  await q.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`certificate|${certificate}`]);
  const { rows } = await q.query<Pick<OutsideRow, 'record'>>(
    `select o.record from outside_results o where o.certificate = $1 and o.id is distinct from $2
        and not exists (select 1 from outside_results n where n.corrects = o.id)`,
    [certificate, corrects],
  );
  return rows;
}

/** @returns false: another corrected the same one first. */
export async function insertOutside(q: Queryable, row: OutsideRow): Promise<boolean> {
  const { rowCount } = await q.query(
    `insert into outside_results (id, person_key, trainee_id, class_id, corrects, assessment, certificate, passed, record, at_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
    [
      ...[row.id, row.personKey, row.traineeId, row.classId, row.corrects, row.assessment, row.certificate],
      ...[row.passed, row.record, row.at],
    ],
  );
  return rowCount === 1;
}

/** Of a class, the newest first: those that nobody corrected. A trainee sees the own ones. */
export async function outsideOf(
  q: Queryable,
  principal: Principal,
  classId: string,
  limit: number,
): Promise<readonly OutsideRow[]> {
  const values: unknown[] = [];
  const bind = binder(values);
  const { rows } = await q.query<OutsideRow>(
    `select ${columns} from outside_results o join classes c on c.id = o.class_id join trainees t on t.id = o.trainee_id
      where c.id = ${bind(classId)} and ${bounds(principal, bind, 'c', 't.id')}
        and not exists (select 1 from outside_results n where n.corrects = o.id)
      order by o.at_ms desc, o.id limit ${bind(limit)}`,
    values,
  );
  return rows;
}
