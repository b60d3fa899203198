/**
 * `/v1/face/…`: the notice, consent and its withdrawal, enrolment, the frames of a check, or word that there will
 * be none. Guarantees: whoever asks holds the pass of that session for that purpose; the frames come in one
 * content type, within bounds that hold before they are read; no answer holds a template, a picture or a
 * distance, and no route gives any out. Any origin may send (no credentials): the page is its platform's.
 */
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  type FaceChallenge,
  faceBurstSchema,
  faceConsentSchema,
  faceDeclineSchema,
  faceSelfSchema,
} from '../../../sdk/wire.ts';
import { fail } from '../../errors.ts';
import { errorResponses } from '../../http/schemas.ts';
import type { Consents } from './consent.ts';
import type { Enrol } from './enrolment.ts';
import { BODY_BYTES_MAX, type Burst, FRAMES_TYPE, readBurst } from './frames.ts';
import { NOTICE, notice } from './notice.ts';
import type { FacePasses, Purpose } from './pass.ts';
import type { Taking } from './take.ts';

interface Buckets {
  take(key: string): boolean;
}

export interface FaceRoutesDeps {
  /** Whose page it is: a session's, or a sitting's. null: unknown. */
  readonly page: (id: string) => Promise<{ readonly personKey: string; readonly closedAt: number | null } | null>;
  readonly passes: FacePasses;
  readonly consents: Consents;
  readonly enrol: Enrol;
  readonly checks: Taking;
  /** One key a session: words about consent cost little … */
  readonly wordRate: Buckets;
  /** … and bursts cost half a second of a core each. */
  readonly burstRate: Buckets;
  readonly now: () => number;
}

const words = z.object({ zh: z.string(), en: z.string() });
const advice = z.array(z.object({ code: z.string(), words }));
const standing = z.object({ pass: z.string(), notice: z.string(), consent: z.boolean(), enrolled: z.boolean() });
const ended = z.object({ consent: z.literal(false) });
const enrolled = z.object({ enrolled: z.boolean(), advice });
const taken = z.object({
  outcome: z.enum(['taken', 'again', 'question', 'late']),
  advice,
  next: z.custom<FaceChallenge>().optional().describe('In an exam, after `again`: the check that follows'),
});
const told = z.object({ version: z.string(), words: z.array(words) });
const question = z.object({ outcome: z.literal('question') });

const security = [{ bearer: [] }];
const bytes =
  'Bytes of each frame in turn: its time in ms since the check began (4, big-endian), its length (4), a JPEG.';

