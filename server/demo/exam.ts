/**
 * The demo's exam: one of its class, from the questions of its lessons, that a newcomer can sit at once.
 * Guarantees: a second start finds it as it was, for the terms of an exam never change; with too few questions there
 * is none.
 */
import { canonical, hashOf } from '../../ledger/canonical.ts';
import type { Item } from '../classes/item.ts';
import type { Queryable } from '../db/pool.ts';
import { putBank, putItems } from '../exams/banks/store.ts';
import { type BankItem, type Difficulty, shortagesOf } from '../exams/blueprint.ts';
import { insertExam } from '../exams/store.ts';
import { termsSchema } from '../exams/terms.ts';
import type { DemoLesson } from './lessons.ts';

export const DEMO_EXAM = 'demo-exam';
const BANK = 'demo-bank';
/** 低压电工, 四级. */
const BANK_OF = { occupationCode: '6-31-01-03', level: 4 };

/** The lists do not say how hard a question is; how it is asked says something of it. */
const difficultyOf: Readonly<Record<Item['form'], Difficulty>> = {
  single: 'easy',
  multiple: 'medium',
  number: 'medium',
  order: 'hard',
  point: 'hard',
};
const EACH = { easy: 4, medium: 4, hard: 2 } as const;

/** 2026-01-01 to 2100-01-01, UTC: a demo is open whenever it is started. */
const OPENS_AT = 1_767_225_600_000;
const CLOSES_AT = 4_102_444_800_000;
const MINUTES = 30;

export interface DemoExam {
  readonly platformId: string;
  readonly classId: string;
  /** As they are kept: pictures by their hashes. */
  readonly lessons: readonly (Pick<DemoLesson, 'title'> & { readonly questions: readonly Item[] })[];
  readonly definedAt: number;
  /** Whether whoever enrolled is asked for a face check. */
  readonly faces: boolean;
}

/** @returns its id; null: the lessons have too few questions */
export async function putDemoExam(
  q: Queryable,
  { platformId, classId, lessons, definedAt, faces }: DemoExam,
): Promise<string | null> {
  const items: BankItem[] = lessons.flatMap(({ title, questions }) =>
    questions.map((item) => ({ id: item.id, topic: title, difficulty: difficultyOf[item.form], item })),
  );
  const blueprint = lessons.flatMap(({ title: topic }) => [
    { topic, difficulty: 'easy' as const, count: EACH.easy },
    { topic, difficulty: 'medium' as const, count: EACH.medium },
    { topic, difficulty: 'hard' as const, count: EACH.hard },
  ]);
  if (shortagesOf(blueprint, items).length > 0) return null;
  await putBank(q, { platformId, id: BANK, ...BANK_OF });
  await putItems(q, platformId, BANK, items);
  const terms = canonical(
    termsSchema.parse({
      opensAt: OPENS_AT,
      closesAt: CLOSES_AT,
      durationMs: MINUTES * 60_000,
      attempts: 10,
      // Whoever tries the demo has studied nothing yet.
      contentShareMin: null,
      blueprint,
      ...(faces && { faces: {} }),
    }),
  );
  await insertExam(q, {
    id: DEMO_EXAM,
    platformId,
    classId,
    bankId: BANK,
    title: '结业考核（演示）',
    terms,
    termsHash: hashOf(terms),
    definedAt,
  });
  return DEMO_EXAM;
}
