/** Whose address a connection has. Pure. */
import { isIP } from 'node:net';

/**
 * The same answer as fastify's `trustProxy: 'loopback'` (see http/app.ts): a proxy is believed when
 * it runs on this machine and a public address is configured, and nobody else is.
 * @param remote the other end of the socket
 * @param forwardedFor the header `X-Forwarded-For`, where there is one
 */
export function clientAddress(remote: string, forwardedFor: string | undefined, proxied: boolean): string {
  if (!proxied) return remote;
  // Each proxy appends whom it heard from: the last is the nearest, and the first may be invented.
  const hops = [...(forwardedFor ?? '').split(',').map((hop) => hop.trim()), remote].filter((hop) => isIP(hop) !== 0);
  return hops.toReversed().find((hop) => !isLoopback(hop)) ?? hops[0] ?? remote;
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./i.test(address);
}
