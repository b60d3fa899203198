/**
 * What staff does with exams. Guarantees: an exam that is defined can be held (its bank has what its blueprint
 * asks for, difficulties are spread); a correction never touches the result that it corrects, says why, and
 * bears a person's name.
 */
import { randomUUID } from 'node:crypto';
import { canonical, hashOf } from '../../ledger/canonical.ts';
import { isoOf } from '../auth/fields.ts';
import { shownName, type UnsealName } from '../auth/mask.ts';
import type { Principal } from '../auth/principal.ts';
import type { Person } from '../auth/scope.ts';
import { problemLines } from '../classes/bank/problem.ts';
import { transaction } from '../db/pool.ts';
import { fail } from '../errors.ts';
import { Refused } from '../refused.ts';
import { readExamBank } from './banks/bankFile.ts';
import { type BankRow, bankExists, itemsOf, knownPictures, putBank, putItems } from './banks/store.ts';
import { isSpread, shortagesOf } from './blueprint.ts';
import type { ExamsDeps } from './contract.ts';
import { isItemRight, lastAnswers } from './grade.ts';
import type { Paper } from './paper.ts';
import { isCompleted } from './practice/mark.ts';
import { marksOf } from './practice/store.ts';
import { practiceView } from './practice/view.ts';
import { addEvent, answersOf, eventsOf, findSitting, lockSitting } from './sittings/store.ts';
import {
  type Exam,
  findCandidate,
  findExam,
  insertExam,
  insertResult,
  maySee,
  type Result,
  resultsOf,
} from './store.ts';
import type { Terms } from './terms.ts';
import type { TimelineView } from './view.ts';

export interface Defined extends Pick<Exam, 'id' | 'platformId' | 'classId' | 'bankId' | 'title'> {
  readonly terms: Terms;
}

export interface Staff {
  /** Throws `examBank`. @returns how many items were read */
  importBank(bank: BankRow, bytes: Uint8Array): Promise<number>;
  /** Throws `examInvalid`, `notFound`. */
  define(exam: Defined): Promise<Exam>;
  timeline(principal: Principal, sittingId: string): Promise<TimelineView>;
  /** Throws `resultState`. @param corrects the result that is corrected */
  correct(person: Person, sittingId: string, corrects: string, score: number, reason: string): Promise<Result>;
}

