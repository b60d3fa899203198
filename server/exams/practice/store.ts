/** Practices at rest. Guarantees: only ever added to; one first mark for each attempt, one correction for each mark. */
import type { Queryable } from '../../db/pool.ts';

export interface PracticeMark {
  readonly id: string;
  readonly sittingId: string;
  readonly attempt: number;
  readonly corrects: string | null;
  /** The theory's result that stood when it was marked. */
  readonly theory: string;
  /** Canonical JSON of a `PracticeRecord`. */
  readonly record: string;
  readonly score: number;
  readonly passed: boolean;
  readonly byPerson: string;
  readonly at: number;
}

/** @returns false: another was first. */
export async function insertMark(q: Queryable, mark: PracticeMark): Promise<boolean> {
  const { rowCount } = await q.query(
    `insert into practice_marks (id, sitting_id, attempt, corrects, theory, record, score, passed, by_person, at_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
    [
      ...[mark.id, mark.sittingId, mark.attempt, mark.corrects, mark.theory, mark.record],
      ...[mark.score, mark.passed, mark.byPerson, mark.at],
    ],
  );
  return rowCount === 1;
}

/** All of a sitting, in the order in which they were entered. */
export async function marksOf(q: Queryable, sittingId: string): Promise<readonly PracticeMark[]> {
  const { rows } = await q.query<PracticeMark>(
    `select id, sitting_id as "sittingId", attempt, corrects, theory, record, score, passed, by_person as "byPerson",
            at_ms as at
       from practice_marks where sitting_id = $1 order by at_ms, attempt, corrects nulls first, id`,
    [sittingId],
  );
  return rows;
}
