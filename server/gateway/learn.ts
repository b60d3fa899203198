/**
 * The namespace /learn: open, resume, beat, answer.
 *
 * A connection's states:
 *   fresh    bound to nothing; dropped when it stays so for 30 s
 *   binding  an open or resume is under way; a second one is refused
 *   bound    carries one session, until that is closed or the connection ends
 *
 * Guarantees: every message is parsed before anything else sees it; every request gets one
 * reply with a code of the error table or a value; what a message means is dated by its arrival;
 * who belongs to a newer release is told so and sent to look for it; nothing a browser sends ends the process or
 * takes back what was acknowledged.
 */
import type { ZodType } from 'zod';
import {
  type Ack,
  type Answered,
  answerSchema,
  BEAT_BYTES_MAX,
  type ClientToServer,
  type Opened,
  openSchema,
  type Reply,
  type Resumed,
  resumeSchema,
  type SealedBeat,
  sealedBeatSchema,
  WIRE_VERSION,
} from '../../sdk/wire.ts';
import { asAppError } from '../away.ts';
import { AppError, type ErrorCode, fail } from '../errors.ts';
import type { Beats } from './beats.ts';
import { type BindingDeps, createBinding } from './binding.ts';
import { type Buckets, createBucket } from './bucket.ts';
import { noteRoundTrip } from './freshness.ts';
import type { Live } from './live.ts';
import type { GatewayMetrics } from './metrics.ts';
import { next } from './next.ts';
import type { Refusals } from './refusals.ts';
import { wireError } from './reply.ts';
import type { LearnNamespace, LearnSocket } from './room.ts';
import { isStorable } from './text.ts';

/** Everything but the beats of a session, which have a rate of their own: see `beatRate`. */
const MESSAGE_RATE = { perSecond: 10, burst: 40 };
/** A connection that goes on after so many messages over the rate is a flood. */
const OVER_RATE_MAX = 500;
const OPEN_WITHIN_MS = 30_000;

export interface LearnDeps extends BindingDeps {
  readonly beats: Beats;
  readonly refusals: Refusals;
  readonly metrics: GatewayMetrics;
  /** One key a session, counted in beats, whatever way they come. */
  readonly beatRate: Buckets;
  readonly openWithinMs?: number;
}

/** Nothing goes on that Postgres would refuse, wherever it may be written down. */
const storableAnswer = answerSchema.refine(({ hand: _, ...answer }) => Object.values(answer).flat().every(isStorable));

