/** For whoever runs us: alive, ready, measured. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Db } from '../db/pool.ts';
import { fail } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import { errorResponses } from './schemas.ts';

/** Longer than a busy pool takes, shorter than a balancer's patience. */
const READY_TIMEOUT_MS = 2000;

export interface OperationsDeps {
  readonly db: Db;
  readonly metrics: Metrics;
  /** True until the start is complete and once a stop was asked for: a balancer should send nobody. */
  draining(): boolean;
}

export function operationsRoutes({ db, metrics, draining }: OperationsDeps): FastifyPluginAsyncZod {
  const okReply = z.object({ status: z.literal('ok') });
  return async (app) => {
    app.get(
      '/healthz',
      { schema: { tags: ['operations'], summary: '进程存活 · The process is up', response: { 200: okReply } } },
      async () => ({ status: 'ok' as const }),
    );

    app.get(
      '/readyz',
      {
        schema: {
          tags: ['operations'],
          summary: '可以接收请求 · Ready for requests',
          response: { 200: okReply, ...errorResponses },
        },
      },
      async () => {
        if (draining()) fail('unavailable', { cause: 'notServing' });
        if (!(await answers(db))) fail('unavailable', { cause: 'database' });
        return { status: 'ok' as const };
      },
    );

    app.get(
      '/metrics',
      { schema: { tags: ['operations'], summary: 'Prometheus', produces: ['text/plain'] } },
      async (_request, reply) => {
        reply.type(metrics.registry.contentType).header('cache-control', 'no-store');
        return metrics.registry.metrics();
      },
    );
  };
}

async function answers(db: Db): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), READY_TIMEOUT_MS);
  });
  const asked = db.query('select').then(
    () => true,
    () => false,
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
