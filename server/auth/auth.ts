/**
 * From a request to its principal. Guarantees: exactly one credential decides; an API key is
 * looked up by its SHA-256 only (the key itself is stored nowhere); the cookie is honoured
 * only for pages of our own origin.
 */
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Db } from '../db/pool.ts';
import { fail } from '../errors.ts';
import { cookieToken, isOurPage } from './cookie.ts';
import type { Auth, Principal } from './principal.ts';
import { findPlatformByKeyHash, type PersonRow } from './store.ts';
import type { Tokens } from './token.ts';

/** Tells a platform's key from a people token at a glance, and lets scanners find leaked ones. */
export const API_KEY_PREFIX = 'zxk_';

export function apiKeyHash(apiKey: string): Buffer {
  return createHash('sha256').update(apiKey).digest();
}

export interface AuthDeps {
  readonly db: Db;
  readonly tokens: Tokens;
  /** Where browsers reach us, if that differs from the Host header. */
  readonly publicUrl?: string | null;
}

export function createAuth({ db, tokens, publicUrl = null }: AuthDeps): Auth {
  const fromBearer = async (credential: string): Promise<Principal> => {
    if (!credential.startsWith(API_KEY_PREFIX)) return tokens.verify(credential);
    const platformId = await findPlatformByKeyHash(db, apiKeyHash(credential));
    return platformId === null ? fail('unauthenticated') : { kind: 'platform', platformId };
  };

  return {
    fromToken: tokens.verify,
    principal: async (request) => {
      const authorization = request.headers.authorization;
      if (authorization === undefined) {
        refuseForeignPage(request, publicUrl);
        return tokens.verify(cookieToken(request.headers.cookie) ?? fail('unauthenticated'));
      }
      const credential = /^Bearer ([A-Za-z0-9._~+/=-]{16,4096})$/i.exec(authorization)?.[1];
      return credential === undefined ? fail('unauthenticated') : fromBearer(credential);
    },
  };
}

/** What a person who logged in may be. A row that lacks its bound is a fault, not a wider view. */
export function principalOf(person: PersonRow): Principal {
  switch (person.role) {
    case 'monitor':
    case 'reviewer':
      return {
        kind: 'person',
        personId: person.id,
        username: person.username,
        role: person.role,
        region: person.region,
      };
    case 'platform':
      if (person.platformId === null) return fail('forbidden');
      return { kind: 'platform', platformId: person.platformId };
    case 'trainee':
      if (person.traineeId === null || person.traineePlatformId === null) return fail('forbidden');
      return { kind: 'trainee', traineeId: person.traineeId, platformId: person.traineePlatformId };
    default:
      return person.role satisfies never;
  }
}

/**
 * SameSite=Strict lets sibling subdomains and other ports of one host through; the browser's own
 * word on where a request comes from does not. Over plain HTTP, and from older browsers, that word
 * is only the Origin. Callers that are not browsers send neither.
 */
function refuseForeignPage({ method, headers }: FastifyRequest, publicUrl: string | null): void {
  if (method === 'GET' || method === 'HEAD') return;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') fail('forbidden');
  if (headers.origin === undefined) return;
  if (!isOurPage(headers.origin, headers.host, publicUrl)) fail('forbidden');
}
