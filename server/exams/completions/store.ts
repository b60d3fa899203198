/**
 * Who of a class completed it, and by what: an exam of ours, or another body's result. Guarantees: one row for each
 * sitting and each imported result, never added up into one another; bounds in the query.
 */
import type { Principal } from '../../auth/principal.ts';
import { binder, bounds } from '../../auth/scope.ts';
import type { Queryable } from '../../db/pool.ts';
import { type CompletionKind, termsSchema } from '../terms.ts';

export interface SittingCompletion {
  readonly examId: string;
  readonly sittingId: string;
  readonly traineeId: string;
  readonly nameSealed: Buffer;
  readonly assessment: CompletionKind;
  readonly theoryPassed: boolean;
  /** null: not asked for. */
  readonly practicePassed: boolean | null;
  readonly completed: boolean;
}

/** Of sittings that were handed in, the newest first. A trainee sees the own ones. */
export async function completionsOf(
  q: Queryable,
  principal: Principal,
  classId: string,
  limit: number,
): Promise<readonly SittingCompletion[]> {
  const values: unknown[] = [];
  const bind = binder(values);
  const { rows } = await q.query<
    Pick<SittingCompletion, 'examId' | 'sittingId' | 'traineeId' | 'nameSealed' | 'theoryPassed'> & {
      terms: string;
      practised: boolean;
    }
  >(
    `select e.id as "examId", s.id as "sittingId", s.trainee_id as "traineeId", t.name_sealed as "nameSealed", e.terms,
            r.passed as "theoryPassed",
            exists (select 1 from practice_marks m where m.sitting_id = s.id and m.passed
                      and not exists (select 1 from practice_marks n where n.corrects = m.id)) as practised
       from sittings s join exams e on e.id = s.exam_id join classes c on c.id = e.class_id
       join trainees t on t.id = s.trainee_id
       join exam_results r on r.sitting_id = s.id
            and not exists (select 1 from exam_results newer where newer.corrects = r.id)
      where c.id = ${bind(classId)} and ${bounds(principal, bind, 'c', 's.trainee_id')}
      order by s.opened_ms desc, s.id limit ${bind(limit)}`,
    values,
  );
  return rows.map(({ terms, practised, ...row }) => {
    const { kind, practice } = termsSchema.parse(JSON.parse(terms));
    const practicePassed = practice === null ? null : practised;
    return { ...row, assessment: kind, practicePassed, completed: row.theoryPassed && practicePassed !== false };
  });
}
