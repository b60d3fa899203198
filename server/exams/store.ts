/**
 * Exams as they are defined, who may sit them, and what came of them. Guarantees: an exam belongs to its class's
 * own platform; terms are written once; who reads sees what is within their bounds, decided in the query.
 */
import type { Principal } from '../auth/principal.ts';
import { binder, bounds } from '../auth/scope.ts';
import type { Queryable } from '../db/pool.ts';
import type { Grade } from './grade.ts';
import type { HandedInBy } from './sitting.ts';
import { type Terms, termsSchema } from './terms.ts';

export interface Exam {
  readonly id: string;
  readonly platformId: string;
  readonly classId: string;
  readonly bankId: string;
  readonly title: string;
  readonly terms: Terms;
  readonly termsHash: string;
}
interface ExamRow extends Omit<Exam, 'terms'> {
  readonly terms: string;
}

const columns = `e.id, e.platform_id as "platformId", e.class_id as "classId", e.bank_id as "bankId", e.title,
  e.terms, e.terms_hash as "termsHash"`;
const examOf = (row: ExamRow): Exam => ({ ...row, terms: termsSchema.parse(JSON.parse(row.terms)) });

/** @returns false: the class is not this platform's, or an exam of this id is there. */
export async function insertExam(
  q: Queryable,
  exam: Omit<Exam, 'terms'> & { readonly terms: string; readonly definedAt: number },
): Promise<boolean> {
  const { rowCount } = await q.query(
    `insert into exams (id, platform_id, class_id, bank_id, title, terms, terms_hash, defined_ms)
     select $1, c.platform_id, c.id, $4, $5, $6, $7, $8 from classes c where c.id = $3 and c.platform_id = $2
     on conflict (id) do nothing`,
    [...[exam.id, exam.platformId, exam.classId, exam.bankId, exam.title, exam.terms, exam.termsHash], exam.definedAt],
  );
  return rowCount === 1;
}

export async function findExam(q: Queryable, id: string): Promise<Exam | null> {
  const { rows } = await q.query<ExamRow>(`select ${columns} from exams e where e.id = $1`, [id]);
  return rows[0] === undefined ? null : examOf(rows[0]);
}

/** The newest first. @param classId null: of every class within bounds */
export async function examsOf(q: Queryable, principal: Principal, classId: string | null): Promise<readonly Exam[]> {
  const values: unknown[] = [];
  const bind = binder(values);
  const { rows } = await q.query<ExamRow>(
    `select ${columns} from exams e join classes c on c.id = e.class_id
      where ${classId === null ? 'true' : `c.id = ${bind(classId)}`} and ${bounds(principal, bind, 'c')}
      order by e.defined_ms desc, e.id limit 200`,
    values,
  );
  return rows.map(examOf);
}

export interface Enrolled {
  readonly personKey: string;
  readonly nameSealed: Buffer;
}

/** `null`: the trainee is not on the roster of the exam's class. */
export async function findCandidate(
  q: Queryable,
  { platformId, classId }: Pick<Exam, 'platformId' | 'classId'>,
  traineeId: string,
): Promise<Enrolled | null> {
  const { rows } = await q.query<Enrolled>(
    `select t.person_key as "personKey", t.name_sealed as "nameSealed"
       from trainees t join roster r on r.trainee_id = t.id
      where t.platform_id = $1 and r.class_id = $2 and t.id = $3`,
    [platformId, classId, traineeId],
  );
  return rows[0] ?? null;
}

/** Of the lesson of which the least is credited, the share that is; 1 of a class without lessons. */
export async function contentShareOf(q: Queryable, classId: string, personKey: string): Promise<number> {
  const { rows } = await q.query<{ share: number | null }>(
    `select min(coalesce(done.ms, 0)::float8 / l.duration_ms) as share
       from class_lessons cl join lessons l on l.id = cl.lesson_id
       left join (
         select s.lesson_id, sum(sp.ms) as ms
           from sessions s join spans sp on sp.person_key = s.person_key and sp.session_id = s.id
          where s.person_key = $2 and s.class_id = $1 and sp.fate = 'credited' group by s.lesson_id
       ) done on done.lesson_id = l.id
      where cl.class_id = $1`,
    [classId, personKey],
  );
  return rows[0]?.share ?? 1;
}

