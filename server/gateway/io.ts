/**
 * The Socket.IO server that all namespaces share. Guarantees: WebSocket only, messages of at most
 * 64 KiB, no compression (a beat is smaller than a compressor's state), no cookie; with Redis,
 * rooms reach over processes, nothing that may not be lost travels there, and while it is away
 * local pages notice nothing.
 */
import type { Server as HttpServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { createClient } from 'redis';
import { Server } from 'socket.io';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';

/** A beat has at most 2 KiB; nothing on any namespace needs more than this. */
const MESSAGE_BYTES_MAX = 64 * 1024;
/** A dead page is noticed within 20 s, well before the policy calls it silent. */
const PING_INTERVAL_MS = 10_000;
const PING_TIMEOUT_MS = 10_000;
/** Fan-out is worth nothing after a minute; at 200 bytes an entry this is some 2 MB in Redis. */
const STREAM_ENTRIES = 10_000;

/** How long a start waits for Redis before it goes on without: fan-out is local until it comes. */
const REDIS_START_MS = 3_000;

export interface Io {
  readonly io: Server;
  close(): Promise<void>;
}

export async function createIo(server: HttpServer, config: Pick<Config, 'redisUrl'>, log: Log): Promise<Io> {
  const redis = config.redisUrl === null ? null : await connectRedis(config.redisUrl, log);
  const io = new Server(server, {
    transports: ['websocket'],
    maxHttpBufferSize: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
    httpCompression: false,
    serveClient: false,
    pingInterval: PING_INTERVAL_MS,
    pingTimeout: PING_TIMEOUT_MS,
    // Any platform's page may connect; it proves itself by ticket, never by cookie.
    cors: { origin: '*', credentials: false },
    ...(redis === null
      ? {}
      : { adapter: createAdapter(failingFast(redis), { streamName: 'zhenxue', maxLen: STREAM_ENTRIES }) }),
  });
  return {
    io,
    async close() {
      const closing = io.close();
      // It closes the HTTP server too, and would wait for connections on which nothing was ever asked.
      server.closeAllConnections();
      await closing;
      redis?.destroy();
    },
  };
}

const clientOf = (url: string) => createClient({ url });
type Redis = ReturnType<typeof clientOf>;

async function connectRedis(url: string, log: Log): Promise<Redis> {
  const redis = clientOf(url);
  let reachable = true;
  redis.on('ready', () => {
    reachable = true;
    log.info('redis is reachable');
  });
  redis.on('error', (error: unknown) => {
    // Each attempt to reconnect reports the same thing: once is enough.
    if (reachable) log.warn({ err: error }, 'redis is not reachable; fan-out is local until it is');
    reachable = false;
  });
  const connected = redis.connect().catch((error: unknown) => log.error({ err: error }, 'redis cannot be used'));
  const waited = new AbortController();
  await Promise.race([
    connected,
    setTimeout(REDIS_START_MS, undefined, { signal: waited.signal }).catch(() => undefined),
  ]);
  waited.abort();
  return redis;
}

/** Commands that publish. The adapter sends a message to its own sockets only after these have settled. */
const publishing: ReadonlySet<PropertyKey> = new Set(['xAdd', 'publish', 'sPublish']);

/**
 * The client as the adapter sees it: while Redis is away, publishing fails at once instead of
 * waiting in the client's queue, so that local pages still hear what is said to them.
 */
function failingFast(redis: Redis): Redis {
  return new Proxy(redis, {
    get(target, name) {
      if (publishing.has(name) && !target.isReady) return () => Promise.reject(new Error('redis is not reachable'));
      const value: unknown = Reflect.get(target, name);
      // The client keeps private fields: its methods must run on itself.
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
