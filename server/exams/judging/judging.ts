/**
 * Looks at what was handed in. Guarantees: an exam is judged by the rules once, when its window is over and all
 * is handed in; each stored result is graded again every day and held against what is stored; what is raised and
 * the mark that it was looked at are stored together, or neither is. Nothing here changes a score.
 */
import type { Severity } from '../../../detector/index.ts';
import { type Db, type Queryable, transaction } from '../../db/pool.ts';
import type { Log } from '../../log.ts';
import { stateOf, tamperingOf } from '../audit.ts';
import { type ExamRuleName, examRules } from '../rules/index.ts';
import type { ExamCode, Facts } from '../rules/rule.ts';
import { resultsOf } from '../store.ts';
import { lockForAudit, lockHeld, markCompared, markJudged, satOf } from './store.ts';

/** What is suspected, in the form that the one door for alerts takes. */
export interface ExamSuspicion {
  readonly code: ExamCode | 'dataTampering';
  readonly rule: ExamRuleName;
  readonly severity: Severity;
  readonly subject: { readonly kind: 'person' | 'institution'; readonly id: string };
  readonly region: string;
  readonly traineeId: string | null;
  readonly classId: string | null;
  readonly platformId: string | null;
  readonly facts: Facts;
  readonly at: number;
}

export interface JudgingDeps {
  readonly db: Db;
  readonly log: Log;
  readonly now: () => number;
  /** Raises alerts within the transaction; what it returns is called once that is committed. */
  readonly raise: (q: Queryable, suspicions: readonly ExamSuspicion[]) => Promise<() => void>;
}

const DAY_MS = 86_400_000;
/** In one run. */
const AUDITED_MAX = 500;
const EXAMS_MAX = 50;

/** @returns how many exams were judged. */
export async function judgeHeld({ db, now, raise, log }: JudgingDeps): Promise<number> {
  const failed: string[] = [];
  let done = 0;
  while (done + failed.length < EXAMS_MAX) {
    let id: string | null = null;
    try {
      const committed = await transaction(db, async (q) => {
        const at = now();
        const exam = await lockHeld(q, at, failed);
        if (exam === null) return null;
        id = exam.examId;
        const held = { ...exam, sat: await satOf(q, exam.examId) };
        await markCompared(q, exam.examId, at);
        return raise(q, suspicionsOf(held, at));
      });
      if (committed === null) break;
      committed();
      done += 1;
    } catch (err) {
      if (id === null) throw err;
      failed.push(id);
      log.error({ exam: id, err }, 'an exam could not be judged by its rules');
    }
  }
  return done;
}

type Held = Parameters<(typeof examRules)[number]['judge']>[0];

export function suspicionsOf(held: Held, at: number): readonly ExamSuspicion[] {
  const { examId, classId, platformId, region, institution } = held;
  return examRules.flatMap(({ name, code, severity, judge }) =>
    judge(held).map(({ sat, facts }): ExamSuspicion => {
      const head = { code, rule: name, severity, region, at };
      if (sat === null) {
        const nobody = { traineeId: null, classId: null, platformId: null };
        return {
          ...head,
          ...nobody,
          subject: { kind: 'institution', id: institution },
          facts: { exam: examId, ...facts },
        };
      }
      return {
        ...{ ...head, subject: { kind: 'person', id: sat.personKey }, traineeId: sat.traineeId, classId, platformId },
        facts: { exam: examId, sitting: sat.id, ...facts },
      };
    }),
  );
}

/** @returns how many were found changed, or changed again since people were told. */
export async function auditResults({ db, now, raise }: JudgingDeps): Promise<number> {
  const { found, committed } = await transaction(db, async (q) => {
    const at = now();
    const taken = await lockForAudit(q, at - DAY_MS, AUDITED_MAX);
    const suspicions: ExamSuspicion[] = [];
    const told = new Map<string, string | null>();
    for (const one of taken) {
      const audited = { ...one, results: await resultsOf(q, one.id) };
      const tampering = tamperingOf(audited);
      const state = tampering === null ? null : stateOf(audited, tampering);
      told.set(one.id, state);
      // What people decided about this very state holds until it is another.
      if (tampering === null || state === one.told) continue;
      const { region, traineeId, classId, examId, personKey } = one;
      suspicions.push({
        ...{ code: 'dataTampering', rule: 'examScoreChanged', severity: 'high', region, at },
        // The platform may be who changed it: people only.
        ...{ subject: { kind: 'person', id: personKey }, traineeId, classId, platformId: null },
        facts: { exam: examId, sitting: one.id, tampering },
      });
    }
    await markJudged(q, told, at);
    return { found: suspicions.length, committed: await raise(q, suspicions) };
  });
  committed();
  return found;
}