export function createStaff({
  db,
  now,
  seal,
  faces,
  unsealName,
}: ExamsDeps & { readonly unsealName: UnsealName }): Staff {
  /** Masked; null: no longer on the roster. */
  async function nameOf(exam: Exam, traineeId: string): Promise<string | null> {
    return shownName((await findCandidate(db, exam, traineeId))?.nameSealed ?? null, unsealName);
  }

  return {
    async importBank(bank, bytes) {
      const { items, problems } = tableOf(bytes);
      const told = [...problemLines(problems)];
      const pictures = items.flatMap(({ item }) => (item.form === 'point' ? item.picture : []));
      const known = await knownPictures(db, pictures);
      told.push(
        ...pictures
          .filter((hash) => !known.has(hash))
          .map(
            (hash) =>
              `  - 图片 picture「${hash.slice(0, 64)}」：须先随课程题库导入 · import it with a lesson’s bank first`,
          ),
      );
      if (told.length > 0) return fail('examBank', { problems: told });
      await transaction(db, async (q) => {
        await putBank(q, bank);
        await putItems(q, bank.platformId, bank.id, items);
      });
      return items.length;
    },

    async define({ terms, ...of }) {
      const problems: string[] = [];
      if (terms.closesAt <= terms.opensAt) problems.push('closesAt：须晚于 opensAt · must be later than opensAt');
      if (terms.faces != null && faces === null)
        problems.push('faces：本服务器未启用人脸 · this server looks at no faces');
      if (!isSpread(terms.blueprint)) {
        problems.push(
          'blueprint：须有难易区分，且任一难度低于九成 · difficulties must be spread, none nine tenths or more',
        );
      }
      if (!(await bankExists(db, of.platformId, of.bankId))) return fail('notFound');
      const bank = await itemsOf(db, of.platformId, of.bankId);
      for (const { topic, difficulty, count, has } of shortagesOf(terms.blueprint, bank)) {
        problems.push(`blueprint：${topic} / ${difficulty}：${has} < ${count}`);
      }
      if (problems.length > 0) return fail('examInvalid', { problems });
      const text = canonical(terms);
      const termsHash = hashOf(text);
      if (!(await insertExam(db, { ...of, terms: text, termsHash, definedAt: now() }))) return fail('notFound');
      return { ...of, terms, termsHash };
    },

    async timeline(principal, sittingId) {
      if (principal.kind === 'trainee' || !(await maySee(db, principal, { sitting: sittingId })))
        return fail('notFound');
      const row = (await findSitting(db, sittingId)) ?? fail('notFound');
      const { items } = JSON.parse(row.paper) as Paper;
      const answers = await answersOf(db, sittingId);
      const last = lastAnswers(answers);
      const exam = (await findExam(db, row.examId)) ?? fail('internal');
      const results = await resultsOf(db, sittingId);
      const marks = await marksOf(db, sittingId);
      return {
        practice: exam.terms.practice === null ? null : practiceView(exam.terms.practice, marks),
        ...{ title: exam.title, classId: exam.classId },
        traineeName: principal.kind === 'platform' ? null : await nameOf(exam, row.traineeId),
        completed: isCompleted(exam.terms.practice, results.at(-1) ?? null, marks),
        ...{ sittingId, examId: row.examId, traineeId: row.traineeId, attempt: row.attempt },
        ...{ openedAt: isoOf(row.openedAt), deadlineAt: isoOf(row.deadlineAt), paperHash: row.paperHash },
        handedInAt: row.handedInAt === null ? null : isoOf(row.handedInAt),
        handedInBy: row.handedInBy,
        // Where a page came from stays with the rules: people see what they make of it.
        events: (await eventsOf(db, sittingId)).map(({ kind, facts: { address, network, ...facts }, at }) => ({
          ...{ kind, facts, at: isoOf(at) },
        })),
        answers: answers.flatMap((answer) => {
          const item = items[answer.n - 1];
          if (item === undefined) return [];
          const { topic, difficulty, asked } = item;
          const { seq, n, tookMs, at } = answer;
          const counts = last.get(n)?.seq === seq;
          return {
            ...{ seq, n, tookMs, topic, difficulty, counts },
            text: asked.text,
            right: isItemRight(item, answer),
            at: isoOf(at),
          };
        }),
        results: results.map(({ id, corrects, score, passed, reason, byPerson, ...rest }) => ({
          ...{ id, corrects, score, passed, reason, byPerson },
          ...{ answersHash: rest.answersHash, termsHash: rest.termsHash, at: isoOf(rest.at) },
        })),
      };
    },

    async correct(person, sittingId, corrects, score, reason) {
      if (!(await maySee(db, person, { sitting: sittingId }))) return fail('notFound');
      return transaction(db, async (q) => {
        const row = (await lockSitting(q, sittingId)) ?? fail('notFound');
        const exam = (await findExam(q, row.examId)) ?? fail('internal');
        const standing = (await resultsOf(q, sittingId)).at(-1);
        if (standing === undefined || standing.id !== corrects || row.handedInAt === null) return fail('resultState');
        const passed = score >= exam.terms.passMark;
        const result = {
          ...standing,
          ...{ id: randomUUID(), corrects, score, passed, reason, byPerson: person.personId, at: now() },
        };
        if (!(await insertResult(q, result))) return fail('resultState');
        await addEvent(q, sittingId, { kind: 'corrected', facts: { from: standing.score, to: score }, at: result.at });
        const { personKey, attempt, openedAt, handedInAt } = row;
        await seal(q, {
          ...{ personKey, classId: exam.classId, examId: exam.id },
          ...{ sittingId, attempt, openedAt, handedInAt, result },
        });
        return result;
      });
    },
  };
}

function tableOf(bytes: Uint8Array): ReturnType<typeof readExamBank> {
  try {
    return readExamBank(bytes);
  } catch (error) {
    if (error instanceof Refused) return fail('examBank', { problems: [error.message] });
    throw error;
  }
}