export function faceRoutes(deps: FaceRoutesDeps): FastifyPluginAsyncZod {
  const { page, passes, consents, enrol, checks, wordRate, burstRate, now } = deps;

  /** Whose session it is; throws unless the request bears its pass for this, and the session is open. */
  async function personOf(request: FastifyRequest, session: string, purpose: Purpose): Promise<string> {
    const [scheme, pass = ''] = (request.headers.authorization ?? '').split(' ');
    if (scheme !== 'Bearer' || !passes.verify(pass, session, purpose)) return fail('facePass');
    const found = (await page(session)) ?? fail('sessionUnknown');
    return found.closedAt === null ? found.personKey : fail('sessionClosed');
  }

  function burstOf(body: unknown): Burst {
    if (!Buffer.isBuffer(body)) return fail('badRequest');
    const burst = readBurst(body);
    return typeof burst === 'string' ? fail('faceFrames', { refusal: burst }) : burst;
  }

  return async (app) => {
    app.addContentTypeParser(FRAMES_TYPE, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('access-control-allow-origin', '*');
      reply.header('cross-origin-resource-policy', 'cross-origin');
      reply.header('cache-control', 'no-store');
    });
    // A pass and this content type make a browser ask first.
    app.options('/v1/face/*', { schema: { hide: true } }, async (_request, reply) =>
      reply
        .headers({
          'access-control-allow-methods': 'GET, POST',
          'access-control-allow-headers': 'authorization, content-type',
          'access-control-max-age': '600',
        })
        .status(204)
        .send(),
    );

    app.get(
      '/v1/face/notice',
      {
        schema: {
          tags: ['face'],
          summary: '人脸信息处理告知 · The notice that consent is given to, with its version',
          response: { 200: told },
        },
      },
      async () => ({ version: NOTICE, words: notice.map(({ zh, en }) => ({ zh, en })) }),
    );

    app.post(
      '/v1/face/consent',
      {
        schema: {
          tags: ['face'],
          summary: '同意处理人脸信息 · Consent, of its own, to one version of the notice',
          ...{ security, body: faceConsentSchema, response: { 200: standing, ...errorResponses } },
        },
      },
      async (request) => {
        const { session, notice: version } = request.body;
        const personKey = await personOf(request, session, 'self');
        if (!wordRate.take(session)) return fail('tooFrequent');
        return consents.give(session, personKey, version);
      },
    );

    app.post(
      '/v1/face/withdraw',
      {
        schema: {
          tags: ['face'],
          summary: '撤回同意并删除人脸数据 · Withdraw consent: all that is stored of the face is deleted',
          description: 'Questions are asked from now on, and earn the same.',
          ...{ security, body: faceSelfSchema, response: { 200: ended, ...errorResponses } },
        },
      },
      async (request) => {
        const { session } = request.body;
        const personKey = await personOf(request, session, 'self');
        if (!wordRate.take(session)) return fail('tooFrequent');
        await consents.end(personKey, 'withdrawn');
        return { consent: false as const };
      },
    );

    app.post(
      '/v1/face/enrolment',
      {
        bodyLimit: BODY_BYTES_MAX,
        schema: {
          tags: ['face'],
          summary: '登记人脸 · Enrol with a burst of frames; no picture is kept',
          description: `\`${FRAMES_TYPE}\`, 300 KB at most. ${bytes}`,
          ...{ security, querystring: faceSelfSchema, response: { 200: enrolled, ...errorResponses } },
        },
      },
      async (request) => {
        const { session } = request.query;
        const personKey = await personOf(request, session, 'self');
        if (!burstRate.take(session)) return fail('tooFrequent');
        return written(await enrol(personKey, burstOf(request.body)));
      },
    );

    app.post(
      '/v1/face/frames',
      {
        bodyLimit: BODY_BYTES_MAX,
        schema: {
          tags: ['face'],
          summary: '上传检查照片 · The frames of a check that was asked; `session`: or the sitting',
          description: `\`${FRAMES_TYPE}\`, 300 KB at most. ${bytes}`,
          ...{ security, querystring: faceBurstSchema, response: { 200: taken, ...errorResponses } },
        },
      },
      async (request) => {
        // All of it is here: nothing of it was taken later.
        const arrivedAt = now();
        const { session, check } = request.query;
        const personKey = await personOf(request, session, `check:${check}`);
        if (!burstRate.take(session)) return fail('tooFrequent');
        return written(await checks.take(session, personKey, check, burstOf(request.body), arrivedAt));
      },
    );

    app.post(
      '/v1/face/decline',
      {
        schema: {
          tags: ['face'],
          summary: '改为回答问题 · No camera, or not wanted: a question comes instead, and earns the same',
          ...{ security, body: faceDeclineSchema, response: { 200: question, ...errorResponses } },
        },
      },
      async (request) => {
        const { session, check, why } = request.body;
        const personKey = await personOf(request, session, `check:${check}`);
        if (!wordRate.take(session)) return fail('tooFrequent');
        await checks.decline(session, personKey, check, why);
        return { outcome: 'question' as const };
      },
    );
  };
}

/** The serialiser wants lists of its own. */
function written<T extends { readonly advice: readonly unknown[] }>(reply: T): T & { advice: T['advice'][number][] } {
  return { ...reply, advice: [...reply.advice] };
}
