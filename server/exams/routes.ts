/**
 * Staff's HTTP for exams. Guarantees: a platform imports banks and defines exams for its own classes alone;
 * people and platforms read what lies within their bounds; a reviewer corrects, nobody else.
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { idField, instantField, isoOf } from '../auth/fields.ts';
import { shownName, type UnsealName } from '../auth/mask.ts';
import type { Auth } from '../auth/principal.ts';
import type { Db } from '../db/pool.ts';
import { fail } from '../errors.ts';
import type { Launches } from '../gateway/launch.ts';
import type { Tickets } from '../gateway/tickets.ts';
import { errorResponses } from '../http/schemas.ts';
import { answerPreflights, openToAnyOrigin } from './anyOrigin.ts';
import type { ExamLimits } from './limits.ts';
import { platformOnly, reviewerOnly } from './roles.ts';
import type { Staff } from './staff.ts';
import { classResults, examsOf, findCandidate, findExam, maySee } from './store.ts';
import { termsSchema } from './terms.ts';
import { classResultSchema, examSchema, examView, timelineSchema } from './view.ts';

const TABLE_BYTES_MAX = 5 * 1024 * 1024;
const TABLE_TYPES = [
  'text/csv',
  'application/octet-stream',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
];
const RESULTS_MAX = 2000;
const tags = ['exams'];

export interface StaffRoutesDeps {
  readonly auth: Auth;
  readonly db: Db;
  readonly staff: Staff;
  readonly tickets: Pick<Tickets, 'mintExam'>;
  readonly launches: Pick<Launches, 'signExam' | 'verifyExam'>;
  readonly unsealName: UnsealName;
  readonly limits: Pick<ExamLimits, 'address' | 'opening'>;
}

export function staffRoutes(deps: StaffRoutesDeps): FastifyPluginAsyncZod {
  const { auth, db, staff, tickets, launches, unsealName, limits } = deps;

  return async (app) => {
    for (const type of TABLE_TYPES) {
      app.addContentTypeParser(type, { parseAs: 'buffer', bodyLimit: TABLE_BYTES_MAX }, (_request, body, done) => {
        done(null, body);
      });
    }
    app.addHook('onSend', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });

    app.put(
      '/v1/exams/banks/:id',
      {
        bodyLimit: TABLE_BYTES_MAX,
        schema: {
          tags,
          summary: '导入考试题库（CSV 或 XLSX） · imports a bank of items, all or nothing',
          description:
            '列同课程题库，另有“知识点 topic”“难度 difficulty”（易/中/难）· The columns of a lesson’s bank, and topic and difficulty.',
          security: [{ bearer: [] }],
          params: z.object({ id: idField }),
          querystring: z.object({ occupationCode: idField, level: z.coerce.number().int().min(1).max(5) }),
          body: z.instanceof(Buffer).meta({ type: 'string', format: 'binary' }),
          response: { 200: z.object({ id: z.string(), imported: z.number().int() }), ...errorResponses },
        },
      },
      async (request) => {
        const platformId = platformOnly(await auth.principal(request));
        const { id } = request.params;
        return { id, imported: await staff.importBank({ platformId, id, ...request.query }, request.body) };
      },
    );

    app.post(
      '/v1/exams',
      {
        schema: {
          tags,
          summary: '为班级设置考试 · defines an exam for a class; its terms never change',
          security: [{ bearer: [] }],
          body: z.strictObject({
            id: idField,
            classId: idField,
            bankId: idField,
            title: z.string().trim().min(1).max(200),
            opensAt: instantField,
            closesAt: instantField,
            minutes: z.number().int().min(5).max(480),
            kind: termsSchema.shape.kind,
            attempts: termsSchema.shape.attempts,
            passMark: termsSchema.shape.passMark,
            contentShareMin: termsSchema.shape.contentShareMin,
            offlineShareMin: termsSchema.shape.offlineShareMin,
            faces: termsSchema.shape.faces,
            practice: termsSchema.shape.practice,
            blueprint: termsSchema.shape.blueprint,
          }),
          response: { 201: z.object({ exam: examSchema }), ...errorResponses },
        },
      },
      async (request, reply) => {
        const platformId = platformOnly(await auth.principal(request));
        const { id, classId, bankId, title, minutes, ...rest } = request.body;
        const terms = { ...rest, durationMs: minutes * 60_000 };
        const exam = await staff.define({ id, platformId, classId, bankId, title, terms });
        return reply.status(201).send({ exam: examView(exam) });
      },
    );

    app.get(
      '/v1/exams',
      {
        schema: {
          tags,
          summary: '范围内的考试，可按班级 · exams within bounds, of a class or of all',
          querystring: z.object({ classId: idField.optional() }),
          response: { 200: z.object({ exams: z.array(examSchema) }), ...errorResponses },
        },
      },
      async (request) => {
        const exams = await examsOf(db, await auth.principal(request), request.query.classId ?? null);
        return { exams: exams.map(examView) };
      },
    );

    app.post(
      '/v1/exams/:id/tickets',
      {
        schema: {
          tags,
          summary: '领取考试凭证 · a ticket for one trainee and this exam, for a platform without a signing key',
          security: [{ bearer: [] }],
          params: z.object({ id: idField }),
          body: z.strictObject({ traineeId: idField }),
          response: {
            200: z.object({
              ticket: z.string(),
              launch: z.string().describe('Traded for a fresh ticket at each load.'),
            }),
            ...errorResponses,
          },
        },
      },
      async (request) => {
        const platformId = platformOnly(await auth.principal(request));
        const scope = await scopeOf(platformId, request.params.id, request.body.traineeId);
        return { ticket: tickets.mintExam(scope), launch: launches.signExam(scope) };
      },
    );

    answerPreflights(app, ['/v1/exams/launch']);
    app.post(
      '/v1/exams/launch',
      {
        onRequest: openToAnyOrigin,
        schema: {
          tags,
          summary: '考试链接换取凭证 · trades a launch link for a fresh ticket',
          body: z.strictObject({ launch: z.string().min(16).max(4096) }),
          response: { 200: z.object({ ticket: z.string(), exam: examSchema }), ...errorResponses },
        },
      },
      async (request) => {
        if (!limits.address.take(request.ip)) return fail('tooFrequent', { retryAfterMs: 1_000 });
        const { platformId, traineeId, examId } = launches.verifyExam(request.body.launch);
        if (!limits.opening.take(`launch|${platformId}|${traineeId}|${examId}`)) {
          return fail('tooFrequent', { retryAfterMs: 3_000 });
        }
        const scope = await scopeOf(platformId, examId, traineeId);
        const exam = (await findExam(db, examId)) ?? fail('ticketScope');
        return { ticket: tickets.mintExam(scope), exam: examView(exam) };
      },
    );

    app.get(
      '/v1/exams/:id/results',
      {
        schema: {
          tags,
          summary: '考试成绩 · results of an exam; a trainee sees the own ones',
          params: z.object({ id: idField }),
          response: {
            200: z.object({ results: z.array(classResultSchema), truncated: z.boolean() }),
            ...errorResponses,
          },
        },
      },
      async (request) => {
        const principal = await auth.principal(request);
        if (principal.kind !== 'trainee' && !(await maySee(db, principal, { exam: request.params.id }))) {
          return fail('notFound');
        }
        const rows = await classResults(db, principal, request.params.id, RESULTS_MAX + 1);
        const results = rows.slice(0, RESULTS_MAX).map(({ examId, nameSealed, openedAt, handedInAt, ...row }) => ({
          ...row,
          traineeName: principal.kind === 'platform' ? null : shownName(nameSealed, unsealName),
          openedAt: isoOf(openedAt),
          handedInAt: handedInAt === null ? null : isoOf(handedInAt),
        }));
        return { results, truncated: rows.length > RESULTS_MAX };
      },
    );

    app.get(
      '/v1/exams/sittings/:id',
      {
        schema: {
          tags,
          summary: '一次考试的时间线 · one sitting: what was asked, answered and seen, in order',
          params: z.object({ id: idField }),
          response: { 200: timelineSchema, ...errorResponses },
        },
      },
      async (request) => staff.timeline(await auth.principal(request), request.params.id),
    );

    app.post(
      '/v1/exams/sittings/:id/corrections',
      {
        schema: {
          tags,
          summary: '更正成绩，须说明理由 · corrects a result; it names the one that it corrects',
          params: z.object({ id: idField }),
          body: z.strictObject({
            corrects: idField,
            score: z.number().int().min(0).max(100),
            reason: z.string().trim().min(4).max(500),
          }),
          response: { 201: z.object({ id: z.string() }), ...errorResponses },
        },
      },
      async (request, reply) => {
        const person = reviewerOnly(await auth.principal(request));
        const { corrects, score, reason } = request.body;
        const { id } = await staff.correct(person, request.params.id, corrects, score, reason);
        return reply.status(201).send({ id });
      },
    );
  };

  async function scopeOf(platformId: string, examId: string, traineeId: string) {
    const exam = await findExam(db, examId);
    if (exam === null || exam.platformId !== platformId) return fail('ticketScope');
    if ((await findCandidate(db, exam, traineeId)) === null) return fail('ticketScope');
    return { platformId, traineeId, classId: exam.classId, examId };
  }
}
