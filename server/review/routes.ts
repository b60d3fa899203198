/**
 * Hours over HTTP, for reviewers, platforms (their own) and trainees (their own).
 * Guarantees: what is out of bounds answers exactly like what does not exist.
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { AlertView } from '../alerts/alert.ts';
import { idField, isoOf } from '../auth/fields.ts';
import type { Auth, Principal } from '../auth/principal.ts';
import { fail } from '../errors.ts';
import { errorResponses } from '../http/schemas.ts';
import { csv } from './csv.ts';
import type { ReviewStore, Stretch } from './store.ts';
import { type ClassHoursView, classHoursSchema, hoursSchema, overviewSchema, timelineSessionSchema } from './view.ts';

export interface ReviewDeps {
  readonly auth: Auth;
  readonly store: ReviewStore;
  /** Alerts of one day, newest first, within the principal's bounds. */
  readonly alerts: {
    /** As the alerts room shows them. */
    readonly schema: z.ZodType<AlertView>;
    readonly during: (
      principal: Principal,
      of: { readonly traineeId: string; readonly classId: string | undefined } & Stretch,
    ) => Promise<readonly AlertView[]>;
  };
  readonly now?: () => number;
}

const DAY_MS = 86_400_000;
/** China keeps one time, UTC+8, without summer time. */
const CHINA_OFFSET_MS = 8 * 3_600_000;

/** The day, Chinese time, that holds this instant, or that has this date. */
function dayOf(date: string | undefined, nowMs: number): Stretch {
  const from =
    date === undefined
      ? Math.floor((nowMs + CHINA_OFFSET_MS) / DAY_MS) * DAY_MS - CHINA_OFFSET_MS
      : Date.parse(`${date}T00:00:00.000+08:00`);
  return { from, to: from + DAY_MS };
}

const csvHead = ['学员编号', '姓名', '证件号', '已计入（秒）', '待确认（秒）', '未计入（秒）', '学时'];

function classCsv(hours: ClassHoursView): string {
  return csv([
    csvHead,
    ...hours.trainees.map((row) => [
      row.traineeId,
      row.traineeName ?? '',
      row.citizenIdMasked,
      row.creditedSeconds,
      row.heldSeconds,
      row.deniedSeconds,
      row.classHours,
    ]),
  ]);
}

const traineeParams = z.object({ id: idField });

export function reviewRoutes({ auth, store, alerts, now = Date.now }: ReviewDeps): FastifyPluginAsyncZod {
  return async (app) => {
    // Answers about people are nobody's to keep on the way.
    app.addHook('onSend', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });

    app.get(
      '/v1/trainees/:id/hours',
      {
        schema: {
          summary: '学员学时 · a trainee’s hours, span by span',
          tags: ['review'],
          params: traineeParams,
          querystring: z.object({ classId: idField.optional() }),
          response: { 200: hoursSchema, ...errorResponses },
        },
      },
      async (request) => store.hours(await auth.principal(request), request.params.id, request.query.classId),
    );

    app.get(
      '/v1/trainees/:id/timeline',
      {
        schema: {
          summary: '学员某日时间线 · one day of a trainee: sessions, spans, prompts, alerts',
          tags: ['review'],
          params: traineeParams,
          querystring: z.object({
            classId: idField.optional(),
            date: z.iso.date().optional().describe('Chinese time; today when absent'),
          }),
          response: {
            200: z.object({
              traineeId: z.string(),
              from: z.string(),
              to: z.string(),
              sessions: z.array(timelineSessionSchema).readonly(),
              alerts: z.array(alerts.schema).readonly(),
              truncated: z.boolean(),
            }),
            ...errorResponses,
          },
        },
      },
      async (request) => {
        const principal = await auth.principal(request);
        const traineeId = request.params.id;
        const { classId, date } = request.query;
        const day = dayOf(date, now());
        await store.trainee(principal, traineeId, classId);
        const found = await store.sessions(principal, traineeId, day, classId);
        // A trainee hears what was denied and why; what is suspected stays with people until one decides.
        const suspected =
          principal.kind === 'trainee' ? [] : await alerts.during(principal, { traineeId, classId, ...day });
        return { traineeId, from: isoOf(day.from), to: isoOf(day.to), ...found, alerts: suspected };
      },
    );

    app.get(
      '/v1/classes/:id/hours',
      {
        schema: {
          summary: '班级学时 · a class’s hours, one row a trainee; format=csv for spreadsheets',
          tags: ['review'],
          params: z.object({ id: idField }),
          querystring: z.object({ format: z.enum(['json', 'csv', 'xlsx']).default('json') }),
          response: { 200: z.union([classHoursSchema, z.string()]), ...errorResponses },
        },
      },
      async (request, reply) => {
        const { format } = request.query;
        const principal = await auth.principal(request);
        if (format === 'xlsx') return fail('badRequest', { field: 'format', allowed: ['json', 'csv'] });
        const hours = await store.classHours(principal, request.params.id);
        if (format === 'json') return hours;
        // The file's name is fixed: a class id is a stranger's text and has no place in a header.
        reply.header('content-disposition', 'attachment; filename="class-hours.csv"');
        reply.type('text/csv; charset=utf-8');
        return classCsv(hours);
      },
    );

    app.get(
      '/v1/overview',
      {
        schema: {
          summary: '当前学习概况 · who is learning now',
          tags: ['review'],
          response: { 200: overviewSchema, ...errorResponses },
        },
      },
      async (request) => {
        const principal = await auth.principal(request);
        return principal.kind === 'trainee' ? fail('forbidden') : store.overview(principal);
      },
    );
  };
}
