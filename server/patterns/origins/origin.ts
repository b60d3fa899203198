/**
 * Where a session was opened from, as it may be kept: keyed hashes of the address and of its
 * network. Guarantees: equal addresses give equal hashes, however they are written; without the
 * key an address cannot be found by trying all of them (there are only 2^32 of IPv4).
 */
import { createHmac } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';

export interface OriginHashes {
  readonly address: Buffer;
  /** Of the /24 (IPv4) or the /48 (IPv6): what one household, school or company is usually given. */
  readonly network: Buffer;
}

/** 128 bits: two of 10^9 addresses share one with a chance of 10^-21. */
const HASH_BYTES = 16;

/** @returns null for what is no address. */
export function hashOrigin(key: Buffer, text: string): OriginHashes | null {
  const origin = originOf(text);
  if (origin === null) return null;
  const hash = (what: string): Buffer => createHmac('sha256', key).update(what).digest().subarray(0, HASH_BYTES);
  return { address: hash(`address|${origin.address}`), network: hash(`network|${origin.network}`) };
}

/** @example originOf('2001:db8::1') // { address: '2001:db8:0:0:0:0:0:1', network: '2001:db8:0/48' } */
export function originOf(text: string): { readonly address: string; readonly network: string } | null {
  const bare = text.replace(/%.*$/, '');
  const v4 = isIPv4(bare) ? bare : mappedV4(bare);
  if (v4 !== null) return { address: v4, network: `${v4.split('.').slice(0, 3).join('.')}/24` };
  if (!isIPv6(bare)) return null;
  const groups = groupsOf(bare);
  return { address: groups.join(':'), network: `${groups.slice(0, 3).join(':')}/48` };
}

/** `::ffff:1.2.3.4`: what a socket that takes both families says of an IPv4 address. */
function mappedV4(text: string): string | null {
  const found = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1];
  return found !== undefined && isIPv4(found) ? found : null;
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(text: string): string[] {
  const [head = '', tail] = text.split('::');
  const read = (part: string): string[] =>
    part === ''
      ? []
      : part.split(':').flatMap((group) => {
          if (!group.includes('.')) return [Number.parseInt(group, 16).toString(16)];
          const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
          return [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
        });
  const before = read(head);
  if (tail === undefined) return before;
  const after = read(tail);
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after];
}
