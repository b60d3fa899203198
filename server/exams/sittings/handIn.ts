/**
 * A sitting comes to its result. Guarantees: whether the candidate or the clock hands in, the same happens, in
 * the caller's transaction: what was saved is graded, the result is stored once, and left to the ledger.
 */

import { randomUUID } from 'node:crypto';
import { answersHash } from '../../../ledger/examLeaf.ts';
import type { Queryable } from '../../db/pool.ts';
import type { ExamsDeps } from '../contract.ts';
import { grade, type SavedAnswer } from '../grade.ts';
import { endIdentity } from '../identity/end.ts';
import { type Paper, paperHash } from '../paper.ts';
import type { Sitting } from '../sitting.ts';
import { type Exam, insertResult, type Result } from '../store.ts';
import { addEvent, answersOf, type SittingRow, writeState } from './store.ts';

type HandedIn = Extract<Sitting, { phase: 'handedIn' }>;

/** @param next as the state machine decided */
export async function handIn(
  q: Queryable,
  { now, seal }: Pick<ExamsDeps, 'now' | 'seal'>,
  exam: Exam,
  row: SittingRow,
  next: HandedIn,
): Promise<Result> {
  await endIdentity(q, row.id, next.at, next.by);
  const answers = await answersOf(q, row.id);
  const result = resultOf(exam, row, answers, now());
  await writeState(q, row.id, next);
  await addEvent(q, row.id, { kind: 'handedIn', facts: { by: next.by, answers: answers.length }, at: next.at });
  // A sitting is handed in once, under its lock: a second result would be a fault.
  if (!(await insertResult(q, result))) throw new Error('a sitting has a result already');
  const { id: sittingId, personKey, attempt, openedAt } = row;
  await seal(q, {
    ...{ personKey, classId: exam.classId, examId: exam.id, sittingId, attempt, openedAt },
    ...{ handedInAt: next.at, result },
  });
  return result;
}

export function resultOf(
  exam: Pick<Exam, 'terms' | 'termsHash'>,
  row: Pick<SittingRow, 'id' | 'paper'>,
  answers: readonly SavedAnswer[],
  at: number,
): Result {
  const graded = grade(JSON.parse(row.paper) as Paper, answers, exam.terms.passMark);
  return {
    id: randomUUID(),
    sittingId: row.id,
    corrects: null,
    paperHash: paperHash(row.paper),
    answersHash: answersHash(answers),
    termsHash: exam.termsHash,
    score: graded.score,
    passed: graded.passed,
    grade: graded,
    reason: null,
    byPerson: null,
    at,
  };
}
