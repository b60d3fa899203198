/**
 * `POST /v1/media-deliveries`: what the platform delivered to a session, from its own log. Guarantees: a
 * platform reports of its own sessions only, and learns of no other; what is answered is stored; telling the
 * same again changes nothing; bounded in stretches and in reports.
 */
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { fail } from '../errors.ts';
import { errorResponses } from '../http/schemas.ts';
import type { DeliveryMetrics } from './metrics.ts';
import type { DeliverySession } from './store.ts';
import { measure, minus, normal } from './stretches.ts';
import type { Recipient, Stretch } from './teller.ts';

const SEGMENTS_MAX = 200;
/** After this a log is no longer news: held time waits at most so long, too. */
const CLOSED_MS_MAX = 7 * 86_400_000;
const SESSIONS_MAX = 20_000;

export interface ReportRouteDeps {
  /** The platform whose api key the request bears; throws `unauthenticated` or `forbidden`. */
  readonly platformOf: (request: FastifyRequest) => Promise<string>;
  readonly find: (platformId: string, session: string) => Promise<DeliverySession | null>;
  readonly deliver: (to: Recipient, media: readonly Stretch[]) => Promise<unknown>;
  readonly metrics: Pick<DeliveryMetrics, 'told' | 'untold'>;
  /** One key a session. */
  readonly reportRate: { take(key: string): boolean; giveBack(key: string, amount: number): void };
  /** One key a platform. */
  readonly platformRate: { take(key: string): boolean };
  readonly now: () => number;
}

const seconds = z.number().min(0).max(86_400);
const body = z.object({
  sessionId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{8,64}$/)
    .describe('As `watch.session` names it; put it into the media’s address to find it in your log.'),
  segments: z
    .array(z.tuple([seconds, seconds]).refine(([from, to]) => to > from, { message: 'a segment goes forward' }))
    .min(1)
    .max(SEGMENTS_MAX)
    .describe('Stretches of the lesson’s media that were delivered, `[from, to]` in seconds, in any order.'),
});
const reply = z.object({
  deliveredSeconds: z.number().describe('Media of this report that lies in the lesson.'),
  newSeconds: z.number().describe('What of it was not reported before; as far as this server remembers.'),
});

export function reportRoute(deps: ReportRouteDeps): FastifyPluginAsyncZod {
  const reported = new Map<string, readonly Stretch[]>();

  /** Remembers what a session was told of; the sessions used lately stay. */
  function remember(session: string, media: readonly Stretch[]): void {
    reported.delete(session);
    reported.set(session, media);
    const [oldest] = reported.keys();
    if (reported.size > SESSIONS_MAX && oldest !== undefined) reported.delete(oldest);
  }

  return async (app) => {
    app.post(
      '/v1/media-deliveries',
      {
        schema: {
          tags: ['media'],
          summary: '上报已下发的视频 · What the platform delivered of a lesson’s media to a session',
          description:
            'Send the platform’s API key as `Authorization: Bearer <apiKey>`. For lessons filed with `"delivery": "platform"`; ' +
            'within 15 minutes of the delivery. Gather: one report a session each 30 s (10 at once), 200 segments each. The same again changes nothing.',
          security: [{ bearer: [] }],
          body,
          response: { 200: reply, ...errorResponses },
        },
      },
      async (request) => {
        const platformId = await deps.platformOf(request);
        const { sessionId: session, segments } = request.body;
        if (!deps.platformRate.take(platformId)) return fail('tooFrequent', { retryAfterMs: 1_000 });
        const found = (await deps.find(platformId, session)) ?? fail('sessionUnknown');
        if (found.delivery !== 'platform') return fail('deliveryUnfiled');
        if (found.closedAt !== null && deps.now() - found.closedAt > CLOSED_MS_MAX) return fail('sessionClosed');
        const media = normal(
          segments.map(([from, to]) => [Math.floor(from * 1000), Math.ceil(to * 1000)]),
          found.lessonMs,
        );
        const before = reported.get(session) ?? [];
        const news = minus(media, before);
        const answer = { deliveredSeconds: measure(media) / 1000, newSeconds: measure(news) / 1000 };
        if (news.length === 0) return answer;
        if (!deps.reportRate.take(session)) return fail('tooFrequent', { retryAfterMs: 30_000 });
        try {
          await deps.deliver({ session, ...found }, news);
        } catch (error) {
          deps.metrics.untold('platform');
          deps.reportRate.giveBack(session, 1);
          throw error;
        }
        deps.metrics.told('platform');
        remember(session, normal([...(reported.get(session) ?? []), ...news], found.lessonMs));
        return answer;
      },
    );
  };
}
