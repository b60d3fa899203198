/**
 * What a page proves itself by while it holds a sitting. Pure. Guarantees: nobody makes one without the server's
 * key; it names the lease that it was given for, so a page that lost the lease is told so.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** @example sittingKey(key, 'Zk3…', 2) // '2.pX0…' */
export function sittingKey(key: Buffer, sittingId: string, lease: number): string {
  return `${lease}.${createHmac('sha256', key).update(`${sittingId}|${lease}`).digest('base64url')}`;
}

/** The lease that it was given for; null: it is none of this sitting. */
export function leaseOf(key: Buffer, sittingId: string, given: string): number | null {
  const lease = Number(/^([1-9]\d{0,8})\./.exec(given)?.[1] ?? Number.NaN);
  if (!Number.isSafeInteger(lease)) return null;
  const [own, theirs] = [Buffer.from(sittingKey(key, sittingId, lease)), Buffer.from(given)];
  return own.length === theirs.length && timingSafeEqual(own, theirs) ? lease : null;
}
