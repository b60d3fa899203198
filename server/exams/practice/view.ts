/** The shapes of practices, on the way in and on the way out. */
import { z } from 'zod';
import { idField, instantField, isoOf } from '../../auth/fields.ts';
import type { PracticeTerms } from '../terms.ts';
import type { PracticeRecord } from './mark.ts';
import type { PracticeMark } from './store.ts';

export const sha256Field = z.string().regex(/^[0-9a-f]{64}$/);
/** A file that is kept elsewhere: what is sealed is its hash. 2 GB is an hour of video. */
export const evidenceField = z.strictObject({
  sha256: sha256Field,
  type: z.string().regex(/^[a-z]+\/[a-z0-9.+-]{1,80}$/),
  bytes: z.number().int().min(1).max(2_147_483_648),
  ref: z
    .string()
    .trim()
    .min(1)
    .max(300)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u)
    .describe('存放处：档案号或地址 · where it is kept'),
});
export const reasonField = z.string().trim().min(4).max(500);

const marking = {
  place: z
    .string()
    .trim()
    .min(2)
    .max(200)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u),
  practisedAt: instantField,
  marks: z
    .record(idField, z.number().int().min(0).max(1000))
    .refine((all) => Object.keys(all).length <= 60, { message: '至多 60 项 · at most 60' }),
  evidence: z.array(evidenceField).min(1).max(20),
};
export const markingSchema = z.strictObject({ ...marking, attempt: z.number().int().min(1).max(5) });
export const markCorrectionSchema = z.strictObject({ ...marking, corrects: idField, reason: reasonField });

const instant = z.string().describe('ISO 8601, UTC, with milliseconds');
export const markedSchema = z.object({
  id: z.string(),
  score: z.number().int(),
  passed: z.boolean(),
  completed: z.boolean().describe('理论与实操均合格 · theory and practice passed'),
});

/** Of a sitting's timeline. */
export const practiceSchema = z.object({
  passMark: z.number().int(),
  attempts: z.number().int(),
  criteria: z.array(z.object({ id: z.string(), title: z.string(), points: z.number().int() })).readonly(),
  marks: z
    .array(
      z.object({
        id: z.string(),
        attempt: z.number().int(),
        corrects: z.string().nullable(),
        place: z.string(),
        practisedAt: instant,
        marks: z.record(z.string(), z.number()),
        evidence: z.array(evidenceField).readonly(),
        score: z.number().int(),
        passed: z.boolean(),
        reason: z.string().nullable(),
        byPerson: z.string(),
        at: instant,
      }),
    )
    .readonly(),
});

export function practiceView(asked: PracticeTerms, all: readonly PracticeMark[]): z.infer<typeof practiceSchema> {
  return {
    ...{ passMark: asked.passMark, attempts: asked.attempts, criteria: asked.criteria },
    marks: all.map(({ record, id, attempt, corrects, score, passed, byPerson, at }) => {
      const { place, practisedAt, marks, evidence, reason } = JSON.parse(record) as PracticeRecord;
      return {
        ...{ id, attempt, corrects, place, practisedAt: isoOf(practisedAt), marks: { ...marks }, evidence },
        ...{ score, passed, reason, byPerson, at: isoOf(at) },
      };
    }),
  };
}
