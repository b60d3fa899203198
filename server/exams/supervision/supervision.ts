/**
 * Supervisors of an exam. Guarantees: the server draws, nobody chooses: nobody draws until the right one comes,
 * nor from a list that the same reviewer made short; a redraw says why; each drawing is recorded with its commitment
 * before anybody hears of it; only who was drawn last reports, from the opening on.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Person } from '../../auth/scope.ts';
import { transaction } from '../../db/pool.ts';
import { fail } from '../../errors.ts';
import type { ExamsDeps } from '../contract.ts';
import { findExam, maySee } from '../store.ts';
import { commitmentOf, drawnOf, eligibleText, withoutLast } from './draw.ts';
import {
  type Draw,
  drawnLast,
  drawsOf,
  eligibleFor,
  findStanding,
  insertDraw,
  insertRecusal,
  insertReport,
  keptOthersAway,
  lockExam,
  type Report,
} from './store.ts';

/** Of one exam by one reviewer: the first, and one instead. */
const OWN_DRAWS_MAX = 2;

export interface Supervision {
  /** Throws `drawNobody`, `drawOther`, `drawState`. @param reason of a redraw; null: the first drawing */
  draw(person: Person, examId: string, reason: string | null): Promise<Draw>;
  /** Throws `drawState` before the exam opens. */
  report(person: Person, drawId: string, seen: Pick<Report, 'attended' | 'remarks'>): Promise<Report>;
  /** Throws `notFound`. */
  recuse(person: Person, of: { username: string; institution: string; reason: string }): Promise<void>;
}

export function createSupervision({ db, now }: Pick<ExamsDeps, 'db' | 'now'>): Supervision {
  return {
    async draw(person, examId, reason) {
      if (!(await maySee(db, person, { exam: examId }))) return fail('notFound');
      return transaction(db, async (q) => {
        await lockExam(q, examId);
        const exam = (await findExam(q, examId)) ?? fail('notFound');
        const at = now();
        const draws = await drawsOf(q, examId);
        const before = draws.at(-1);
        if (at >= exam.terms.closesAt || (before === undefined) !== (reason === null)) return fail('drawState');
        const own = draws.filter(({ byPerson }) => byPerson === person.personId).length;
        if (own >= OWN_DRAWS_MAX || (await keptOthersAway(q, examId, person.personId))) return fail('drawOther');
        const eligible = withoutLast(await eligibleFor(q, examId), await drawnLast(q, examId));
        const drawing = { examId, nth: (before?.nth ?? 0) + 1, eligible };
        const seed = randomBytes(32);
        const drawn = drawnOf(seed, drawing) ?? fail('drawNobody');
        const draw: Draw = {
          ...{ id: randomUUID(), examId, nth: drawing.nth, eligible: eligibleText(eligible), seed },
          ...{ commitment: commitmentOf(seed, drawing), drawn, reason, byPerson: person.personId, at },
        };
        await insertDraw(q, draw);
        return draw;
      });
    },

    async report(person, drawId, { attended, remarks }) {
      return transaction(db, async (q) => {
        const draw = await findStanding(q, drawId);
        // Whose it is not, does not learn that it is there.
        if (draw === null || draw.drawn !== person.personId) return fail('notFound');
        const exam = (await findExam(q, draw.examId)) ?? fail('internal');
        const at = now();
        if (at < exam.terms.opensAt) return fail('drawState');
        const report = { id: randomUUID(), drawId, attended, remarks, at };
        await insertReport(q, report);
        return report;
      });
    },

    async recuse(person, of) {
      if (!(await insertRecusal(db, of, person, now()))) return fail('notFound');
    },
  };
}
