/** The namespace /learn and the room of a session: how its page is reached from any process. */
import type { DefaultEventsMap, Namespace, Server, Socket } from 'socket.io';
import type { ClientToServer, ServerToClient } from '../../sdk/wire.ts';
import type { Live } from './live.ts';

export interface SocketData {
  live: Live | null;
  /** An open or resume is under way. */
  binding: boolean;
}
export type LearnNamespace = Namespace<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;
export type LearnSocket = Socket<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;

export function learnOf(io: Server): LearnNamespace {
  return io.of('/learn') as LearnNamespace;
}

export function sessionRoom(session: string): string {
  return `s:${session}`;
}

/** A session has one page: when it is connected here, nothing is sent (and nothing waits) elsewhere. */
export function pageOf(learn: LearnNamespace, session: string): Pick<LearnNamespace, 'emit'> {
  const room = sessionRoom(session);
  return learn.adapter.rooms.has(room) ? learn.local.to(room) : learn.to(room);
}

/** Ends every connection of the session but this one, here at once and elsewhere when it can be reached. */
export function endOthers(learn: LearnNamespace, session: string, socketId: string): void {
  const room = sessionRoom(session);
  learn.local.in(room).except(socketId).disconnectSockets(true);
  learn.in(room).except(socketId).disconnectSockets(true);
}
