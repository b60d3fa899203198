/**
 * Supervision's HTTP. Guarantees: a reviewer of the region draws; until the exam is over nobody but people of the
 * region learns who was drawn, and everybody within bounds sees the commitment; whoever was drawn sees the own tasks.
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { idField, isoOf } from '../../auth/fields.ts';
import type { Auth } from '../../auth/principal.ts';
import type { Db } from '../../db/pool.ts';
import { fail } from '../../errors.ts';
import { errorResponses } from '../../http/schemas.ts';
import { reasonField } from '../practice/view.ts';
import { personOnly, reviewerOnly } from '../roles.ts';
import { findExam, maySee } from '../store.ts';
import { eligibleHash } from './draw.ts';
import { drawsOf, reportsOf, tasksOf } from './store.ts';
import type { Supervision } from './supervision.ts';

const tags = ['exams'];
const drawSchema = z.object({
  id: z.string(),
  nth: z.number().int(),
  commitment: z.string().describe('抽取种子的承诺（SHA-256） · commits to the seed'),
  eligibleHash: z.string(),
  eligibleCount: z.number().int(),
  drawn: z.string().nullable().describe('考试结束前仅本区划人员可见 · until the exam is over, for people only'),
  eligible: z.array(z.string()).nullable().describe('考试结束后公布 · told once the exam is over'),
  seed: z.string().nullable().describe('考试结束后公布 · told once the exam is over'),
  reason: z.string().nullable(),
  at: z.string(),
  reports: z
    .array(z.object({ attended: z.boolean(), remarks: z.string(), at: z.string() }))
    .describe('督导记录 · what the drawn person saw'),
});
export type DrawView = z.infer<typeof drawSchema>;

const taskSchema = z.object({
  drawId: z.string(),
  examId: z.string(),
  title: z.string(),
  className: z.string(),
  institution: z.string(),
  opensAt: z.string(),
  closesAt: z.string(),
  reports: z.number().int(),
});
export type TaskView = z.infer<typeof taskSchema>;

interface Deps {
  readonly auth: Auth;
  readonly db: Db;
  readonly now: () => number;
  readonly supervision: Supervision;
}

export function supervisionRoutes({ auth, db, now, supervision }: Deps): FastifyPluginAsyncZod {
  async function shown(examId: string, toPeople: boolean): Promise<DrawView[]> {
    const exam = (await findExam(db, examId)) ?? fail('notFound');
    const over = now() >= exam.terms.closesAt;
    const draws = await drawsOf(db, examId);
    const reports = await reportsOf(
      db,
      draws.map(({ id }) => id),
    );
    return draws.map(({ id, nth, commitment, eligible: text, drawnName, drawn, seed, reason, at }) => {
      const eligible = JSON.parse(text) as string[];
      return {
        ...{ id, nth, commitment, eligibleHash: eligibleHash(eligible), eligibleCount: eligible.length },
        drawn: toPeople ? drawnName : over ? drawn : null,
        eligible: over ? eligible : null,
        seed: over ? seed.toString('hex') : null,
        // What people write is between people.
        reason: toPeople ? reason : null,
        at: isoOf(at),
        reports: reports
          .filter(({ drawId }) => toPeople && drawId === id)
          .map((one) => ({ attended: one.attended, remarks: one.remarks, at: isoOf(one.at) })),
      };
    });
  }

  return async (app) => {
    app.post(
      '/v1/exams/:id/supervision',
      {
        schema: {
          tags,
          summary: '随机抽取督导人员；重新抽取须说明理由 · draws a supervisor; a redraw says why',
          params: z.object({ id: idField }),
          body: z.strictObject({ reason: reasonField.nullable().default(null) }),
          response: { 201: z.object({ draws: z.array(drawSchema) }), ...errorResponses },
        },
      },
      async (request, reply) => {
        const person = reviewerOnly(await auth.principal(request));
        await supervision.draw(person, request.params.id, request.body.reason);
        return reply.status(201).send({ draws: await shown(request.params.id, true) });
      },
    );

    app.get(
      '/v1/exams/:id/supervision',
      {
        schema: {
          tags,
          summary: '督导抽取记录 · drawings of supervisors',
          params: z.object({ id: idField }),
          response: { 200: z.object({ draws: z.array(drawSchema) }), ...errorResponses },
        },
      },
      async (request) => {
        const principal = await auth.principal(request);
        if (principal.kind === 'trainee' || !(await maySee(db, principal, { exam: request.params.id }))) {
          return fail('notFound');
        }
        return { draws: await shown(request.params.id, principal.kind === 'person') };
      },
    );

    app.get(
      '/v1/exams/supervisions',
      {
        schema: {
          tags,
          summary: '我的督导任务 · what I was drawn for',
          response: { 200: z.object({ tasks: z.array(taskSchema) }), ...errorResponses },
        },
      },
      async (request) => {
        const person = personOnly(await auth.principal(request));
        const tasks = await tasksOf(db, person.personId);
        return {
          tasks: tasks.map((task) => ({ ...task, opensAt: isoOf(task.opensAt), closesAt: isoOf(task.closesAt) })),
        };
      },
    );

    app.post(
      '/v1/exams/supervisions/:id/reports',
      {
        schema: {
          tags,
          summary: '督导记录：是否到场、所见情况 · what the drawn person saw',
          params: z.object({ id: idField }),
          body: z.strictObject({ attended: z.boolean(), remarks: z.string().trim().min(4).max(2000) }),
          response: { 201: z.object({ id: z.string() }), ...errorResponses },
        },
      },
      async (request, reply) => {
        const person = personOnly(await auth.principal(request));
        const { id } = await supervision.report(person, request.params.id, request.body);
        return reply.status(201).send({ id });
      },
    );

    app.post(
      '/v1/exams/recusals',
      {
        schema: {
          tags,
          summary: '登记回避：不参与该机构考试的督导抽取 · this person is not drawn for this institution',
          body: z.strictObject({
            username: z.string().trim().min(1).max(100),
            institution: z.string().trim().min(1).max(200),
            reason: reasonField,
          }),
          response: { 204: z.null(), ...errorResponses },
        },
      },
      async (request, reply) => {
        await supervision.recuse(reviewerOnly(await auth.principal(request)), request.body);
        return reply.status(204).send(null);
      },
    );
  };
}
