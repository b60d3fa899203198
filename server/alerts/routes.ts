/**
 * Alerts over HTTP. Guarantees: no principal sees beyond the own region or platform;
 * trainees see none; only people decide; pages are bounded.
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { idField, instantField } from '../auth/fields.ts';
import type { Auth, Principal } from '../auth/principal.ts';
import type { Person } from '../auth/scope.ts';
import { fail } from '../errors.ts';
import { errorResponses } from '../http/schemas.ts';
import { type AlertView, subjectKinds } from './alert.ts';
import { alertCodes, alertKinds, catalogue, ruleWords } from './catalogue.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { alertStatuses, decisions } from './status.ts';
import type { AlertStore } from './store.ts';

/** Alerts in one page: what a console shows at once. */
export const PAGE_MAX = 200;
const PAGE_DEFAULT = 50;
/** Characters of a decision's note. */
const NOTE_MAX = 2000;

const words = z.object({ zh: z.string(), en: z.string() });

export const alertSchema = z.object({
  id: z.string(),
  code: z.string(),
  codeWords: words,
  kind: z.enum(alertKinds).nullable(),
  rule: z.string(),
  ruleWords: words,
  severity: z.enum(['low', 'medium', 'high']),
  subject: z.object({ kind: z.enum(subjectKinds), id: z.string().nullable(), name: z.string().nullable() }),
  traineeId: z.string().nullable(),
  traineeName: z.string().nullable(),
  classId: z.string().nullable(),
  className: z.string().nullable(),
  sessions: z.array(z.string()).readonly(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).readonly(),
  count: z.number().int(),
  at: z.string(),
  firstAt: z.string(),
  lastAt: z.string(),
  status: z.enum(alertStatuses),
});

const catalogueSchema = z.object({
  codes: z.array(z.object({ code: z.enum(alertCodes), kind: z.enum(alertKinds), words })).readonly(),
  rules: z.array(z.object({ rule: z.string(), words })).readonly(),
});
/** Every code and rule that an alert may carry, with its words. */
const shownCatalogue: z.infer<typeof catalogueSchema> = {
  codes: alertCodes.map((code) => ({ code, ...catalogue[code] })),
  rules: Object.entries(ruleWords).map(([rule, inWords]) => ({ rule, words: inWords })),
};

const decisionSchema = z.object({
  decision: z.enum(decisions),
  from: z.enum(alertStatuses),
  to: z.enum(alertStatuses),
  note: z.string(),
  by: z.string(),
  at: z.string(),
});

export interface AlertDeps {
  readonly auth: Auth;
  readonly store: AlertStore;
  /** Told after a decision is stored; must not throw. */
  readonly changed?: (alert: AlertView, region: string) => void;
}

/** Decisions and their notes are between people. */
const personOnly = (principal: Principal): Person => (principal.kind === 'person' ? principal : fail('forbidden'));

export function alertRoutes({ auth, store, changed }: AlertDeps): FastifyPluginAsyncZod {
  return async (app) => {
    // Answers about people are nobody's to keep on the way.
    app.addHook('onSend', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });

    app.get(
      '/v1/alerts',
      {
        schema: {
          summary: '疑点列表 · alerts, newest first',
          tags: ['alerts'],
          querystring: z.object({
            traineeId: idField.optional(),
            classId: idField.optional(),
            code: z.enum(alertCodes).optional(),
            kind: z.enum(alertKinds).optional(),
            status: z.enum(alertStatuses).optional(),
            since: instantField.optional(),
            limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT),
            cursor: z.string().min(1).max(400).optional(),
          }),
          response: {
            200: z.object({ alerts: z.array(alertSchema).readonly(), next: z.string().nullable() }),
            ...errorResponses,
          },
        },
      },
      async (request) => {
        const principal = await auth.principal(request);
        if (principal.kind === 'trainee') return fail('forbidden');
        const { cursor, ...query } = request.query;
        const after = cursor === undefined ? undefined : readCursor(cursor);
        const page = await store.list(principal, { ...query, after });
        return { alerts: page.alerts, next: page.next && writeCursor(page.next) };
      },
    );

    app.get(
      '/v1/alerts/catalogue',
      {
        schema: {
          summary: '疑点目录 · codes and rules of alerts, in words',
          tags: ['alerts'],
          response: { 200: catalogueSchema, ...errorResponses },
        },
      },
      async (request) => ((await auth.principal(request)).kind === 'trainee' ? fail('forbidden') : shownCatalogue),
    );

    app.get(
      '/v1/alerts/:id',
      {
        schema: {
          summary: '疑点及其处理经过 · one alert and its decisions',
          tags: ['alerts'],
          params: z.object({ id: idField }),
          response: {
            200: z.object({ alert: alertSchema, decisions: z.array(decisionSchema).readonly() }),
            ...errorResponses,
          },
        },
      },
      async (request) => store.history(personOnly(await auth.principal(request)), request.params.id),
    );

    app.post(
      '/v1/alerts/:id/decisions',
      {
        schema: {
          summary: '疑点 → 线索 → 认定 · a person decides',
          tags: ['alerts'],
          params: z.object({ id: idField }),
          body: z.strictObject({
            decision: z.enum(decisions),
            // Line breaks and tabs are a person's; NUL is nobody's, and Postgres stores none.
            note: z
              .string()
              .max(NOTE_MAX)
              .regex(/^(?:[\n\r\t]|\P{Cc})*$/u)
              .default(''),
          }),
          response: { 200: z.object({ alert: alertSchema }), ...errorResponses },
        },
      },
      async (request) => {
        const person = personOnly(await auth.principal(request));
        const { decision, note } = request.body;
        const decided = await store.decide(person, request.params.id, decision, note);
        changed?.(decided.alert, decided.region);
        return { alert: decided.alert };
      },
    );
  };
}
