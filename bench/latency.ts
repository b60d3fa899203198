/**
 * Alert latency: from the moment a page tells that it has played hidden for long enough to the moment the
 * `alert` stands on a connected console. Both ends are in this process, so one clock times both; between them lie the
 * gateway, the detector, the commit and the fan-out of the real server.
 *
 * Each alert is of a fresh trainee: the same rule about the same session stays silent for a minute.
 */
import { createHmac } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import type { Ack, Beat, ClientToServer, Opened, Reply, ServerToClient } from '../sdk/wire.ts';

export interface LatencyResult {
  readonly alerts: number;
  readonly missing: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export interface LatencyOptions {
  readonly url: string;
  readonly tickets: readonly string[];
  readonly monitor: { readonly username: string; readonly password: string };
}

export interface Pages {
  /** One page after another tells that it was hidden; resolves when every alert has come, or is overdue. */
  measure(): Promise<LatencyResult>;
  close(): void;
}

/** Two hundred pages in half a minute: apart enough that no alert waits for another. */
const APART_MS = 120;
/** Play that each page then says was hidden: more than the 10 s after which the shipped policy raises the alert. */
const HIDDEN_MS = 10_500;
/** What has not come by then is missing. */
const OVERDUE_MS = 5_000;

type LearnSocket = Socket<ServerToClient, ClientToServer>;
interface Page {
  readonly socket: LearnSocket;
  readonly opened: Opened;
  readonly openedAt: number;
}

/** Opens the console and all pages. */
export async function openPages({ url, tickets, monitor }: LatencyOptions): Promise<Pages> {
  const board = await openConsole(url, monitor);
  const pages: Page[] = [];
  for (const ticket of tickets) pages.push(await openPage(url, ticket));
  const arrived = new Map<string, number>();
  let heard = (): void => undefined;
  board.on('alert', (alert: { readonly rule: string; readonly sessions: readonly string[] }) => {
    const [session] = alert.sessions;
    if (alert.rule === 'hidden' && session !== undefined) arrived.set(session, performance.now());
    heard();
  });

  return {
    async measure() {
      const toldAt = new Map<string, number>();
      for (const page of pages) {
        // Nobody can have played for longer than the page is open; a timer may fire a millisecond early.
        const left = page.openedAt + HIDDEN_MS + 20 - performance.now();
        if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
        toldAt.set(page.opened.session, performance.now());
        tellHidden(page);
        await new Promise((resolve) => setTimeout(resolve, APART_MS));
      }
      await new Promise<void>((resolve) => {
        const overdue = setTimeout(resolve, OVERDUE_MS);
        heard = () => {
          if (arrived.size < pages.length) return;
          clearTimeout(overdue);
          resolve();
        };
        heard();
      });
      const took = [...toldAt].flatMap(([session, at]) => {
        const came = arrived.get(session);
        return came === undefined ? [] : [came - at];
      });
      took.sort((a, b) => a - b);
      const at = (share: number) => Math.round((took[Math.ceil(took.length * share) - 1] ?? 0) * 10) / 10;
      return { alerts: took.length, missing: pages.length - took.length, p50: at(0.5), p95: at(0.95), max: at(1) };
    },
    close() {
      board.close();
      for (const { socket } of pages) socket.close();
    },
  };
}

async function openConsole(url: string, person: LatencyOptions['monitor']): Promise<Socket> {
  const reply = await fetch(`${url}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(person),
  });
  if (!reply.ok) throw new Error(`the console could not log in: ${reply.status} ${await reply.text()}`);
  const { token } = (await reply.json()) as { token: string };
  return connected(io(`${url}/monitor`, { transports: ['websocket'], forceNew: true, auth: { token } }));
}

function connected<S extends Socket>(socket: S): Promise<S> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', reject);
  });
}

async function openPage(url: string, ticket: string): Promise<Page> {
  const socket: LearnSocket = io(`${url}/learn`, { transports: ['websocket'], forceNew: true });
  await connected(socket);
  const opened = await new Promise<Reply<Opened>>((reply) =>
    socket.emit('open', { version: 1, ticket, device: 'bench-console-page' }, reply),
  );
  if (!opened.ok) throw new Error(`a page could not open: ${opened.error.code}`);
  return { socket, opened: opened.value, openedAt: performance.now() };
}

/** As the SDK sends it from a hidden tab: no frames, a page timer slowed to once a second, a Worker that is not. */
function tellHidden({ socket, opened, openedAt }: Page): void {
  const now = Math.floor(performance.now() - openedAt);
  const from = now - HIDDEN_MS;
  const beat: Beat = {
    ...{ seq: 1, cause: 'interval', nonce: opened.nonce, span: [from, now], runs: [[from, now, 0, HIDDEN_MS]] },
    ...{ player: ['playing', HIDDEN_MS, 100], page: [0, 0, 0], frames: [0, 0] },
    ...{ clocks: [HIDDEN_MS, Math.round(HIDDEN_MS / 1000), Math.round(HIDDEN_MS / 100)] },
    ...{ input: [0, 0, 0, 0], seeks: [], stalled: 0, signs: 0 },
  };
  const body = JSON.stringify(beat);
  const key = Buffer.from(opened.key, 'base64url');
  const mac = createHmac('sha256', key).update(`${opened.session}|${body}`).digest('base64url');
  socket.emit('beat', { body, mac, queued: false }, (_reply: Reply<Ack>) => undefined);
}
