/**
 * Binding a connection to a session: by a ticket (open) or by the session's key (resume).
 *
 * Guarantees: a connection carries at most one session; a ticket opens one, and is given back
 * when nothing could be stored; whoever resumes holds the key and goes on where the store ends.
 */
import { randomBytes } from 'node:crypto';
import type { FaceStanding, Open, Opened, Resumed } from '../../sdk/wire.ts';
import { AppError, fail } from '../errors.ts';
import type { Log } from '../log.ts';
import type { CurrentPolicy, FindEnrolment, Judge, LoadPolicy, Media, Presence, SessionOpened } from './contract.ts';
import type { HandedOver } from './handedOver.ts';
import { type Keys, resumeProof, sameText } from './keys.ts';
import { inTurn, type Live, type LiveSessions } from './live.ts';
import { intervalOf, next } from './next.ts';
import { endOthers, type LearnNamespace, type LearnSocket, sessionRoom } from './room.ts';
import type { GatewayStore } from './store.ts';
import type { Tickets } from './tickets.ts';

/** 128 bits: a session's id cannot be guessed. */
const SESSION_ID_BYTES = 16;

export interface BindingDeps {
  readonly keys: Keys;
  readonly store: GatewayStore;
  readonly tickets: Tickets;
  readonly live: LiveSessions;
  readonly judge: Pick<Judge, 'open'>;
  readonly presence: Presence;
  readonly findEnrolment: FindEnrolment;
  readonly loadPolicy: LoadPolicy;
  readonly currentPolicy: CurrentPolicy;
  readonly media: Media;
  readonly handedOver: HandedOver;
  /** Told after the session is stored. Returns at once and never throws. */
  readonly sessionOpened: (opened: SessionOpened) => void;
  readonly log: Log;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly draining: () => boolean;
}

export interface Binding {
  open(socket: LearnSocket, message: Open): Promise<Opened>;
  resume(socket: LearnSocket, session: string, proof: string): Promise<Resumed>;
}

interface Bound<R> {
  readonly live: Live;
  readonly reply: R;
}

