/**
 * Who may listen on `/monitor`.
 *
 * Guarantees: only people, with a credential that expires. A cookie counts only when
 * the page that opened the socket is ours: browsers send cookies along with sockets
 * that any other page opens.
 */
import type { IncomingHttpHeaders } from 'node:http';
import jwt from 'jsonwebtoken';
import { cookieToken, isOurPage } from '../auth/cookie.ts';
import type { Principal } from '../auth/principal.ts';
import type { Person } from '../auth/scope.ts';
import { fail } from '../errors.ts';

/** A people token is some hundred bytes; nothing near this is one. */
const TOKEN_MAX = 4096;

export interface Handshake {
  /** What the browser sent as `auth`. A claim. */
  readonly auth: { readonly token?: unknown; readonly since?: unknown };
  readonly headers: IncomingHttpHeaders;
}

export interface AdmissionDeps {
  /** Throws where the token is not valid. */
  readonly fromToken: (token: string) => Principal;
  /** Where browsers reach us, if that differs from the Host header. */
  readonly publicUrl: string | null;
}

export interface Admitted {
  readonly person: Person;
  /** ms since the epoch: from then on the token is worth nothing. */
  readonly expiresMs: number;
  /** ms since the epoch: alerts since then are wanted; null: none. */
  readonly sinceMs: number | null;
}

/** Throws `unauthenticated` or `forbidden`. */
export function admit(handshake: Handshake, deps: AdmissionDeps): Admitted {
  const token = bearer(handshake.auth.token) ?? fromCookie(handshake.headers, deps);
  if (token === null) return fail('unauthenticated');
  const principal = deps.fromToken(token);
  if (principal.kind !== 'person') return fail('forbidden');
  const expiresMs = expiryOf(token);
  if (expiresMs === null) return fail('unauthenticated');
  const since = handshake.auth.since;
  const sinceMs = typeof since === 'number' && Number.isSafeInteger(since) && since >= 0 ? since : null;
  return { person: principal, expiresMs, sinceMs };
}

function bearer(value: unknown): string | null {
  return typeof value === 'string' && value.length > 0 && value.length <= TOKEN_MAX ? value : null;
}

function fromCookie({ origin, host, cookie }: IncomingHttpHeaders, { publicUrl }: AdmissionDeps): string | null {
  if (origin === undefined || !isOurPage(origin, host, publicUrl)) return null;
  return bearer(cookieToken(cookie));
}

/** Read only after `fromToken` has verified the same token. */
function expiryOf(token: string): number | null {
  const claims = jwt.decode(token);
  return claims !== null && typeof claims === 'object' && typeof claims.exp === 'number' ? claims.exp * 1000 : null;
}
