/**
 * Other bodies' results, and who completed a class. Guarantees: a platform brings results for its own trainees, a
 * reviewer for those of the region; nobody sees a certificate's whole number.
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { idField, isoOf } from '../../auth/fields.ts';
import { shownName, type UnsealName } from '../../auth/mask.ts';
import type { Auth } from '../../auth/principal.ts';
import type { Db } from '../../db/pool.ts';
import { errorResponses } from '../../http/schemas.ts';
import { completionsOf } from '../completions/store.ts';
import { evidenceField, reasonField } from '../practice/view.ts';
import { completionKinds } from '../terms.ts';
import type { Outside, OutsideRecord } from './outside.ts';
import { outsideOf } from './store.ts';

const LIST_MAX = 2000;
const tags = ['exams'];

const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u);
const brought = {
  assessment: z.enum(completionKinds),
  issuer: z.strictObject({
    name: line(120).describe('发证机构 · the body that issued it'),
    code: z
      .string()
      .regex(/^[0-9A-HJ-NPQRTUWXY]{18}$/)
      .nullable()
      .default(null)
      .describe('统一社会信用代码 · unified social credit code'),
  }),
  number: line(64).describe('证书编号，只保留掩码与带密钥的哈希 · kept masked, and as a keyed hash'),
  issued: z.iso.date(),
  occupationCode: idField.nullable().default(null),
  level: z.number().int().min(1).max(5).nullable().default(null),
  score: z.number().min(0).max(1000).nullable().default(null),
  passed: z.boolean(),
  document: evidenceField,
};

const outsideSchema = z.object({
  id: z.string(),
  traineeId: z.string(),
  assessment: z.enum(completionKinds),
  issuer: z.object({ name: z.string(), code: z.string().nullable() }),
  number: z.string().describe('掩码 · masked'),
  issued: z.string(),
  occupationCode: z.string().nullable(),
  level: z.number().nullable(),
  score: z.number().nullable(),
  passed: z.boolean(),
  document: evidenceField,
  by: z.enum(['platform', 'person']),
  corrects: z.string().nullable(),
  reason: z.string().nullable(),
  at: z.string(),
});

const sittingSchema = z.object({
  examId: z.string(),
  sittingId: z.string(),
  traineeId: z.string(),
  traineeName: z.string().nullable(),
  assessment: z.enum(completionKinds),
  theoryPassed: z.boolean(),
  practicePassed: z.boolean().nullable().describe('null：不要求实操 · no practice is asked'),
  completed: z.boolean(),
});

export function outsideRoutes({
  auth,
  db,
  outside,
  unsealName,
}: {
  readonly auth: Auth;
  readonly db: Db;
  readonly outside: Outside;
  readonly unsealName: UnsealName;
}): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/v1/exams/outside-results',
      {
        schema: {
          tags,
          summary: '导入其他机构的考核结果 · imports a result that another body gave; it names its source',
          body: z.strictObject({ classId: idField, traineeId: idField, ...brought }),
          response: { 201: z.object({ id: z.string() }), ...errorResponses },
        },
      },
      async (request, reply) => {
        const { classId, traineeId, ...rest } = request.body;
        const id = await outside.bring(await auth.principal(request), { classId, traineeId }, rest);
        return reply.status(201).send({ id });
      },
    );

    app.post(
      '/v1/exams/outside-results/:id/corrections',
      {
        schema: {
          tags,
          summary: '更正导入的结果，须说明理由 · corrects an imported result; it names the one that it corrects',
          params: z.object({ id: idField }),
          body: z.strictObject({ ...brought, reason: reasonField }),
          response: { 201: z.object({ id: z.string() }), ...errorResponses },
        },
      },
      async (request, reply) => {
        const { reason, ...rest } = request.body;
        const id = await outside.correct(await auth.principal(request), request.params.id, rest, reason);
        return reply.status(201).send({ id });
      },
    );

    app.get(
      '/v1/exams/completions',
      {
        schema: {
          tags,
          summary:
            '班级的考核结果：本平台考试与其他机构结果 · what completed a class: exams of ours, and other bodies’ results',
          querystring: z.object({ classId: idField }),
          response: {
            200: z.object({
              sittings: z.array(sittingSchema),
              outside: z.array(outsideSchema),
              truncated: z.boolean(),
            }),
            ...errorResponses,
          },
        },
      },
      async (request) => {
        const principal = await auth.principal(request);
        const { classId } = request.query;
        const sat = await completionsOf(db, principal, classId, LIST_MAX + 1);
        const elsewhere = await outsideOf(db, principal, classId, LIST_MAX + 1);
        return {
          sittings: sat.slice(0, LIST_MAX).map(({ nameSealed, ...row }) => ({
            ...row,
            traineeName: principal.kind === 'platform' ? null : shownName(nameSealed, unsealName),
          })),
          outside: elsewhere.slice(0, LIST_MAX).map(({ id, traineeId, corrects, record, at }) => {
            const { number, by, ...rest } = JSON.parse(record) as OutsideRecord;
            return { id, traineeId, ...rest, number: number.masked, by: by.kind, corrects, at: isoOf(at) };
          }),
          truncated: Math.max(sat.length, elsewhere.length) > LIST_MAX,
        };
      },
    );
  };
}
