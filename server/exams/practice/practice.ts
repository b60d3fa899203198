/**
 * The practice part, marked by an examiner: a reviewer within whose region the class lies. Guarantees: it is marked
 * for a candidate whose theory was handed in, under the sitting's lock; whoever was drawn to supervise the exam
 * does not mark it; a correction never touches what it corrects and says why; stored together with its leaf or not.
 */
import { randomUUID } from 'node:crypto';
import type { Person } from '../../auth/scope.ts';
import { type Queryable, transaction } from '../../db/pool.ts';
import { fail } from '../../errors.ts';
import type { ExamsDeps } from '../contract.ts';
import { addEvent, lockSitting } from '../sittings/store.ts';
import { findExam, maySee, resultsOf } from '../store.ts';
import { supervisorOf } from '../supervision/store.ts';
import { isCompleted, type Marking, problemsOf, recordText, scored } from './mark.ts';
import { insertMark, marksOf, type PracticeMark } from './store.ts';

export interface Marked {
  readonly mark: PracticeMark;
  /** Theory and practice passed. */
  readonly completed: boolean;
}

export interface Practices {
  /** Throws `practiceInvalid`, `practiceState`, `practiceSupervisor`. @param attempt from 1: the next one of this sitting */
  mark(person: Person, sittingId: string, attempt: number, marking: Marking): Promise<Marked>;
  correct(person: Person, sittingId: string, corrects: string, marking: Marking, reason: string): Promise<Marked>;
}

export function createPractices({ db, now, sealRecord }: Pick<ExamsDeps, 'db' | 'now' | 'sealRecord'>): Practices {
  async function entered(
    q: Queryable,
    person: Person,
    sittingId: string,
    of: { readonly attempt: number } | { readonly corrects: string; readonly reason: string },
    marking: Marking,
  ): Promise<Marked> {
    const row = (await lockSitting(q, sittingId)) ?? fail('notFound');
    const exam = (await findExam(q, row.examId)) ?? fail('internal');
    const asked =
      exam.terms.practice ?? fail('practiceInvalid', { problems: ['本考试没有实操 · no practice is asked'] });
    const at = now();
    const problems = problemsOf(asked, marking, at);
    if (problems.length > 0) return fail('practiceInvalid', { problems });
    if ((await supervisorOf(q, exam.id)) === person.personId) return fail('practiceSupervisor');
    const theory = (await resultsOf(q, sittingId)).at(-1) ?? fail('practiceState');
    const before = await marksOf(q, sittingId);
    const corrected = 'corrects' in of ? (before.find(({ id }) => id === of.corrects) ?? fail('practiceState')) : null;
    const next = before.reduce((most, { attempt }) => Math.max(most, attempt), 0) + 1;
    const attempt = 'attempt' in of ? of.attempt : (corrected?.attempt ?? next);
    if ('attempt' in of && (attempt !== next || attempt > asked.attempts)) return fail('practiceState');
    const reason = 'reason' in of ? of.reason : null;
    const { place, practisedAt, marks, evidence } = marking;
    const mark: PracticeMark = {
      ...{ id: randomUUID(), sittingId, attempt, corrects: corrected?.id ?? null, theory: theory.id },
      record: recordText({
        ...{ sitting: sittingId, attempt, place, practisedAt, marks, evidence },
        ...{ examiner: person.personId, reason },
      }),
      ...{ ...scored(asked, marks), byPerson: person.personId, at },
    };
    if (!(await insertMark(q, mark))) return fail('practiceState');
    await addEvent(q, sittingId, { kind: 'practice', facts: { attempt, score: mark.score, passed: mark.passed }, at });
    await sealRecord(q, {
      ...{ kind: 'practice', personKey: row.personKey, classId: exam.classId, examId: exam.id },
      ...{ termsHash: exam.termsHash, ...mark },
    });
    return { mark, completed: isCompleted(asked, theory, [...before, mark]) };
  }

  return {
    async mark(person, sittingId, attempt, marking) {
      if (!(await maySee(db, person, { sitting: sittingId }))) return fail('notFound');
      return transaction(db, (q) => entered(q, person, sittingId, { attempt }, marking));
    },
    async correct(person, sittingId, corrects, marking, reason) {
      if (!(await maySee(db, person, { sitting: sittingId }))) return fail('notFound');
      return transaction(db, (q) => entered(q, person, sittingId, { corrects, reason }, marking));
    },
  };
}