export function createBinding(learn: LearnNamespace, deps: BindingDeps): Binding {
  const { keys, store, tickets, live: sessions, judge, presence, handedOver, log, now } = deps;

  /** One session a connection; only one open or resume at a time. */
  async function bind<R>(socket: LearnSocket, work: () => Promise<Bound<R>>): Promise<R> {
    if (deps.draining()) return fail('draining');
    const old = socket.data.live;
    if (socket.data.binding || (old !== null && !old.closed)) return fail('sessionBound');
    socket.data.binding = true;
    try {
      const { live, reply } = await work();
      if (old !== null) await leave(socket, old);
      socket.data.live = live;
      // The page went while we asked; its disconnect found nothing to drop.
      if (!socket.connected) {
        socket.data.live = null;
        sessions.drop(live);
      }
      return reply;
    } finally {
      socket.data.binding = false;
    }
  }

  async function leave(socket: LearnSocket, live: Live): Promise<void> {
    socket.data.live = null;
    sessions.drop(live);
    await socket.leave(sessionRoom(live.session));
  }

  async function open(socket: LearnSocket, message: Open): Promise<Bound<Opened>> {
    const { device, forms, sealing } = message;
    const ticket = await tickets.verify(message.ticket);
    const { platformId, traineeId, classId, lessonId } = ticket;
    const found = (await deps.findEnrolment(platformId, traineeId, classId, lessonId)) ?? fail('ticketScope');
    const { personKey, region, lessonMs, occupationCode } = found;
    if (handedOver.has(personKey)) return fail('newerRelease');
    // Another may be published for the class by now; a session keeps the one it opens with.
    const policyHash = await deps.currentPolicy({ platformId, region, occupationCode, policyHash: found.policyHash });
    const interval = intervalOf(await deps.loadPolicy(policyHash));
    if (!(await store.spend(platformId, ticket.jti, ticket.expiresMs))) return fail('ticketSpent');
    const session = randomBytes(SESSION_ID_BYTES).toString('base64url');
    const { delivery, path } = await deps.media.ofSession(session, { lessonId, ...found });
    // In the room before the session exists: the first notice must not be lost.
    await socket.join(sessionRoom(session));
    try {
      const face = forms?.includes('face') ? await standing(session, personKey, policyHash) : null;
      const { at: openedAt, totals } = await judge.open({
        id: session,
        of: ticket.of,
        personKey,
        traineeId,
        platformId,
        classId,
        region,
        lessonId,
        lessonMs,
        device,
        policyHash,
        sealed: sealing,
        ...(delivery === null ? {} : { delivery }),
        ...(face?.consent && face.enrolled ? { face: true } : {}),
      });
      deps.sessionOpened({ session, personKey, at: openedAt, ...whence(socket) });
      const live = sessions.adopt({ session, personKey, lesson: lessonId, interval, totals });
      if (forms !== undefined || ticket.assistive) await announce(session, forms ?? ['single'], ticket.assistive);
      sendPending(socket, live);
      const lesson = { id: lessonId, title: found.lessonTitle, durationMs: lessonMs };
      const key = live.key.toString('base64url');
      const at = now();
      const opened: Opened = {
        ...{ session, key, ...next(keys, live, 0, interval, at), serverTime: at, lesson, totals },
        ...(path === null ? {} : { media: path }),
        ...(face === null ? {} : { face }),
      };
      return { live, reply: opened };
    } catch (error) {
      if (error instanceof AppError && error.code === 'newerRelease') handedOver.note(personKey);
      await socket.leave(sessionRoom(session));
      // No session came of it: the browser may try again with the same ticket.
      await store.unspend(platformId, ticket.jti).catch((err: unknown) => log.warn({ err }, 'a ticket stays spent'));
      throw error;
    }
  }

  async function resume(socket: LearnSocket, session: string, proof: string): Promise<Bound<Resumed>> {
    if (!sameText(resumeProof(keys.mac(session), session, socket.id), proof)) return fail('resumeProof');
    if (handedOver.has(session)) return fail('newerRelease');
    const live = await sessions.retain(session);
    try {
      // Another process may have gone on, or have closed it: what counts is what is stored.
      const { seq } = await inTurn(live, () => sessions.reload(live));
      if (live.closed) return fail('sessionClosed');
      const challenge = await presence.pending(live.personKey, session);
      await socket.join(sessionRoom(session));
      // The page's earlier connection is dead or a copy; either way it is over.
      endOthers(learn, session, socket.id);
      return { live, reply: { seq, ...next(keys, live, seq, live.interval, now()), totals: live.totals, challenge } };
    } catch (error) {
      sessions.drop(live);
      throw error;
    }
  }

  /** The session stands all the same: its page is then asked what every page can draw. */
  async function announce(session: string, forms: readonly string[], assistive: boolean): Promise<void> {
    try {
      await presence.announced(session, forms, assistive);
    } catch (err) {
      log.error({ session, err }, 'what a page can draw was not kept');
    }
  }

  /** The session stands without it, too: questions are asked. */
  async function standing(session: string, personKey: string, policyHash: string): Promise<FaceStanding | null> {
    try {
      return (await presence.standing?.(session, personKey, policyHash)) ?? null;
    } catch (err) {
      log.error({ session, err }, 'how a trainee stands with face checks could not be read');
      return null;
    }
  }

  /** A person's prompt follows the person: a new session does not shake it off. */
  function sendPending(socket: LearnSocket, { session, personKey }: Live): void {
    presence.pending(personKey, session).then(
      (challenge) => {
        if (challenge !== null) socket.emit('challenge', challenge);
      },
      (err: unknown) => log.error({ session, err }, 'a waiting prompt could not be read'),
    );
  }

  return {
    open: (socket, message) => bind(socket, () => open(socket, message)),
    resume: (socket, session, proof) => bind(socket, () => resume(socket, session, proof)),
  };
}

function whence({ handshake }: LearnSocket): Pick<SessionOpened, 'remote' | 'forwardedFor'> {
  const header = handshake.headers['x-forwarded-for'];
  return { remote: handshake.address, forwardedFor: Array.isArray(header) ? header.join(',') : header };
}
