/**
 * A candidate's HTTP. Guarantees: a ticket for an exam opens or resumes a sitting, and the key that comes with it
 * is asked for in each request after; nothing that is answered here holds a key of the paper. Any origin may ask
 * (no credentials): the page is its platform's.
 */
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { givenSchema } from '../../../sdk/wire.ts';
import { fail } from '../../errors.ts';
import { errorResponses } from '../../http/schemas.ts';
import { answerPreflights, openToAnyOrigin } from '../anyOrigin.ts';
import { type ExamTicket, type PageOpened, pageFacts } from '../contract.ts';
import type { ExamLimits } from '../limits.ts';
import { faceField as face, openedSchema, openedView, ownResultSchema, ownResultView } from '../view.ts';
import type { Candidates } from './candidate.ts';

export interface CandidateRoutesDeps {
  readonly candidates: Candidates;
  readonly limits: Pick<ExamLimits, 'address'>;
  /** Throws `ticketInvalid` or `ticketExpired`. */
  readonly verify: (ticket: string) => Promise<ExamTicket>;
  /** Keyed hashes of the address that a request came from. */
  readonly origin: (request: FastifyRequest) => Omit<PageOpened, 'device' | 'showsFace'>;
}

const sitting = z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/) });
const key = z.string().min(16).max(128);
const saved = z.object({ remainingMs: z.number(), face });
const asked = z.object({ face });
const done = z.object({ done: z.literal(true) });
const tags = ['exams'];

export function candidateRoutes({ candidates, verify, origin, limits }: CandidateRoutesDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onRequest', openToAnyOrigin);
    answerPreflights(app, [
      '/v1/exams/sittings',
      ...['answers', 'facts', 'clock', 'pause', 'hand-in', 'result'].map((what) => `/v1/exams/sittings/:id/${what}`),
    ]);
    // Before the body is read: whoever asks without end is not listened to.
    app.addHook('onRequest', async (request) => {
      if (!limits.address.take(request.ip)) fail('tooFrequent', { retryAfterMs: 1_000 });
    });
    app.addHook('onSend', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });

    app.post(
      '/v1/exams/sittings',
      {
        schema: {
          tags,
          summary: '进入考试或继续考试 · opens a sitting with an exam’s ticket, or goes on with the one that is open',
          body: z.strictObject({
            ticket: z.string().min(16).max(4096),
            device: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
            showsFace: z.boolean().optional().describe('页面能显示人脸检查 · the page can show a face check'),
          }),
          response: { 200: openedSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { ticket, device, showsFace = false } = request.body;
        const page = { device, showsFace, ...origin(request) };
        return openedView(await candidates.open(await verify(ticket), page));
      },
    );

    app.post(
      '/v1/exams/sittings/:id/answers',
      {
        schema: {
          tags,
          summary: '保存一题的作答 · saves one answer; it is durable when this answers',
          params: sitting,
          body: z.strictObject({
            key,
            n: z.number().int().min(1).max(300),
            given: givenSchema,
            tookMs: z.number().int().min(0).max(86_400_000),
          }),
          response: { 200: saved, ...errorResponses },
        },
      },
      async (request) => {
        const { key: held, ...answer } = request.body;
        return candidates.save(request.params.id, held, answer);
      },
    );

    app.post(
      '/v1/exams/sittings/:id/facts',
      {
        schema: {
          tags,
          summary: '页面所见事实 · a fact that the page saw, like losing its focus',
          params: sitting,
          body: z.strictObject({ key, fact: z.enum(pageFacts) }),
          response: { 200: done, ...errorResponses },
        },
      },
      async (request) => {
        await candidates.tell(request.params.id, request.body.key, request.body.fact);
        return { done: true as const };
      },
    );

    app.post(
      '/v1/exams/sittings/:id/clock',
      {
        schema: {
          tags,
          summary:
            '剩余时间与待完成的人脸检查，并确认本页仍持有考试 · the time that is left, and the face check that waits, to the page that holds the sitting',
          params: sitting,
          body: z.strictObject({ key }),
          response: { 200: saved, ...errorResponses },
        },
      },
      async (request) => candidates.clock(request.params.id, request.body.key),
    );

    app.post(
      '/v1/exams/sittings/:id/pause',
      {
        schema: {
          tags,
          summary: '离开考试页面，计时继续 · the page goes; the clock runs on',
          params: sitting,
          body: z.strictObject({ key }),
          response: { 200: done, ...errorResponses },
        },
      },
      async (request) => {
        await candidates.pause(request.params.id, request.body.key);
        return { done: true as const };
      },
    );

    app.post(
      '/v1/exams/sittings/:id/hand-in',
      {
        schema: {
          tags,
          summary: '交卷 · hands in what was saved',
          description:
            'With `face` instead of a score: that check comes first; then hand in again. Whatever becomes of it, it is handed in.',
          params: sitting,
          body: z.strictObject({ key }),
          response: { 200: z.union([ownResultSchema, asked.required()]), ...errorResponses },
        },
      },
      async (request) => {
        const handed = await candidates.handIn(request.params.id, request.body.key);
        return handed.result === null ? { face: handed.face ?? fail('internal') } : ownResultView(handed);
      },
    );

    app.post(
      '/v1/exams/sittings/:id/result',
      {
        schema: {
          tags,
          summary: '本人成绩，未交卷为空 · the own result; null until it is handed in',
          params: sitting,
          body: z.strictObject({ key }),
          response: { 200: z.object({ result: ownResultSchema.nullable() }), ...errorResponses },
        },
      },
      async (request) => {
        const shown = await candidates.result(request.params.id, request.body.key);
        return { result: shown === null ? null : ownResultView(shown) };
      },
    );
  };
}
