/**
 * Seals beats with the session's key: mac(n) = HMAC-SHA256(key, mac(n−1) ‖ '|' ‖ body), mac(0) = session id.
 *
 * Guarantees: synchronous (a page that closes has no time to wait) and works without a
 * secure context, where the browser has no `crypto.subtle`.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';

export interface Seal {
  /** The MAC over this body, chained to the body sealed before. base64url, 43 characters. */
  next(body: string): string;
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

/** `key`: base64url, as `open` answered it. */
export function createSeal(session: string, key: string): Seal {
  const secret = fromBase64url(key);
  const text = new TextEncoder();
  const mac = (message: string): string => toBase64url(hmac(sha256, secret, text.encode(message)));
  let chain = session;

  return {
    next(body) {
      chain = mac(`${chain}|${body}`);
      return chain;
    },
    proof: (socketId) => mac(`resume|${session}|${socketId}`),
  };
}
