/**
 * Keys and nonces of sessions. Guarantees: both follow from the master secret and the session's
 * id alone, so any process can go on with a session that another one opened; a nonce names the
 * number of the beat it was issued for, and checking one costs one HMAC whatever it claims.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { derive } from '../secrets.ts';

/** 96 bits, six a letter: a guess succeeds once in 10^28 tries, and each try is counted. */
const NONCE_LETTERS = 16;

export interface Keys {
  /** The session's MAC key, 32 bytes. */
  mac(session: string): Buffer;
  /**
   * The nonce issued when beat `index` was acknowledged; 0: when the session opened.
   * @example 'c.Zm9vYmFyYmF6cXV4' (index 12)
   */
  nonce(session: string, index: number): string;
  /** The index a nonce was issued for; `null` when this server never issued it to this session. */
  nonceIndex(session: string, nonce: string): number | null;
}

export function createKeys(master: Buffer): Keys {
  const macKey = derive(master, 'session-mac');
  const nonceKey = derive(master, 'nonce');
  const keys: Keys = {
    mac: (session) => createHmac('sha256', macKey).update(session).digest(),
    nonce(session, index) {
      const digest = createHmac('sha256', nonceKey).update(`${session}|${index}`).digest('base64url');
      return `${index.toString(36)}.${digest.slice(0, NONCE_LETTERS)}`;
    },
    nonceIndex(session, nonce) {
      const dot = nonce.indexOf('.');
      // Five digits in base 36 reach past the highest beat number the wire allows.
      if (dot < 1 || dot > 5) return null;
      const index = Number.parseInt(nonce.slice(0, dot), 36);
      if (!Number.isSafeInteger(index) || index < 0) return null;
      // Comparing the whole text also refuses any other spelling of the index.
      return sameText(keys.nonce(session, index), nonce) ? index : null;
    },
  };
  return keys;
}

/** The next MAC of a session's chain: base64url HMAC-SHA256(key, previous ‖ '|' ‖ body). */
export function link(key: Buffer, previous: string, body: string): string {
  return createHmac('sha256', key).update(`${previous}|${body}`).digest('base64url');
}

/**
 * Whether this is the MAC of beat `seq` after `previous`: sealed with the session's key, or as a closing beat
 * with the key that the SDK's Worker gave its page for this number (see the wire). The body of the second
 * kind is then still to be read: that key is good for the cause `closing` only.
 */
export function sealedHow(
  key: Buffer,
  previous: string,
  seq: number,
  { body, mac }: { readonly body: string; readonly mac: string },
): 'chained' | 'closing' | null {
  if (sameText(link(key, previous, body), mac)) return 'chained';
  // Looked for first: a flood of wrong MACs costs no more than it did. The wire's bodies have one spelling.
  if (!body.includes('"cause":"closing"')) return null;
  return sameText(link(closingKey(key, seq), previous, body), mac) ? 'closing' : null;
}

/** Seals the closing beat of this number, and nothing else. */
export function closingKey(key: Buffer, seq: number): Buffer {
  return createHmac('sha256', key).update(`closing|${seq}`).digest();
}

/** What whoever resumes must show: it holds the key, and means this very connection. */
export function resumeProof(key: Buffer, session: string, socketId: string): string {
  return createHmac('sha256', key).update(`resume|${session}|${socketId}`).digest('base64url');
}

/** Compares in time that does not depend on where the texts differ. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
