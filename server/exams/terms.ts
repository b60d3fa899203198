/**
 * The terms of an exam: its policy. Guarantees: they are frozen when the exam is defined, kept as their
 * canonical bytes and named by the hash of them, so that a result says under which terms it came about.
 */
import { z } from 'zod';
import { difficulties, sizeOf } from './blueprint.ts';

/** 结业考核 · 职业资格评价 · 职业技能等级认定 · 专项职业能力考核 (十九条措施 (五)). */
export const completionKinds = ['completionExam', 'qualification', 'skillLevel', 'specialAbility'] as const;
export type CompletionKind = (typeof completionKinds)[number];

const MINUTE_MS = 60_000;
const topic = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u);

export { topic as topicField };

const quota = z.strictObject({
  topic,
  difficulty: z.enum(difficulties),
  count: z.number().int().min(1).max(200),
});
const share = z.number().min(0).max(1);

/** When faces are asked for in a sitting, and what follows when they are another person's. */
const faces = z.strictObject({
  atStart: z.boolean().default(true),
  /** At so many moments in between, drawn by the server for each sitting. */
  atRandom: z.number().int().min(0).max(10).default(1),
  atHandIn: z.boolean().default(true),
  /** So many judged checks that were another person's, or no live one's, raise an alert. */
  mismatches: z.number().int().min(1).max(5).default(2),
  /** Then: it goes on, and a person determines; or it is handed in as it stands, and a person determines. */
  onMismatch: z.enum(['goOn', 'stop']).default('goOn'),
});
export type FaceTerms = z.infer<typeof faces>;
const word = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u);

/** What an examiner marks on site (实操). */
const practiceSchema = z.strictObject({
  /** Points of 100. */
  passMark: z.number().int().min(1).max(100).default(60),
  attempts: z.number().int().min(1).max(5).default(1),
  criteria: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[A-Za-z0-9_-]{1,40}$/),
        title: word(100),
        /** The most that it gives. */
        points: z.number().int().min(1).max(1000),
      }),
    )
    .min(1)
    .max(60)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, {
      message: '评分项编号只能出现一次 · each criterion once',
    }),
});
export type PracticeTerms = z.infer<typeof practiceSchema>;

export const termsSchema = z.strictObject({
  kind: z.enum(completionKinds).default('completionExam'),
  /** From when (included) until when (excluded) it may be opened; nothing is saved after its end. */
  opensAt: z.number().int().min(0),
  closesAt: z.number().int().min(0),
  durationMs: z
    .number()
    .int()
    .min(5 * MINUTE_MS)
    .max(8 * 60 * MINUTE_MS),
  attempts: z.number().int().min(1).max(10).default(1),
  /** Points of 100. */
  passMark: z.number().int().min(1).max(100).default(60),
  /** Of each lesson so much must be credited before (在完成培训内容后); null: not asked. */
  contentShareMin: share.nullable().default(0.9),
  /** Of the class's hours so much must be attended in a classroom; null: not asked. */
  offlineShareMin: share.nullable().default(null),
  /** Absent or null: no faces. Absent, not defaulted: the hash of terms that were written before stays what it is. */
  faces: faces.nullable().optional(),
  /** null: no practice is asked for. Terms of before there was practice have none. */
  practice: practiceSchema.nullable().default(null),
  blueprint: z
    .array(quota)
    .min(1)
    .max(100)
    .refine((all) => sizeOf(all) <= 300, { message: '至多 300 题 · at most 300 items' })
    .refine((all) => new Set(all.map((one) => `${one.difficulty}|${one.topic}`)).size === all.length, {
      message: '同一知识点与难度只能出现一次 · each topic and difficulty once',
    }),
});
export type Terms = z.infer<typeof termsSchema>;
