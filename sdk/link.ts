/**
 * The socket: Socket.IO, namespace `/learn`, WebSocket only.
 *
 * States: down → up (`onUp`, with the socket's id) → down (`onDown`) → … → closed. It comes
 * up again by itself, with jitter, until closed.
 *
 * Guarantees: a request is sent only while up and is answered or rejected within 8 s; one
 * that stays unanswered takes the connection down, so that it comes anew. Nothing is
 * buffered here: what waits, waits in the outbox.
 */
import { Manager, type Socket } from 'socket.io-client';
import { later } from './natives.ts';
import type {
  Ack,
  Answer,
  Answered,
  ClientToServer,
  Notice,
  Open,
  Opened,
  Posed,
  Reply,
  Resume,
  Resumed,
  SealedBeat,
  ServerToClient,
} from './wire.ts';

/** What may be asked, and what answers it. */
export interface Requests {
  open: [Open, Opened];
  resume: [Resume, Resumed];
  beat: [SealedBeat, Ack];
  answer: [Answer, Answered];
}

export interface LinkHandlers {
  onUp(socketId: string): void;
  onDown(): void;
  onChallenge(challenge: Posed): void;
  onNotice(notice: Notice): void;
}

export interface Link {
  /** Rejects when down, or when no answer came. */
  request<K extends keyof Requests>(kind: K, message: Requests[K][0]): Promise<Reply<Requests[K][1]>>;
  /** Takes the connection down and up again after about this long, ms. */
  reconnect(afterMs: number): void;
  close(): void;
}

/** What of the client library a request uses; its own types cannot pair a variable event with its reply. */
interface Asking {
  timeout(ms: number): {
    emitWithAck<K extends keyof Requests>(kind: K, message: Requests[K][0]): Promise<Reply<Requests[K][1]>>;
  };
}

const ACK_MS = 8000;
const RETRY_MS = 500;
const RETRY_MAX_MS = 10_000;

export function openLink(endpoint: string, handlers: LinkHandlers): Link {
  const manager = new Manager(endpoint, {
    transports: ['websocket'],
    autoConnect: false,
    reconnectionDelay: RETRY_MS,
    reconnectionDelayMax: RETRY_MAX_MS,
    randomizationFactor: 0.5,
    useNativeTimers: true,
  });
  const socket: Socket<ServerToClient, ClientToServer> = manager.socket('/learn');
  let closed = false;
  let wasUp = false;
  let waking = false;

  function reconnect(afterMs: number): void {
    if (closed || waking) return;
    waking = true;
    socket.disconnect();
    later(afterMs * (0.5 + Math.random()), () => {
      waking = false;
      if (!closed) socket.connect();
    });
  }

  function down(): void {
    if (wasUp && !closed) handlers.onDown();
    wasUp = false;
  }

  socket.on('connect', () => {
    wasUp = true;
    if (socket.id) handlers.onUp(socket.id);
  });
  socket.on('disconnect', () => {
    down();
    // Sent away by the server: the client library would stay down.
    if (!socket.active) reconnect(RETRY_MS);
  });
  socket.on('connect_error', () => {
    if (!socket.active) reconnect(RETRY_MAX_MS / 2);
  });
  socket.on('challenge', handlers.onChallenge);
  socket.on('notice', handlers.onNotice);
  socket.connect();

  return {
    async request(kind, message) {
      if (!socket.connected) throw new Error('down');
      const id = socket.id;
      try {
        return await (socket as unknown as Asking).timeout(ACK_MS).emitWithAck(kind, message);
      } catch (cause) {
        if (socket.connected && socket.id === id) reconnect(RETRY_MS);
        throw cause;
      }
    },
    reconnect,
    close() {
      closed = true;
      socket.disconnect();
    },
  };
}
