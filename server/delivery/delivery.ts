/**
 * Delivery of media, as `main.ts` sees it: who delivers a lesson's media, where this server does, and what
 * the judge is told of it. That play without delivery is a contradiction is the detector's word
 * (`detector/rules/undelivered.ts`).
 */
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Db } from '../db/pool.ts';
import type { FiledMedia, Media } from '../gateway/contract.ts';
import type { Judge } from '../judge/contract.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { createMediaFiles } from './files.ts';
import { createStreams, mediaRoute } from './mediaRoute.ts';
import { createDeliveryMetrics } from './metrics.ts';
import { createPasses } from './pass.ts';
import { reportRoute } from './reportRoute.ts';
import { findSession, findSessionOf } from './store.ts';
import { createTeller, type Recipient, type Stretch } from './teller.ts';

/** A player asks for a few ranges when it starts and after each seek. */
const REQUEST_RATE = { perSecond: 5, burst: 60 };
/** In whole files. Seeking asks for the rest and takes little of it: what was not sent is given back. */
const FILE_RATE = { perSecond: 2 / 3600, burst: 8 };
/** 120 an hour, however the platform cuts its log. */
const REPORT_RATE = { perSecond: 1 / 30, burst: 10 };
/** 3,000 sessions at a report a minute. */
const PLATFORM_RATE = { perSecond: 50, burst: 500 };

interface Buckets {
  take(key: string, amount?: number): boolean;
  giveBack(key: string, amount: number): void;
}

interface DeliveryDeps {
  readonly db: Db;
  readonly master: Buffer;
  readonly judge: Pick<Judge, 'submit'>;
  readonly mediaDir: string;
  readonly platformOf: (request: FastifyRequest) => Promise<string>;
  readonly buckets: (rate: { readonly perSecond: number; readonly burst: number }, now: () => number) => Buckets;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Server time, ms since the epoch. */
  readonly now: () => number;
}

export interface Delivery {
  readonly routes: FastifyPluginAsyncZod;
  readonly media: Media;
  stop(): void;
}

export function createDelivery(deps: DeliveryDeps): Delivery {
  const { db, master, judge, log, now, buckets } = deps;
  const passes = createPasses({ master, now });
  const files = createMediaFiles(deps.mediaDir);
  const streams = createStreams();
  const metrics = createDeliveryMetrics(deps.metrics, streams.count);
  const deliver = ({ session, personKey, lessonId }: Recipient, media: readonly Stretch[]): Promise<unknown> =>
    judge.submit(personKey, { kind: 'delivered', session, lesson: lessonId, media });
  const teller = createTeller({ deliver, metrics, log });
  const fileOf = ({ delivery, mediaFile }: FiledMedia) =>
    delivery === 'server' && typeof mediaFile === 'string' ? files.find(mediaFile) : Promise.resolve(null);

  return {
    async routes(app) {
      await app.register(
        mediaRoute({
          ...{ passes, files, teller, metrics, streams },
          find: (session) => findSession(db, session),
          requestRate: buckets(REQUEST_RATE, now),
          fileRate: buckets(FILE_RATE, now),
        }),
      );
      await app.register(
        reportRoute({
          ...{ platformOf: deps.platformOf, deliver, metrics, now },
          find: (platformId, session) => findSessionOf(db, platformId, session),
          reportRate: buckets(REPORT_RATE, now),
          platformRate: buckets(PLATFORM_RATE, now),
        }),
      );
    },
    media: {
      async ofSession(session, filed) {
        const { lessonId, delivery } = filed;
        if (delivery === 'platform') return { delivery, path: null };
        const file = await fileOf(filed);
        if (file === null) return { delivery: null, path: null };
        const query = new URLSearchParams({ session, pass: passes.sign(session, lessonId) });
        const path = `/v1/media/${encodeURIComponent(lessonId)}?${query}`;
        // Nothing is concluded from bytes that tell no time.
        return { delivery: file.index === null ? null : 'server', path };
      },
      serves: async (filed) => (await fileOf(filed)) !== null,
    },
    stop() {
      streams.stop();
      teller.stop();
    },
  };
}
