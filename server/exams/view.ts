/** The shapes of this room's answers: one schema each, for validation, OpenAPI and types. */
import { z } from 'zod';
import { type FaceChallenge, type Given, givenSchema } from '../../sdk/wire.ts';
import { isoOf } from '../auth/fields.ts';
import { forms } from '../classes/item.ts';
import { difficulties } from './blueprint.ts';
import { practiceSchema } from './practice/view.ts';
import type { OpenSitting, Shown } from './sittings/candidate.ts';
import type { Exam } from './store.ts';
import { completionKinds } from './terms.ts';

const words = z.object({ zh: z.string(), en: z.string() });
const instant = z.string().describe('ISO 8601, UTC, with milliseconds');
const tally = z.object({ right: z.number().int(), of: z.number().int() });

export const examSchema = z.object({
  id: z.string(),
  classId: z.string(),
  title: z.string(),
  bankId: z.string(),
  kind: z.enum(completionKinds),
  opensAt: instant,
  closesAt: instant,
  minutes: z.number(),
  attempts: z.number().int(),
  passMark: z.number().int(),
  items: z.number().int(),
  faces: z.boolean().describe('考试中核对人脸 · faces are asked for'),
  termsHash: z.string(),
});

export type ExamView = z.infer<typeof examSchema>;

export function examView({ id, classId, title, bankId, terms, termsHash }: Exam): z.infer<typeof examSchema> {
  return {
    ...{ id, classId, title, bankId, termsHash, kind: terms.kind },
    ...{ opensAt: isoOf(terms.opensAt), closesAt: isoOf(terms.closesAt), minutes: terms.durationMs / 60_000 },
    ...{ attempts: terms.attempts, passMark: terms.passMark },
    faces: terms.faces != null,
    items: terms.blueprint.reduce((sum, { count }) => sum + count, 0),
  };
}

/** All that a candidate is shown of an item: strict, so that a key which slipped in would fail the answer. */
const itemSchema = z.strictObject({
  n: z.number().int(),
  form: z.enum(forms),
  text: words,
  choices: z.array(z.strictObject({ id: z.string(), text: words })).readonly(),
  unit: words.optional(),
  picture: z.string().optional().describe('SHA-256 of one of `pictures`'),
});

/** Checked where it is made: its shape is in sdk/wire.ts. */
export const faceField = z.custom<FaceChallenge>().optional().describe('待完成的人脸检查 · a face check that waits');

export const openedSchema = z.strictObject({
  face: faceField,
  sittingId: z.string(),
  key: z.string().describe('由持有考试的页面保管，随每个请求发送 · held by the page, sent with each request'),
  exam: z.strictObject({ id: z.string(), title: z.string() }),
  attempt: z.number().int(),
  resumed: z.boolean(),
  items: z.array(itemSchema).readonly(),
  pictures: z
    .array(
      z.strictObject({ sha256: z.string(), type: z.string(), width: z.number(), height: z.number(), data: z.string() }),
    )
    .readonly(),
  answers: z.array(z.strictObject({ n: z.number().int(), given: givenSchema as z.ZodType<Given> })).readonly(),
  remainingMs: z.number(),
});

export function openedView({ pictures, ...rest }: OpenSitting): z.infer<typeof openedSchema> {
  return {
    ...rest,
    pictures: pictures.map(({ sha256, type, width, height, bytes }) => ({
      ...{ sha256, type, width, height, data: bytes.toString('base64') },
    })),
  };
}

/** As its candidate is told it: no key, and not which item was wrong. */
export const ownResultSchema = z.strictObject({
  score: z.number().int(),
  passed: z.boolean(),
  passMark: z.number().int(),
  topics: z.record(z.string(), tally),
  corrected: z.boolean(),
  handedInAt: instant,
  handedInBy: z.enum(['candidate', 'clock', 'stopped']),
  leafIndex: z.number().int().nullable().describe('null until the ledger holds it'),
});
export function ownResultView({ result, passMark, handedInBy, leafIndex }: Shown): z.infer<typeof ownResultSchema> {
  const { score, passed, grade, corrects, at } = result;
  return {
    score,
    passed,
    passMark,
    topics: { ...grade.topics },
    corrected: corrects !== null,
    handedInAt: isoOf(at),
    handedInBy,
    leafIndex,
  };
}

export const classResultSchema = z.object({
  sittingId: z.string(),
  traineeId: z.string(),
  traineeName: z.string().nullable(),
  attempt: z.number().int(),
  openedAt: instant,
  handedInAt: instant.nullable(),
  handedInBy: z.enum(['candidate', 'clock', 'stopped']).nullable(),
  score: z.number().int().nullable(),
  passed: z.boolean().nullable(),
  corrected: z.boolean(),
});

export type ClassResultView = z.infer<typeof classResultSchema>;

/** One sitting as staff sees it: what happened, in the order in which it did. */
export const timelineSchema = z.object({
  sittingId: z.string(),
  examId: z.string(),
  title: z.string(),
  classId: z.string(),
  traineeId: z.string(),
  traineeName: z.string().nullable(),
  attempt: z.number().int(),
  openedAt: instant,
  deadlineAt: instant,
  handedInAt: instant.nullable(),
  handedInBy: z.enum(['candidate', 'clock', 'stopped']).nullable(),
  paperHash: z.string(),
  events: z
    .array(
      z.object({
        at: instant,
        kind: z.string(),
        facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      }),
    )
    .readonly(),
  answers: z
    .array(
      z.object({
        at: instant,
        seq: z.number().int(),
        n: z.number().int(),
        topic: z.string(),
        difficulty: z.enum(difficulties),
        text: words,
        tookMs: z.number(),
        right: z.boolean(),
        counts: z.boolean().describe('false: changed later'),
      }),
    )
    .readonly(),
  results: z
    .array(
      z.object({
        id: z.string(),
        corrects: z.string().nullable(),
        score: z.number().int(),
        passed: z.boolean(),
        reason: z.string().nullable(),
        byPerson: z.string().nullable(),
        answersHash: z.string(),
        termsHash: z.string(),
        at: instant,
      }),
    )
    .readonly(),
  practice: practiceSchema.nullable().describe('null：不要求实操 · no practice is asked'),
  completed: z.boolean().describe('理论合格，且要求时实操合格 · theory passed, and practice where it is asked'),
});
export type TimelineView = z.infer<typeof timelineSchema>;
