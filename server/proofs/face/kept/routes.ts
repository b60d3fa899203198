/**
 * What people and platforms do about faces: `GET /v1/face/checks`, `POST /v1/face/checks/:id/frames`,
 * `GET /v1/face/checks/:id/views`, `DELETE /v1/face/trainees/:id`. Guarantees: a person sees kept pictures of
 * flagged checks of the own region, gives a reason, and stands in the log before the first byte is read; a platform
 * erases faces of its own trainees and sees none; no route gives out an enrolment or a template.
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { idField, isoOf } from '../../../auth/fields.ts';
import type { Auth, Principal } from '../../../auth/principal.ts';
import type { Person } from '../../../auth/scope.ts';
import type { Db } from '../../../db/pool.ts';
import { fail } from '../../../errors.ts';
import { errorResponses } from '../../../http/schemas.ts';
import type { EndedBy } from '../store.ts';
import type { Vault } from '../vault.ts';
import { flagged, keptFrames, logView, personOfTrainee, viewsOf } from './store.ts';

export interface KeptRoutesDeps {
  readonly db: Db;
  readonly auth: Auth;
  readonly vault: Pick<Vault, 'toOpen'>;
  readonly erase: (personKey: string, by: EndedBy) => Promise<void>;
  readonly now: () => number;
}

const check = z.object({
  id: z.string(),
  traineeId: z.string(),
  classId: z.string(),
  session: z.string().nullable(),
  sitting: z.string().nullable(),
  outcome: z.enum(['mismatch', 'failed']),
  distance: z.number().nullable(),
  at: z.string(),
  frames: z.number().int().describe('Kept pictures; 0: none are kept, or no longer'),
  views: z.number().int().describe('How often they were looked at'),
});
const view = z.object({ personId: z.string(), reason: z.string(), at: z.string() });
const tags = ['face'];
const security = [{ bearer: [] }];

const personOnly = (principal: Principal): Person => (principal.kind === 'person' ? principal : fail('forbidden'));

export function keptRoutes({ db, auth, vault, erase, now }: KeptRoutesDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });

    app.get(
      '/v1/face/checks',
      {
        schema: {
          tags,
          summary: '未通过的人脸检查 · Checks that did not pass, of a trainee in the own region',
          ...{ security, querystring: z.object({ traineeId: idField }) },
          response: { 200: z.object({ checks: z.array(check) }), ...errorResponses },
        },
      },
      async (request) => {
        const person = personOnly(await auth.principal(request));
        const found = await flagged(db, person, request.query, now());
        return { checks: found.map(({ personKey, issuedAt, ...rest }) => ({ ...rest, at: isoOf(issuedAt) })) };
      },
    );

    app.post(
      '/v1/face/checks/:id/frames',
      {
        schema: {
          tags,
          summary:
            '查看留存照片，须说明理由并留痕 · Kept pictures of such a check; asks a reason, and logs who looked and why',
          ...{ security, params: z.object({ id: idField }) },
          body: z.strictObject({ reason: z.string().trim().min(4).max(500) }),
          response: {
            200: z.object({ frames: z.array(z.string()).describe('JPEG, base64') }),
            ...errorResponses,
          },
        },
      },
      async (request) => {
        const person = personOnly(await auth.principal(request));
        const { id: checkId } = request.params;
        const [found] = await flagged(db, person, { checkId }, now());
        if (found === undefined || found.frames === 0) return fail('notFound');
        const { reason } = request.body;
        // Committed before anything is read: a view that could not be logged shows nothing.
        await logView(db, { checkId, personId: person.personId, reason, atMs: now() });
        const opener = await vault.toOpen([found.personKey]);
        const frames = (await keptFrames(db, checkId, now())).flatMap(
          (sealed) => opener.open('frame', found.personKey, sealed) ?? [],
        );
        return { frames: frames.map((bytes) => bytes.toString('base64')) };
      },
    );

    app.get(
      '/v1/face/checks/:id/views',
      {
        schema: {
          tags,
          summary: '照片查看记录 · Who looked at the pictures of a check, when and why',
          ...{ security, params: z.object({ id: idField }) },
          response: { 200: z.object({ views: z.array(view) }), ...errorResponses },
        },
      },
      async (request) => {
        const person = personOnly(await auth.principal(request));
        const { id: checkId } = request.params;
        const [found] = await flagged(db, person, { checkId }, now());
        if (found === undefined) return fail('notFound');
        return { views: (await viewsOf(db, checkId)).map(({ at, ...rest }) => ({ ...rest, at: isoOf(at) })) };
      },
    );

    app.delete(
      '/v1/face/trainees/:id',
      {
        schema: {
          tags,
          summary: '删除学员的人脸数据 · Erases all that is stored of a trainee’s face, and ends the consent',
          description: 'The person’s, whatever platform it was enrolled through. Hours, results and the ledger stay.',
          ...{ security, params: z.object({ id: idField }) },
          response: { 200: z.object({ erased: z.literal(true) }), ...errorResponses },
        },
      },
      async (request) => {
        const principal = await auth.principal(request);
        if (principal.kind !== 'platform') return fail('forbidden');
        const personKey = (await personOfTrainee(db, principal.platformId, request.params.id)) ?? fail('notFound');
        await erase(personKey, 'erased');
        return { erased: true as const };
      },
    );
  };
}
