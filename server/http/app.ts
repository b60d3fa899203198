/**
 * The HTTP server without its rooms. Guarantees: every input of a route with a schema was
 * checked before its handler; bodies are at most 64 KiB; every answer carries a request id;
 * logs hold method, route, status and time, and nothing that was sent.
 */
import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { AppError } from '../errors.ts';
import { type Log, withoutQuery } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { describeApi } from './docs.ts';
import { createErrorHandler, notFoundHandler } from './errors.ts';
import { operationsRoutes } from './operations.ts';
import { builtDirs, type PageDirs, servePages } from './pages.ts';
import type { Parts } from './readiness.ts';

export type App = ReturnType<typeof bare>;

export interface AppDeps {
  readonly log: Log;
  readonly metrics: Metrics;
  /** Where the world reaches us, if it is known. */
  readonly publicUrl: string | null;
  draining(): boolean;
  /** What must work for us to be ready. */
  readonly parts: Parts;
  readonly dirs?: PageDirs;
}

/** What the largest honest request needs; the beacon's own limit lies below. */
const BODY_BYTES_MAX = 64 * 1024;

/** Registers everything but the rooms' routes; those are added by whoever wires the server, before `ready`. */
export async function createApp(deps: AppDeps): Promise<App> {
  const app = bare(deps.log, deps.publicUrl !== null);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(createErrorHandler(deps.log));
  measure(app, deps);
  await protect(app, deps.publicUrl?.startsWith('https:') ?? false);
  app.setNotFoundHandler(notFoundHandler);
  await describeApi(app);
  await app.register(operationsRoutes(deps));
  await servePages(app, deps.dirs ?? builtDirs);
  return app;
}

function bare(log: Log, proxied: boolean) {
  return fastify({
    loggerInstance: log as FastifyBaseLogger,
    // Fastify's own request lines carry the whole URL; ours are written in `measure`.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: 30_000,
    // A stop must not wait for a video that someone paused.
    forceCloseConnections: true,
    // Who is reached elsewhere than at the own port may have a proxy beside it; no one else is believed.
    trustProxy: proxied ? 'loopback' : false,
    // An address that cannot be decoded fails before any handler is known.
    frameworkErrors: createErrorHandler(log),
  }).withTypeProvider<ZodTypeProvider>();
}

function measure(app: App, { log, metrics }: AppDeps): void {
  const seconds = metrics.histogram(
    'http_request_seconds',
    'Time to answer an HTTP request',
    [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    ['method', 'route', 'status'],
  );
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    // The pattern, not the path: it names no trainee and keeps the metric small.
    const route = request.routeOptions.url ?? 'none';
    seconds.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    const line = {
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? withoutQuery(request.url),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    if (reply.statusCode >= 500) log.warn(line, 'request');
    else log.debug(line, 'request');
  });
}

async function protect(app: App, https: boolean): Promise<void> {
  await app.register(helmet, {
    // Embedding a page of ours elsewhere is for the platform to ask for, with the SDK.
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // Element Plus positions its pop-ups with style attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'", 'ws:', 'wss:'],
        // The SDK's Worker is made of its own text.
        workerSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
      },
    },
    strictTransportSecurity: https ? { maxAge: 15_552_000 } : false,
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
  });
  await app.register(cookie);
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, context) => new AppError('tooFrequent', { retryAfterMs: context.ttl }),
  });
}
