/**
 * The line between a page and the server. Mirrors sdk/link.ts: a request without an answer
 * for 8 s takes the connection down; it comes up again by itself, later and later.
 *
 * Like TCP it keeps the order and loses nothing while it lives: a packet lost is a delay. A
 * connection that ends loses what was on its way, in both directions.
 */
import type { Reply } from '../../../sdk/wire.ts';
import type { Question } from './bank.ts';
import type { BrowserPage } from './browserPage.ts';
import type { Manner } from './detectorPort.ts';
import { createLater, type Later } from './later.ts';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';

/** What the server holds of a connection. */
export interface Connection {
  readonly alive: boolean;
  /** Says something unasked. */
  push(message: Pushed): void;
  /** The server's process ends. */
  cut(): void;
}

/** A question that waits, as its page is told of it. */
export interface Challenge {
  readonly prompt: string;
  readonly remainingMs: number;
  readonly question: Question;
}

/** What an answer came to: all that is told of it, beside the lesson's totals. */
export interface Answered {
  readonly outcome: 'taken' | 'expired';
  readonly totals: Totals;
}

export interface Totals {
  readonly creditedMs: number;
  readonly heldMs: number;
  readonly deniedMs: number;
}

export type Pushed =
  | ({ readonly kind: 'challenge' } & Challenge)
  | { readonly kind: 'takenOver' }
  | { readonly kind: 'closed' };

export type Request =
  | { readonly kind: 'open'; readonly lesson: string; readonly device: string }
  | { readonly kind: 'resume'; readonly session: string }
  | {
      readonly kind: 'beat';
      readonly session: string;
      readonly sealed: { readonly body: string; readonly queued: boolean };
    }
  | {
      readonly kind: 'answer';
      readonly session: string;
      readonly prompt: string;
      readonly answer: Given;
      /** As the page tells it. */
      readonly manner: Omit<Manner, 'latencyMs'>;
    };

/** Whether somebody who knows gives the right one; or one of the answers that can be given, whatever it is. */
export type Given = boolean | number;

export interface Answerer {
  up(): boolean;
  serve(connection: Connection, request: Request, reply: (reply: Reply<unknown>) => void): void;
}

export interface LinkHandlers {
  onUp(): void;
  onDown(): void;
  onPushed(message: Pushed): void;
}

export interface Link {
  request<T>(request: Request): Promise<Reply<T>>;
  reconnect(afterMs: number): void;
  close(): void;
}

const ACK_MS = 8000;
const RETRY_MS = 500;
const RETRY_MAX_MS = 10_000;

interface Open extends Connection {
  alive: boolean;
  upAt: number;
  downAt: number;
  readonly waiting: Set<Later<Reply<unknown>>>;
}

export function openLink(
  page: BrowserPage,
  server: Answerer,
  schedule: Schedule,
  random: Random,
  handlers: LinkHandlers,
): Link {
  const { device } = page;
  let current: Open | null = null;
  let closed = false;
  let waking = false;
  let tries = 0;

  /** In order, through the network, and only while the connection lives. */
  function carry(open: Open, way: 'upAt' | 'downAt', then: () => void): void {
    open[way] = Math.max(open[way], schedule.now() + device.latencyMs());
    const arrive = (): void => {
      if (!open.alive) return;
      if (device.online) then();
      else device.throughNetwork(() => device.awake(arrive));
    };
    schedule.after(open[way] - schedule.now(), arrive);
  }

  function connection(): Open {
    const open: Open = {
      alive: true,
      upAt: 0,
      downAt: 0,
      waiting: new Set(),
      push: (message) => carry(open, 'downAt', () => page.task(0, () => open.alive && handlers.onPushed(message))),
      cut: () => page.task(device.latencyMs(), () => open.alive && reconnect(RETRY_MS)),
    };
    return open;
  }

  function down(): void {
    const was = current;
    if (was === null) return;
    current = null;
    was.alive = false;
    for (const later of was.waiting) later.reject();
    if (!closed) handlers.onDown();
  }

  function reconnect(afterMs: number): void {
    if (closed || waking) return;
    waking = true;
    down();
    page.task(afterMs * (0.5 + random()), () => {
      waking = false;
      connect();
    });
  }

  function connect(): void {
    page.task(3 * device.latencyMs(), () => {
      if (closed || current !== null || waking) return;
      if (!device.online || !server.up()) {
        page.task(Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** Math.min(8, tries++)) * (0.5 + random()), connect);
        return;
      }
      tries = 0;
      current = connection();
      handlers.onUp();
    });
  }
  connect();

  return {
    request<T>(request: Request) {
      const later = createLater<Reply<unknown>>();
      const mine = current;
      if (mine === null) later.reject();
      else {
        mine.waiting.add(later);
        let answered = false;
        page.task(ACK_MS, () => {
          if (answered || !mine.alive) return;
          later.reject();
          reconnect(RETRY_MS);
        });
        carry(mine, 'upAt', () =>
          server.serve(mine, request, (reply) =>
            carry(mine, 'downAt', () =>
              page.task(0, () => {
                answered = true;
                mine.waiting.delete(later);
                if (mine.alive) later.resolve(reply);
              }),
            ),
          ),
        );
      }
      return later.promise as Promise<Reply<T>>;
    },
    reconnect,
    close() {
      closed = true;
      down();
    },
  };
}
