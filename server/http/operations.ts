/** For whoever runs us: alive, ready, measured. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { fail } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { type Parts, readinessOf } from './readiness.ts';
import { errorResponses } from './schemas.ts';

export interface OperationsDeps {
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly metrics: Metrics;
  /** True until the start is complete and once a stop was asked for: a balancer should send nobody. */
  draining(): boolean;
  /** What must work besides. */
  readonly parts: Parts;
}

export function operationsRoutes({ log, metrics, draining, parts }: OperationsDeps): FastifyPluginAsyncZod {
  const okReply = z.object({ status: z.literal('ok') });
  let told: string | null = null;

  /** A balancer asks for ever; the log hears only what has changed. */
  function tell(cause: string | null, words: Readonly<Record<string, string>>): void {
    if (cause !== null && cause !== told) log.warn({ parts: words }, 'not ready');
    if (cause === null && told !== null) log.info('ready again');
    told = cause;
  }

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
          description: '503: `details.parts` says of each part `ok`, or in one word why not; see docs/operations.md.',
          response: { 200: okReply, ...errorResponses },
        },
      },
      async () => {
        if (draining()) fail('unavailable', { cause: 'notServing' });
        const ready = await readinessOf(parts);
        tell(ready.cause, ready.parts);
        if (ready.cause !== null) fail('unavailable', { cause: ready.cause, parts: ready.parts });
        return { status: 'ok' as const };
      },
    );

    app.get(
      '/metrics',
      { schema: { tags: ['operations'], summary: '运行指标 · Metrics for Prometheus', produces: ['text/plain'] } },
      async (_request, reply) => {
        reply.type(metrics.registry.contentType).header('cache-control', 'no-store');
        return metrics.registry.metrics();
      },
    );
  };
}
