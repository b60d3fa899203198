/** A line between a browser and the server that can be cut, as a pulled cable cuts it. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

export interface Line {
  /** The same address, by way of this line. */
  through(url: string): string;
  cut(): void;
  mend(): void;
  close(): void;
}

/** @param localAddress from which the far end is reached; default: the system's choice */
export async function openLine(to: string, localAddress?: string): Promise<Line> {
  const { hostname, port, origin } = new URL(to);
  const open = new Set<Socket>();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return near.destroy();
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
  const drop = () => {
    for (const socket of open) socket.destroy();
  };

  return {
    through: (url) => url.replace(origin, here),
    cut() {
      whole = false;
      drop();
    },
    mend() {
      whole = true;
    },
    close() {
      server.close();
      drop();
    },
  };
}
