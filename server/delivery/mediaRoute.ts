/**
 * `GET /v1/media/:lessonId`: a lesson's media for one session. Guarantees: nothing without the session's own
 * pass; the file is the one that the lesson is filed with, whatever the address says; ranges, conditions and
 * HEAD as RFC 9110 wants them (by @fastify/send; of several ranges at once the whole is sent); bounded in
 * requests, in answers at a time and in bytes; what is about to leave is told first (see `teller.ts`).
 */
import type { Readable } from 'node:stream';
import { pipeline, Transform, type TransformCallback } from 'node:stream';
import send from '@fastify/send';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { fail } from '../errors.ts';
import type { MediaFile, MediaFiles } from './files.ts';
import { timesOf } from './index/mediaIndex.ts';
import type { DeliveryMetrics } from './metrics.ts';
import type { Passes } from './pass.ts';
import type { DeliverySession } from './store.ts';
import type { Recipient, Teller } from './teller.ts';

/** A browser opens at most six connections to a server, and closes one late. */
const STREAMS_OF_SESSION = 8;
/** Each holds a file and 64 KB. */
const STREAMS_MAX = 4_000;
/** One browser keeps what it fetched for so long; between people nothing is shared. */
const CACHE_S = 3_600;

interface Bounds {
  take(key: string, amount?: number): boolean;
  giveBack(key: string, amount: number): void;
}

export interface MediaRouteDeps {
  readonly passes: Passes;
  readonly files: MediaFiles;
  readonly teller: Teller;
  readonly find: (session: string) => Promise<DeliverySession | null>;
  readonly metrics: Pick<DeliveryMetrics, 'sent'>;
  /** One key a session, counted in requests. */
  readonly requestRate: Bounds;
  /** One key a session, counted in whole files. */
  readonly fileRate: Bounds;
  readonly streams: Streams;
}

/** Answers under way. */
export interface Streams {
  count(): number;
  /**
   * `null`: too many, or this process ends. Otherwise what to call when it ends.
   * @param cut ends it at once
   */
  enter(session: string, cut: () => void): (() => void) | null;
  /** Ends all, and lets none begin: a stop must not wait for a video that someone paused. */
  stop(): void;
}

export function createStreams(): Streams {
  const bySession = new Map<string, Set<() => void>>();
  let all = 0;
  let stopped = false;
  return {
    count: () => all,
    enter(session, cut) {
      const mine = bySession.get(session) ?? new Set();
      if (stopped || mine.size >= STREAMS_OF_SESSION || all >= STREAMS_MAX) return null;
      mine.add(cut);
      bySession.set(session, mine);
      all += 1;
      return () => {
        if (!mine.delete(cut)) return;
        all -= 1;
        if (mine.size === 0) bySession.delete(session);
      };
    },
    stop() {
      stopped = true;
      for (const mine of [...bySession.values()]) for (const cut of [...mine]) cut();
    },
  };
}

export function mediaRoute(deps: MediaRouteDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onRequest', async (_request, reply) => {
      // The page is another origin's; the pass is in the address, and no cookie is looked at.
      reply.header('access-control-allow-origin', '*');
      reply.header('access-control-expose-headers', 'content-range, content-length, accept-ranges');
      reply.header('cross-origin-resource-policy', 'cross-origin');
    });
    app.route({
      method: ['GET', 'HEAD'],
      url: '/v1/media/:lessonId',
      schema: {
        tags: ['media'],
        summary: '课程视频 · The lesson’s media for one session, where this server delivers it',
        description:
          'The address comes from the SDK (`onMedia`). One byte range a request: 206, 416; conditions: 304. ' +
          'Bounded a session: 60 requests at once and 5 a second, 8 answers at a time, the file 8 times at once and twice an hour (`tooFrequent`).',
        params: z.object({ lessonId: z.string().min(1).max(128) }),
        querystring: z.object({
          session: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
          pass: z.string().min(16).max(128),
        }),
      },
      handler: async (request, reply) => {
        const { lessonId } = request.params;
        const { session, pass } = request.query;
        if (!deps.passes.verify(pass, session, lessonId)) return fail('mediaPass');
        if (!deps.requestRate.take(session)) return fail('tooFrequent', { retryAfterMs: 1_000 });
        const found = (await deps.find(session)) ?? fail('sessionUnknown');
        if (found.lessonId !== lessonId) return fail('mediaPass');
        const file = found.mediaFile === null ? null : await deps.files.find(found.mediaFile);
        if (found.mediaFile === null || file === null) return fail('notFound');
        return answer(deps, request, reply, { to: { session, ...found }, name: found.mediaFile, file });
      },
    });
  };
}

interface Wanted {
  readonly to: Recipient;
  readonly name: string;
  readonly file: MediaFile;
}

async function answer(
  deps: MediaRouteDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  { to, name, file }: Wanted,
): Promise<FastifyReply> {
  const found = await send(request.raw, `/${name}`, {
    ...{ root: deps.files.root, cacheControl: false, dotfiles: 'ignore', index: false },
  });
  const { statusCode, headers, stream } = found as typeof found & { stream: Readable };
  const withBody = (statusCode === 200 || statusCode === 206) && request.method === 'GET';
  if (!withBody) {
    stream.destroy();
    if (statusCode === 416) return fail416(reply, file.size);
    if (statusCode >= 400) return fail(statusCode === 412 ? 'badRequest' : 'notFound');
  }
  reply.headers(lowerCase(headers)).header('cache-control', `private, max-age=${CACHE_S}`);
  if (!withBody) return reply.code(statusCode).send();

  const length = Number(headers['Content-Length']);
  const from = Number(/^bytes (\d+)-/.exec(headers['Content-Range'] ?? '')?.[1] ?? 0);
  const share = length / file.size;
  const leave = deps.streams.enter(to.session, () => reply.raw.destroy());
  if (leave === null || !deps.fileRate.take(to.session, share)) {
    leave?.();
    stream.destroy();
    return fail('tooFrequent', { retryAfterMs: 10_000 });
  }
  let sent = 0;
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    leave();
    stream.destroy();
    deps.metrics.sent(sent);
    deps.fileRate.giveBack(to.session, (length - sent) / file.size);
  };
  reply.raw.once('close', end);
  const told = telling(deps, to, file, from, (bytes) => {
    sent += bytes;
  });
  try {
    // With the first byte: a process that may not tell it refuses in words, before the answer begins.
    await tellBefore(deps, to, file, from, from + 1);
  } catch (error) {
    end();
    throw error;
  }
  return reply.code(statusCode).send(pipeline(stream, told, () => undefined));
}

/** Passes bytes on when their media is told. */
function telling(
  deps: MediaRouteDeps,
  to: Recipient,
  file: MediaFile,
  from: number,
  passed: (bytes: number) => void,
): Transform {
  let at = from;
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      tellBefore(deps, to, file, at, at + chunk.length).then(() => {
        at += chunk.length;
        passed(chunk.length);
        done(null, chunk);
      }, done);
    },
  });
}

async function tellBefore(
  { teller }: MediaRouteDeps,
  to: Recipient,
  { index }: MediaFile,
  from: number,
  toByte: number,
): Promise<void> {
  const media = index === null ? null : timesOf(index, from, toByte);
  if (media !== null) await teller.before(to, media);
}

function fail416(reply: FastifyReply, size: number): never {
  reply.header('content-range', `bytes */${size}`);
  return fail('rangeUnsatisfiable');
}

function lowerCase(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}