export function serveLearn(learn: LearnNamespace, deps: LearnDeps): void {
  const { keys, live: sessions, beats, refusals, presence, handedOver, metrics, log, now } = deps;
  const binding = createBinding(learn, deps);

  learn.on('connection', (socket) => {
    socket.data.live = null;
    socket.data.binding = false;
    const bucket = createBucket(MESSAGE_RATE, () => performance.now());
    let overRate = 0;

    const idle = setTimeout(() => {
      if (socket.data.live === null) socket.disconnect(true);
    }, deps.openWithinMs ?? OPEN_WITHIN_MS);
    idle.unref();

    // The engine asks each connection for a sign of life; how long it takes is the line's round trip.
    let askedAt = 0;
    socket.conn.on('packetCreate', ({ type }: { type: string }) => {
      if (type === 'ping') askedAt = performance.now();
    });
    socket.conn.on('heartbeat', () => {
      if (socket.data.live !== null) noteRoundTrip(socket.data.live.freshness, performance.now() - askedAt);
    });
    socket.on('disconnect', () => {
      clearTimeout(idle);
      if (socket.data.live !== null) sessions.drop(socket.data.live);
      socket.data.live = null;
    });
    // Whoever connects can cause this at will: a stack each would be a flood of its own.
    socket.on('error', (error) => {
      metrics.malformed();
      log.debug({ session: sessionOf(socket), why: error.message }, 'a malformed packet ended a connection');
    });
    socket.onAny((name: string) => {
      if (!Object.hasOwn(names, name)) {
        metrics.ignored();
        if (!bucket.take()) dropFlood();
      }
    });

    function dropFlood(): void {
      overRate += 1;
      if (overRate > OVER_RATE_MAX) socket.disconnect(true);
    }

    function mayGoOn(name: keyof ClientToServer): boolean {
      const session = sessionOf(socket);
      return name === 'beat' && session !== undefined ? deps.beatRate.take(session) : bucket.take();
    }

    /** To another process: the SDK connects anew, and goes on after what is stored. */
    function sendAway(): void {
      const { live } = socket.data;
      if (live !== null) {
        handedOver.note(live.personKey);
        handedOver.note(live.session);
      }
      socket.disconnect(true);
    }

    function refuse(name: string, reply: ((r: Reply<never>) => void) | null, error: unknown): void {
      const failure = asAppError(error);
      metrics.refused(failure.code);
      if (failure.code === 'internal') log.error({ session: sessionOf(socket), name, err: error }, 'a request failed');
      reply?.({ ok: false, error: wireError(failure) });
      if (failure.code === 'newerRelease') sendAway();
    }

    /** Registers one request: rate, parse, work, reply. */
    function serve<M, R>(
      name: keyof ClientToServer,
      schema: ZodType<M>,
      malformed: (message: unknown) => ErrorCode,
      work: (message: M, arrivedAt: number) => Promise<R>,
    ): void {
      const listener = (...args: unknown[]) => {
        const arrivedAt = now();
        const last = args.at(-1);
        // A request without a callback is served all the same; its reply goes nowhere.
        const reply = typeof last === 'function' ? (last as (r: Reply<R>) => void) : null;
        if (!mayGoOn(name)) {
          if (reply === null) metrics.ignored();
          else refuse(name, reply, new AppError('tooFrequent'));
          return dropFlood();
        }
        const parsed = schema.safeParse(args[0]);
        if (!parsed.success) return refuse(name, reply, new AppError(malformed(args[0])));
        work(parsed.data, arrivedAt).then(
          (value) => reply?.({ ok: true, value }),
          (error: unknown) => refuse(name, reply, error),
        );
      };
      socket.on(name, listener as never);
    }

    serve('open', openSchema, versionOr, async (message): Promise<Opened> => {
      const opened = await binding.open(socket, message);
      clearTimeout(idle);
      return opened;
    });

    serve('resume', resumeSchema, versionOr, async (message): Promise<Resumed> => {
      const resumed = await binding.resume(socket, message.session, message.proof);
      clearTimeout(idle);
      return resumed;
    });

    serve(
      'beat',
      sealedBeatSchema,
      (message) => {
        const live = socket.data.live;
        if (live === null) return 'sessionMissing';
        if (isOversized(message)) return 'tooLarge';
        refusals.note(live.session, live.personKey, 'beatMalformed');
        return 'beatMalformed';
      },
      // Not `async`: the beat must be submitted before the next message is looked at.
      (sealed: SealedBeat, arrivedAt): Promise<Ack> => {
        const live = socket.data.live;
        if (live === null) return Promise.reject(new AppError('sessionMissing'));
        return acknowledge(live, sealed, arrivedAt);
      },
    );

    serve(
      'answer',
      storableAnswer,
      () => 'badRequest',
      async (answer, arrivedAt): Promise<Answered> => {
        const live = socket.data.live ?? fail('sessionMissing');
        // A beat sent just before accounts for the time until the answer: it is judged first.
        await live.turn;
        return presence.answer(live.session, live.personKey, answer, arrivedAt);
      },
    );
  });

  async function acknowledge(live: Live, sealed: SealedBeat, arrivedAt: number): Promise<Ack> {
    if (deps.draining()) return fail('draining');
    const entered = beats.enter(live, sealed, true, arrivedAt);
    const { stored } = entered instanceof Promise ? await entered : entered;
    const { seq, totals, nextBeat } = await stored;
    return { seq, ...next(keys, live, seq, nextBeat, now()), totals };
  }
}

const names: Readonly<Record<keyof ClientToServer, true>> = { open: true, resume: true, beat: true, answer: true };

function versionOr(message: unknown): ErrorCode {
  const version = typeof message === 'object' && message !== null && 'version' in message ? message.version : undefined;
  return typeof version === 'number' && version !== WIRE_VERSION ? 'versionUnsupported' : 'badRequest';
}

function isOversized(message: unknown): boolean {
  if (typeof message !== 'object' || message === null || !('body' in message)) return false;
  return typeof message.body === 'string' && message.body.length > BEAT_BYTES_MAX;
}

function sessionOf(socket: LearnSocket): string | undefined {
  return socket.data.live?.session;
}
