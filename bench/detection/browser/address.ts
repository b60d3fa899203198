/**
 * An address of its own for each attacker: a relay on this machine whose connections to the server come from
 * another loopback address. Otherwise all of them would seem to sit behind one router.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Address {
  /** The server's own address, by way of this relay. */
  through(url: string): string;
  close(): void;
}

/** @param n each its own /24 */
export async function openAddress(serverUrl: string, n: number): Promise<Address> {
  const { hostname, port, origin } = new URL(serverUrl);
  // All of 127/8 is this machine on Linux; elsewhere only 127.0.0.1 is, and everybody shares it.
  const localAddress = process.platform === 'linux' ? `127.${1 + (n >> 8)}.${n & 255}.7` : undefined;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ port: Number(port), host: hostname, ...(localAddress !== undefined && { localAddress }) });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    through: (url) => url.replace(origin, here),
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
