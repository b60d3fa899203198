/** Whether the port may be listened on, found out before anything else is started. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Throws what listening there would. Another process may still take it before we do. */
export async function tryPort(port: number, host: string): Promise<void> {
  const server = createServer().listen({ port, host });
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}
