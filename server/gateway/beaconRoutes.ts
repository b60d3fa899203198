/**
 * The beacon: what a closing page, or the next page that finds beats left in storage, sends by
 * plain HTTP. Guarantees: the same admission as on the socket, whether the session's socket still
 * lives or not; beats stored already are skipped; the answer comes after the rest is stored; a
 * refusal keeps what came before it; one address makes the store be asked at a bounded rate. Any
 * origin may send (CORS-simple, no credentials): the MACs prove the beats, nothing else is trusted.
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { BEACON_BYTES_MAX, type Beacon, beaconSchema } from '../../sdk/wire.ts';
import { asAppError } from '../away.ts';
import { AppError, fail } from '../errors.ts';
import { peekSeq } from './admission.ts';
import type { Beats, Entered, Stored } from './beats.ts';
import type { Buckets } from './bucket.ts';
import { drained, type Live, type LiveSessions } from './live.ts';
import type { GatewayMetrics } from './metrics.ts';

interface BeaconDeps {
  readonly live: LiveSessions;
  readonly beats: Beats;
  readonly metrics: GatewayMetrics;
  /** One key an address. */
  readonly addressRate: Buckets;
  /** One key a session, counted in requests: reading what is then skipped or refused costs as well. */
  readonly requestRate: Buckets;
  /** One key a session, counted in beats; the socket takes from the same. */
  readonly beatRate: Buckets;
  /** Server time, ms. */
  readonly now: () => number;
  readonly draining: () => boolean;
}

const accepted = z.object({
  accepted: z.number().int().describe('Beats of this request that are stored now and were not before.'),
  seq: z.number().int().describe('The last beat of the session that is stored.'),
});

export function beaconRoutes(deps: BeaconDeps): FastifyPluginAsyncZod {
  const { live: sessions, beats, metrics, addressRate, requestRate, beatRate, now, draining } = deps;

  return async (app) => {
    // Both content types arrive as text here, so that neither is parsed before its size is known.
    app.removeContentTypeParser(['text/plain', 'application/json']);
    app.addContentTypeParser(['text/plain', 'application/json'], { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    );
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('access-control-allow-origin', '*');
      // The page that asks is another origin's; a resource policy of `same-origin` would hide the answer from it.
      reply.header('cross-origin-resource-policy', 'cross-origin');
    });

    app.post(
      '/v1/learn/beacon',
      {
        bodyLimit: BEACON_BYTES_MAX,
        schema: {
          tags: ['learn'],
          summary: '补报心跳 · Beats that could not be acknowledged on the socket, oldest first',
          description:
            'Text of `{session, beats: [{body, mac, queued}]}`, as `text/plain` (CORS-simple) or `application/json`, at most 60 KiB.',
          body: z.string(),
          response: { 202: accepted },
        },
      },
      async (request, reply) => {
        // The whole text is here: nothing of it was made later.
        const arrivedAt = now();
        try {
          if (draining()) return fail('draining');
          if (!addressRate.take(request.ip)) return fail('tooFrequent');
          const beacon = parse(request.body);
          if (!requestRate.take(beacon.session)) return fail('tooFrequent');
          const live = await sessions.retain(beacon.session);
          try {
            return await reply.status(202).send(await take(live, beacon, arrivedAt));
          } finally {
            sessions.drop(live);
          }
        } catch (error) {
          metrics.refused(asAppError(error).code);
          throw error;
        }
      },
    );
  };

  async function take(live: Live, beacon: Beacon, arrivedAt: number): Promise<{ accepted: number; seq: number }> {
    // The head in memory may be ahead of the store, never behind what this beacon may skip.
    const before = live.chain ?? (await sessions.reload(live));
    const stored: Promise<Stored>[] = [];
    let refused: unknown;
    for (const sealed of beacon.beats) {
      const seq = peekSeq(sealed.body);
      if (seq !== null && seq <= before.seq) continue;
      try {
        if (!beatRate.take(live.session)) fail('tooFrequent');
        const entered: Entered = await beats.enter(live, sealed, stored.length > 0, arrivedAt);
        // Awaited below, all together; a failure before that must not count as unhandled.
        entered.stored.catch(() => undefined);
        stored.push(entered.stored);
      } catch (error) {
        refused = error;
        break;
      }
    }
    const results = await Promise.allSettled(stored);
    // What was skipped may have come by the socket a moment ago: it counts once it is stored.
    await drained(live);
    const failed = results.find((result) => result.status === 'rejected');
    const done = { accepted: results.filter(({ status }) => status === 'fulfilled').length, seq: live.durableSeq };
    const error: unknown = failed?.reason ?? refused;
    if (error === undefined) return done;
    const { code, details } = asAppError(error);
    throw new AppError(code, { ...details, ...done });
  }
}

function parse(text: string): Beacon {
  if (Buffer.byteLength(text) > BEACON_BYTES_MAX) return fail('tooLarge');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail('badRequest');
  }
  const beacon = beaconSchema.safeParse(json);
  return beacon.success ? beacon.data : fail('badRequest');
}
