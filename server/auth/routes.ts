/** Login, logout and "who am I" for people. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Db } from '../db/pool.ts';
import { fail } from '../errors.ts';
import { errorResponses } from '../http/schemas.ts';
import { principalOf } from './auth.ts';
import { COOKIE } from './cookie.ts';
import { checkPassword } from './password.ts';
import type { Auth } from './principal.ts';
import { findPerson } from './store.ts';
import { TOKEN_SECONDS, type Tokens } from './token.ts';

/** A check costs 32 MiB: so many at once, the others wait; and so many wait, the others come back later. */
const CHECKS_AT_ONCE = 2;
/** Guesses for one name from one address, each minute. */
const LOGINS_A_MINUTE = 10;
/** Guesses from one address, each minute, whatever the names. */
const ADDRESS_LOGINS_A_MINUTE = 30;
/** More than one address can fill, even at the turn of its minute; the last waits some two seconds. */
const CHECKS_WAITING = 2 * ADDRESS_LOGINS_A_MINUTE;

const loginBody = z.strictObject({
  // No control characters: Postgres stores no NUL.
  username: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .regex(/^\P{Cc}+$/u),
  password: z.string().min(1).max(256),
});

const principalSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('platform'), platformId: z.string() }),
  z.object({
    kind: z.literal('person'),
    personId: z.string(),
    username: z.string(),
    role: z.enum(['monitor', 'reviewer']),
    region: z.string().describe('GB/T 2260 前缀 · prefix of region codes'),
  }),
  z.object({ kind: z.literal('trainee'), traineeId: z.string(), platformId: z.string() }),
]);

const loginReply = z.object({
  token: z.string().describe('放入 Authorization: Bearer · send as a Bearer token'),
  expiresInSeconds: z.number().int(),
  principal: principalSchema,
});

export interface AuthRoutesDeps {
  readonly db: Db;
  readonly auth: Auth;
  readonly tokens: Tokens;
  /** Whether the world reaches us by https: the cookie is then for https only. */
  readonly secure: boolean;
}

export function authRoutes({ db, auth, tokens, secure }: AuthRoutesDeps): FastifyPluginAsyncZod {
  const gate = createGate(CHECKS_AT_ONCE, CHECKS_WAITING);
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const;

  return async (app) => {
    const addressLimit = app.createRateLimit({ max: ADDRESS_LOGINS_A_MINUTE, timeWindow: 60_000 });

    app.post(
      '/v1/auth/login',
      {
        schema: {
          tags: ['auth'],
          summary: '登录 · Log in',
          body: loginBody,
          response: { 200: loginReply, ...errorResponses },
        },
        // Ahead of the limit for one name: random names must not crowd out the counts kept there.
        preHandler: async (request, reply) => {
          const limit = await addressLimit(request);
          if (limit.isAllowed || !limit.isExceeded) return;
          reply.header('retry-after', limit.ttlInSeconds);
          fail('tooFrequent', { retryAfterMs: limit.ttl });
        },
        config: {
          rateLimit: {
            max: LOGINS_A_MINUTE,
            timeWindow: 60_000,
            hook: 'preHandler',
            keyGenerator: (request) => `${request.ip}|${(request.body as z.infer<typeof loginBody>).username}`,
          },
        },
      },
      async (request, reply) => {
        const { username, password } = request.body;
        const person = await findPerson(db, username);
        const right = await gate(() => checkPassword(password, person?.passwordHash ?? null));
        if (!right || person === null) fail('badLogin');
        const principal = principalOf(person);
        const token = tokens.sign(principal, person.id);
        reply.setCookie(COOKIE, token, { ...cookie, maxAge: TOKEN_SECONDS });
        reply.header('cache-control', 'no-store');
        return { token, expiresInSeconds: TOKEN_SECONDS, principal };
      },
    );

    app.post(
      '/v1/auth/logout',
      { schema: { tags: ['auth'], summary: '退出 · Log out', response: { 204: z.null(), ...errorResponses } } },
      async (_request, reply) => {
        reply.clearCookie(COOKIE, cookie);
        return reply.code(204).send(null);
      },
    );

    app.get(
      '/v1/auth/me',
      {
        schema: {
          tags: ['auth'],
          summary: '当前身份 · Who am I',
          response: { 200: z.object({ principal: principalSchema }), ...errorResponses },
        },
      },
      async (request, reply) => {
        reply.header('cache-control', 'no-store');
        return { principal: await auth.principal(request) };
      },
    );
  };
}

/** Runs at most `width` at once and lets `waiting` more queue; beyond that `tooFrequent`. */
function createGate(width: number, waiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const queue: (() => void)[] = [];
  return async (work) => {
    if (running >= width) {
      if (queue.length >= waiting) fail('tooFrequent');
      await new Promise<void>((resolve) => queue.push(resolve));
    }
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      queue.shift()?.();
    }
  };
}
