/**
 * Tells the judge what is about to leave: a stretch of the media is evidence before its first byte is sent, so
 * that no crash forgets what a browser already has.
 *
 * A lesson is divided into cells of equal length; each is told once a session, whole, when its first byte is
 * due. So an hour of play makes some 60 events, a range that is fetched again makes none, and what is told
 * exceeds what is sent by less than a cell at each place where a transfer stops.
 *
 * A cell of a session: untold → telling → told; a failure leads back to untold, and it is tried again behind
 * the scenes and with its next byte. Guarantees: while the judge cannot store, media is delayed by at most
 * `WAIT_MS` a cell and never refused; when this process may not judge the person (it ends, or a newer release
 * has taken over), `before` rejects and nothing is sent.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { DeliveryMetrics } from './metrics.ts';

const CELL_MS_MIN = 10_000;
const CELL_MS_MAX = 60_000;
/** Cells of a short lesson. */
const CELLS = 60;
/** A commit takes 20–50 ms; beyond this the database is away, and the lesson plays on. */
const WAIT_MS = 2_000;
const AGAIN_MS = [1_000, 5_000, 25_000, 120_000] as const;
/** A session of an hour is about 5 KB. */
const SESSIONS_MAX = 20_000;

export interface Recipient {
  readonly session: string;
  readonly personKey: string;
  readonly lessonId: string;
  readonly lessonMs: number;
}

export type Stretch = readonly [fromMs: number, toMs: number];

export interface Teller {
  /** Resolves when the media from `fromMs` to `toMs` is told, or will be. */
  before(to: Recipient, media: Stretch): Promise<void>;
  /** Tries nothing again. */
  stop(): void;
}

interface TellerDeps {
  /** Makes it an event of the person's; rejects when it is not stored. */
  readonly deliver: (to: Recipient, media: readonly Stretch[]) => Promise<unknown>;
  readonly metrics: Pick<DeliveryMetrics, 'told' | 'untold'>;
  readonly log: Log;
  /** How long a cell waits for its commit; default 2 s. */
  readonly waitMs?: number;
}

/** How long the cells of a lesson are. */
export function cellMsOf(lessonMs: number): number {
  return Math.min(CELL_MS_MAX, Math.max(CELL_MS_MIN, Math.ceil(lessonMs / CELLS)));
}

export function createTeller({ deliver, metrics, log, waitMs = WAIT_MS }: TellerDeps): Teller {
  const sessions = new Map<string, Map<number, Promise<void>>>();
  const stopped = new AbortController();

  /** Sessions used lately stay. */
  function cellsOf(session: string): Map<number, Promise<void>> {
    const cells = sessions.get(session) ?? new Map<number, Promise<void>>();
    sessions.delete(session);
    sessions.set(session, cells);
    const [oldest] = sessions.keys();
    if (sessions.size > SESSIONS_MAX && oldest !== undefined) sessions.delete(oldest);
    return cells;
  }

  async function tell(to: Recipient, cell: number): Promise<void> {
    const cellMs = cellMsOf(to.lessonMs);
    const media: Stretch = [cell * cellMs, Math.min((cell + 1) * cellMs, to.lessonMs)];
    await deliver(to, [media]);
    metrics.told('server');
  }

  async function tellAgain(to: Recipient, cell: number, cells: Map<number, Promise<void>>): Promise<void> {
    for (const ms of AGAIN_MS) {
      await sleep(ms, undefined, { signal: stopped.signal, ref: false });
      // Its next byte came first.
      if (cells.has(cell)) return;
      try {
        await tell(to, cell);
        cells.set(cell, Promise.resolve());
        return;
      } catch (error) {
        if (isElsewhere(error)) return;
      }
    }
    metrics.untold('server');
    log.warn({ session: to.session }, 'media was sent and could not be told');
  }

  /** Once for each cell, however many ask for it. */
  function once(to: Recipient, cell: number): Promise<void> {
    const cells = cellsOf(to.session);
    let telling = cells.get(cell);
    if (telling === undefined) {
      telling = tell(to, cell);
      cells.set(cell, telling);
      telling.catch((error: unknown) => {
        cells.delete(cell);
        if (!isElsewhere(error)) tellAgain(to, cell, cells).catch(() => undefined);
      });
    }
    return telling;
  }

  return {
    async before(to, [fromMs, toMs]) {
      const cellMs = cellMsOf(to.lessonMs);
      const last = Math.ceil(Math.min(toMs, to.lessonMs) / cellMs);
      for (let cell = Math.floor(fromMs / cellMs); cell < last; cell += 1) {
        const waited = new AbortController();
        const telling = once(to, cell).catch((error: unknown) => {
          if (isElsewhere(error)) throw error;
        });
        try {
          const enough = sleep(waitMs, undefined, { signal: waited.signal, ref: false }).catch(() => undefined);
          await Promise.race([telling, enough]);
        } finally {
          waited.abort();
        }
      }
    },
    stop: () => stopped.abort(),
  };
}

/** Another process is to send this media: here it could not be told. */
function isElsewhere(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'newerRelease' || error.code === 'draining');
}
