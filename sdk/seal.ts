/**
 * Seals beats with the session's key: mac(n) = HMAC-SHA256(key, mac(n−1) ‖ '|' ‖ body), mac(0) = session id.
 *
 * Guarantees: synchronous (a page that closes has no time to wait) and works without a
 * secure context, where the browser has no `crypto.subtle`.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { atob, btoa, utf8 } from './natives.ts';

export interface Seal {
  /** The MAC over this body, chained to the body sealed before. base64url, 43 characters. */
  next(body: string): string;
  /** The key that seals a closing beat of this number, and nothing else: the page may have it. */
  closing(seq: number): Uint8Array;
  /** Proof for `resume` that we hold the key; the socket's id makes it good once. */
  proof(socketId: string): string;
}

function fromBase64url(text: string): Uint8Array {
  const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

export function toBase64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=/g, '');
}

const digest = (key: Uint8Array, message: string): Uint8Array => hmac(sha256, key, utf8(message));

/** The MAC that follows `previous`. */
export const link = (key: Uint8Array, previous: string, body: string): string =>
  toBase64url(digest(key, `${previous}|${body}`));

/** `key`: base64url, as `open` answered it. */
export function createSeal(session: string, key: string): Seal {
  const secret = fromBase64url(key);
  let chain = session;

  return {
    next(body) {
      chain = link(secret, chain, body);
      return chain;
    },
    closing: (seq) => digest(secret, `closing|${seq}`),
    proof: (socketId) => link(secret, 'resume', `${session}|${socketId}`),
  };
}
