/**
 * The ceiling: what Socket.IO alone does on this machine. The same transport options, the same
 * namespace, the same messages; a beat is acknowledged with an answer of the real one's size and
 * forgotten. No ticket, no MAC, no parsing, no detector, no database.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import type { Ack, ClientToServer, Opened, ServerToClient } from '../sdk/wire.ts';

const totals = { creditedMs: 0, heldMs: 12_345, deniedMs: 123 };
const nonce = `1a.${randomBytes(12).toString('base64url')}`;
const ack: Ack = { seq: 100, nonce, nextMs: 11_234, totals };

const http = createServer();
const io = new Server<ClientToServer, ServerToClient>(http, {
  transports: ['websocket'],
  maxHttpBufferSize: 64 * 1024,
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
  pingInterval: 10_000,
  pingTimeout: 10_000,
});

io.of('/learn').on('connection', (socket) => {
  socket.on('open', (_message, reply) => {
    const opened: Opened = {
      session: randomBytes(16).toString('base64url'),
      key: randomBytes(32).toString('base64url'),
      ...{ nonce, nextMs: 11_234, serverTime: Date.now(), totals },
      lesson: { id: 'bench-lesson', title: 'bench', durationMs: 1 },
    };
    reply({ ok: true, value: opened });
  });
  socket.on('beat', (_sealed, reply) => reply({ ok: true, value: ack }));
});

// A terminal's Ctrl-C reaches the whole group; whoever started us says when it is over.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
http.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` });
});
