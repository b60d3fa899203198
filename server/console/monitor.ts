/**
 * `/monitor`: what people see as it happens.
 *
 * Guarantees: an alert reaches exactly those whose region prefix covers its region.
 * A listener joins one room, `r:<own prefix>`; an alert goes to the rooms of every
 * prefix of its region, and Socket.IO delivers it once to each socket. Nothing that a
 * browser sends is read. A socket ends with its token. Whoever reconnects with `since`
 * misses nothing: live alerts start before the stored ones are read, so one may come
 * twice (same id), and none is lost.
 *
 * A socket's states: admitted → joined (hears live alerts) → caught up → gone.
 */
import type { Namespace, Server, Socket } from 'socket.io';
import type { AlertView } from '../alerts/alert.ts';
import { isoOf } from '../auth/fields.ts';
import { type Person, prefixesOf } from '../auth/scope.ts';
import { asAppError } from '../away.ts';
import { errors } from '../errors.ts';
import type { SessionChange } from '../judge/contract.ts';
import type { Log } from '../log.ts';
import { type AdmissionDeps, type Admitted, admit } from './admission.ts';
import { type RegionCounts, type Tally, tallyOf } from './tally.ts';

/** A glance at the board is never older than this. */
const TALLY_MS = 2000;
/** Alerts sent on connect; older ones are read over HTTP. */
export const MISSED_MAX = 200;
/** An alert is stamped before it is committed: one stamped earlier may be announced later, by at most a commit's time. */
const COMMIT_SLACK_MS = 5000;
/** Longest delay of a timer (2³¹ − 1 ms): a later expiry is looked at again then. */
const TIMER_MAX_MS = 2_147_483_647;

export interface SessionMessage
  extends Pick<SessionChange, 'session' | 'traineeId' | 'classId' | 'lessonId' | 'state'> {
  /** ISO 8601, UTC, with milliseconds. */
  readonly at: string;
}

export interface MonitorEvents {
  alert(alert: AlertView): void;
  session(change: SessionMessage): void;
  tally(tally: Tally): void;
}

export interface MonitorDeps extends AdmissionDeps {
  readonly io: Server;
  /** Alerts within the person's bounds since then, newest first, at most `limit`. */
  readonly missed: (person: Person, sinceMs: number, limit: number) => Promise<readonly AlertView[]>;
  readonly counts: () => Promise<RegionCounts>;
  readonly log: Log;
  readonly now?: () => number;
  readonly tallyMs?: number;
}

export interface Monitor {
  /** `region` is the alert's. Never throws. */
  alert(alert: AlertView, region: string): void;
  /** Its region decides who hears of it. Never throws. */
  session(change: SessionChange): void;
  /** Ends the timers; the sockets are the server's to close. */
  close(): void;
}

type Nothing = Record<never, never>;
type MonitorSocket = Socket<Nothing, MonitorEvents, Nothing, { admitted?: Admitted }>;

const roomOf = (prefix: string): string => `r:${prefix}`;

export function monitor(deps: MonitorDeps): Monitor {
  const { io, log, now = Date.now, tallyMs = TALLY_MS } = deps;
  const space: Namespace<Nothing, MonitorEvents, Nothing, { admitted?: Admitted }> = io.of('/monitor');
  const board = tallyBoard(space, deps.counts, log, tallyMs);

  space.use((socket, next) => {
    try {
      socket.data.admitted = admit(socket.handshake, deps);
      next();
    } catch (error) {
      next(refusal(error));
    }
  });

  space.on('connection', (socket) => {
    const admitted = socket.data.admitted;
    if (admitted === undefined) return void socket.disconnect(true);
    // Not calling on: whatever a browser sends ends here, unread and unanswered.
    socket.use(() => undefined);
    endWithToken(socket, admitted, now);
    void socket.join(roomOf(admitted.person.region));
    board.joined(admitted.person.region);
    if (admitted.sinceMs !== null) void catchUp(socket, admitted.person, admitted.sinceMs);
  });

  async function catchUp(socket: MonitorSocket, person: Person, sinceMs: number): Promise<void> {
    try {
      const missed = await deps.missed(person, Math.max(0, sinceMs - COMMIT_SLACK_MS), MISSED_MAX);
      for (const alert of missed.toReversed()) socket.emit('alert', alert);
    } catch (error) {
      log.error({ err: error }, 'missed alerts could not be read; the console reconnects');
      socket.conn.close();
    }
  }

  function toRegion(region: string) {
    return space.to(prefixesOf(region).map(roomOf));
  }

  return {
    alert(alert, region) {
      attempt(log, () => toRegion(region).emit('alert', alert));
    },
    session({ region, session, traineeId, classId, lessonId, state, at }) {
      const message = { session, traineeId, classId, lessonId, state, at: isoOf(at) };
      attempt(log, () => toRegion(region).emit('session', message));
    },
    close: board.close,
  };
}

/** Ends the socket when its token ends. */
function endWithToken(socket: MonitorSocket, admitted: Admitted, now: () => number): void {
  let timer: NodeJS.Timeout | undefined;
  const endOrWait = (): void => {
    const left = admitted.expiresMs - now();
    if (left <= 0) return void socket.disconnect(true);
    timer = setTimeout(endOrWait, Math.min(left, TIMER_MAX_MS));
    timer.unref();
  };
  socket.on('disconnect', () => clearTimeout(timer));
  endOrWait();
}

interface Board {
  joined(prefix: string): void;
  close(): void;
}

/**
 * Tells each watched prefix its tally when it changed. Counts only while somebody on
 * this process watches, and only for them: each process tells its own sockets.
 */
function tallyBoard(
  space: Namespace<Nothing, MonitorEvents, Nothing, { admitted?: Admitted }>,
  counts: () => Promise<RegionCounts>,
  log: Log,
  everyMs: number,
): Board {
  const told = new Map<string, string>();
  let busy = false;

  async function round(): Promise<void> {
    if (busy || space.sockets.size === 0) return;
    busy = true;
    try {
      const now = await counts();
      const watched = new Set([...space.sockets.values()].flatMap((s) => s.data.admitted?.person.region ?? []));
      for (const prefix of told.keys()) if (!watched.has(prefix)) told.delete(prefix);
      for (const prefix of watched) {
        const tally = tallyOf(now, prefix);
        const text = JSON.stringify(tally);
        if (told.get(prefix) === text) continue;
        told.set(prefix, text);
        space.local.to(roomOf(prefix)).emit('tally', tally);
      }
    } catch (error) {
      log.error({ err: error }, 'the tally could not be counted; it is tried again');
    } finally {
      busy = false;
    }
  }

  const timer = setInterval(() => void round(), everyMs);
  timer.unref();
  return {
    joined(prefix) {
      // A newcomer has been told nothing yet: the prefix is told again.
      told.delete(prefix);
      void round();
    },
    close: () => clearInterval(timer),
  };
}

function attempt(log: Log, work: () => void): void {
  try {
    work();
  } catch (error) {
    log.error({ err: error }, 'a live message was not sent; it stays readable over HTTP');
  }
}

/** What the browser's `connect_error` carries: the row of the error table, nothing else. */
function refusal(error: unknown): Error {
  const { code } = asAppError(error);
  const { zh, en, retry } = errors[code];
  return Object.assign(new Error(en), { data: { code, message: zh, en, retry } });
}
