/** A line to a server that can be cut: connections break, new ones are refused, until it is mended. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Line {
  /** The address with this line's port in place of the server's. */
  readonly url: string;
  cut(): Promise<void>;
  mend(): Promise<void>;
}

export async function lineTo(target: string): Promise<Line> {
  const to = new URL(target);
  const ends = new Set<Socket>();
  let port = 0;
  let server: Server | null = null;

  async function mend(): Promise<void> {
    server = createServer((near) => {
      const far = connect(Number(to.port), to.hostname);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        ends.add(one);
        one.pipe(other);
        one.on('error', () => undefined);
        one.on('close', () => {
          ends.delete(one);
          other.destroy();
        });
      }
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as { port: number });
  }

  await mend();
  const url = new URL(target);
  url.port = String(port);
  return {
    url: url.href,
    mend,
    async cut() {
      const closed = server === null ? null : once(server, 'close');
      server?.close();
      for (const end of ends) end.destroy();
      await closed;
      server = null;
    },
  };
}