// ── results ──────────────────────────────────────────────────────────────────

export interface Result {
  readonly id: string;
  readonly sittingId: string;
  /** The result that this one corrects; null: it is the first. */
  readonly corrects: string | null;
  readonly paperHash: string;
  readonly answersHash: string;
  readonly termsHash: string;
  readonly score: number;
  readonly passed: boolean;
  readonly grade: Grade;
  readonly reason: string | null;
  readonly byPerson: string | null;
  readonly at: number;
}
const resultColumns = `r.id, r.sitting_id as "sittingId", r.corrects, r.paper_hash as "paperHash",
  r.answers_hash as "answersHash", r.terms_hash as "termsHash", r.score, r.passed, r.grade, r.reason,
  r.by_person as "byPerson", r.at_ms as at`;

/** @returns false: the sitting has its first result, or another corrected the same one first. */
export async function insertResult(q: Queryable, result: Result): Promise<boolean> {
  const { rowCount } = await q.query(
    `insert into exam_results (id, sitting_id, corrects, paper_hash, answers_hash, terms_hash, score, passed, grade,
                               reason, by_person, at_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing`,
    [
      ...[result.id, result.sittingId, result.corrects, result.paperHash, result.answersHash, result.termsHash],
      ...[result.score, result.passed, JSON.stringify(result.grade), result.reason, result.byPerson, result.at],
    ],
  );
  return rowCount === 1;
}

/** All of a sitting, the first one first; the last one counts. */
export async function resultsOf(q: Queryable, sittingId: string): Promise<readonly Result[]> {
  const { rows } = await q.query<Result>(
    `select ${resultColumns} from exam_results r where r.sitting_id = $1 order by r.at_ms, r.corrects nulls first, r.id`,
    [sittingId],
  );
  return rows;
}

export interface ClassResult {
  readonly sittingId: string;
  readonly examId: string;
  readonly traineeId: string;
  readonly nameSealed: Buffer;
  readonly attempt: number;
  readonly openedAt: number;
  readonly handedInAt: number | null;
  readonly handedInBy: HandedInBy | null;
  readonly score: number | null;
  readonly passed: boolean | null;
  readonly corrected: boolean;
}

/** Of one exam, the newest sittings first. A trainee sees the own ones. */
export async function classResults(
  q: Queryable,
  principal: Principal,
  examId: string,
  limit: number,
): Promise<readonly ClassResult[]> {
  const values: unknown[] = [];
  const bind = binder(values);
  const { rows } = await q.query<ClassResult>(
    `select s.id as "sittingId", s.exam_id as "examId", s.trainee_id as "traineeId", t.name_sealed as "nameSealed",
            s.attempt, s.opened_ms as "openedAt", s.handed_in_ms as "handedInAt", s.handed_in_by as "handedInBy",
            r.score, r.passed, coalesce(r.corrects is not null, false) as corrected
       from sittings s
       join exams e on e.id = s.exam_id
       join classes c on c.id = e.class_id
       join trainees t on t.id = s.trainee_id
       left join exam_results r on r.sitting_id = s.id
            and not exists (select 1 from exam_results newer where newer.corrects = r.id)
      where e.id = ${bind(examId)} and ${bounds(principal, bind, 'c', 's.trainee_id')}
      order by s.opened_ms desc, s.id limit ${bind(limit)}`,
    values,
  );
  return rows;
}

/** Whether this exam, or the exam of this sitting, lies within bounds. */
export async function maySee(
  q: Queryable,
  principal: Principal,
  which: { readonly exam: string } | { readonly sitting: string },
): Promise<boolean> {
  const values: unknown[] = [];
  const bind = binder(values);
  const { rowCount } = await q.query(
    'exam' in which
      ? `select 1 from exams e join classes c on c.id = e.class_id
          where e.id = ${bind(which.exam)} and ${bounds(principal, bind, 'c')}`
      : `select 1 from sittings s join exams e on e.id = s.exam_id join classes c on c.id = e.class_id
          where s.id = ${bind(which.sitting)} and ${bounds(principal, bind, 'c', 's.trainee_id')}`,
    values,
  );
  return rowCount === 1;
}
