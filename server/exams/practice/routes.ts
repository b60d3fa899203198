/** The practice part's HTTP. Guarantees: reviewers only, within their region. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { idField } from '../../auth/fields.ts';
import type { Auth } from '../../auth/principal.ts';
import { errorResponses } from '../../http/schemas.ts';
import { reviewerOnly } from '../roles.ts';
import type { Marked, Practices } from './practice.ts';
import { markCorrectionSchema, markedSchema, markingSchema } from './view.ts';

const markedView = ({ mark: { id, score, passed }, completed }: Marked) => ({ id, score, passed, completed });

export function practiceRoutes({
  auth,
  practices,
}: {
  readonly auth: Auth;
  readonly practices: Practices;
}): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/v1/exams/sittings/:id/practice',
      {
        schema: {
          tags: ['exams'],
          summary: '现场实操评分 · marks the practice part on site',
          params: z.object({ id: idField }),
          body: markingSchema,
          response: { 201: markedSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const person = reviewerOnly(await auth.principal(request));
        const { attempt, ...marking } = request.body;
        return reply.status(201).send(markedView(await practices.mark(person, request.params.id, attempt, marking)));
      },
    );

    app.post(
      '/v1/exams/sittings/:id/practice/corrections',
      {
        schema: {
          tags: ['exams'],
          summary: '更正实操评分，须说明理由 · corrects a mark of practice; it names the one that it corrects',
          params: z.object({ id: idField }),
          body: markCorrectionSchema,
          response: { 201: markedSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const person = reviewerOnly(await auth.principal(request));
        const { corrects, reason, ...marking } = request.body;
        const marked = await practices.correct(person, request.params.id, corrects, marking, reason);
        return reply.status(201).send(markedView(marked));
      },
    );
  };
}
