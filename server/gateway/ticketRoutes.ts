/**
 * HTTP for tickets. Guarantees: a platform gets tickets for its own trainees only; the player
 * page gets a fresh one for each load, at a rate a person can reload at.
 */
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { fail } from '../errors.ts';
import { errorResponses } from '../http/schemas.ts';
import type { Buckets } from './bucket.ts';
import type { Enrolment, FindEnrolment, Media } from './contract.ts';
import type { Launches } from './launch.ts';
import { outerId } from './text.ts';
import type { TicketScope, Tickets } from './tickets.ts';

interface TicketRoutesDeps {
  readonly tickets: Tickets;
  readonly launches: Launches;
  readonly findEnrolment: FindEnrolment;
  readonly media: Media;
  /** The platform whose api key the request bears; throws `unauthenticated` or `forbidden`. */
  readonly platformOf: (request: FastifyRequest) => Promise<string>;
  /** The address of the player page for a launch link. */
  readonly playerUrl: (launch: string) => string;
  /** One key a trainee and lesson. */
  readonly launchRate: Buckets;
}

const ticketBody = z.object({
  traineeId: outerId,
  classId: outerId,
  lessonId: outerId,
  assistive: z
    .boolean()
    .optional()
    .describe('The trainee uses assistive technology: questions come in words, never as images. It is recorded.'),
});
const ticketReply = z.object({
  ticket: z.string().describe('Opens one session, within five minutes.'),
  playerUrl: z.string().describe('A page that plays the lesson; each load of it takes a fresh ticket.'),
});
const launchBody = z.object({ launch: z.string().min(16).max(4096) });
const launchReply = z.object({
  ticket: z.string(),
  lesson: z.object({
    id: z.string(),
    title: z.string(),
    durationMs: z.number(),
    mediaUrl: z.string(),
    fromSession: z.boolean().describe('Play it from the address that the SDK gives (`onMedia`), not from `mediaUrl`.'),
  }),
  trainee: z.object({ name: z.string() }),
  class: z.object({ id: z.string(), name: z.string() }),
});

export function ticketRoutes(deps: TicketRoutesDeps): FastifyPluginAsyncZod {
  const { tickets, launches, platformOf, playerUrl, launchRate } = deps;

  async function enrolled(scope: TicketScope): Promise<Enrolment> {
    const { platformId, traineeId, classId, lessonId } = scope;
    return (await deps.findEnrolment(platformId, traineeId, classId, lessonId)) ?? fail('ticketScope');
  }

  return async (app) => {
    app.post(
      '/v1/tickets',
      {
        schema: {
          tags: ['tickets'],
          summary: '领取学习凭证 · A ticket, for a platform without a signing key of its own',
          description: 'Send the platform’s API key as `Authorization: Bearer <apiKey>`.',
          security: [{ bearer: [] }],
          body: ticketBody,
          response: { 200: ticketReply, ...errorResponses },
        },
      },
      async (request) => {
        const scope = { platformId: await platformOf(request), ...request.body };
        await enrolled(scope);
        return { ticket: tickets.mint(scope), playerUrl: playerUrl(launches.sign(scope)) };
      },
    );

    app.post(
      '/v1/player/launch',
      {
        schema: {
          tags: ['tickets'],
          summary: '课程链接换取凭证 · Trades a launch link for a fresh ticket and what the player page shows',
          body: launchBody,
          response: { 200: launchReply, ...errorResponses },
        },
      },
      async (request, reply) => {
        const scope = launches.verify(request.body.launch);
        if (!launchRate.take(`${scope.platformId}|${scope.traineeId}|${scope.lessonId}`)) return fail('tooFrequent');
        const found = await enrolled(scope);
        reply.header('cache-control', 'no-store');
        return {
          ticket: tickets.mint(scope),
          lesson: {
            id: scope.lessonId,
            title: found.lessonTitle,
            durationMs: found.lessonMs,
            mediaUrl: found.mediaUrl,
            fromSession: await deps.media.serves({ lessonId: scope.lessonId, ...found }),
          },
          trainee: { name: found.traineeName },
          class: { id: scope.classId, name: found.className },
        };
      },
    );
  };
}
