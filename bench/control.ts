/**
 * What k6 asks before and tells after a round, over HTTP on this machine.
 *
 * A round: every VU fetches its plan, opens its sessions, says `ready` and is answered when all
 * are; then all beat at the same moment, and each posts its counts when it is done.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Plan {
  readonly url: string;
  readonly tickets: readonly string[];
  /** A session's pause between an acknowledgement and its next beat. */
  readonly paceMs: number;
  readonly warmMs: number;
  /** What is counted begins after `warmMs` and lasts so long. */
  readonly windowMs: number;
}

/** What one VU counted. */
export interface Counts {
  readonly opened: number;
  readonly acks: number;
  readonly inWindow: number;
  /** Sent and never answered. */
  readonly late: number;
  readonly sent: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Connections that ended before their session did, and why. */
  readonly lost: number;
  readonly closes: Readonly<Record<string, number>>;
  /** Index: milliseconds from sending to the acknowledgement; the last one holds all that were slower. */
  readonly histogram: readonly number[];
}

export interface Control {
  readonly url: string;
  /** `started` resolves when all are ready, with the moment the first beat is sent (ms since the epoch). */
  round(plan: Plan, vus: number): { readonly started: Promise<number>; readonly done: Promise<readonly Counts[]> };
  close(): void;
}

/** Answers to `ready` travel in this time. */
const START_IN_MS = 300;

interface Round {
  readonly plan: Plan;
  readonly vus: number;
  readonly waiting: ServerResponse[];
  readonly counts: Counts[];
  start(at: number): void;
  finish(counts: readonly Counts[]): void;
}

export async function startControl(): Promise<Control> {
  let round: Round | null = null;
  const server = createServer((request, response) => {
    serve(round, request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    round(plan, vus) {
      const started = deferred<number>();
      const done = deferred<readonly Counts[]>();
      round = { plan, vus, waiting: [], counts: [], start: started.resolve, finish: done.resolve };
      return { started: started.promise, done: done.promise };
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function deferred<T>(): { readonly promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

async function serve(round: Round | null, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (round === null) return void response.writeHead(409).end();
  const { plan, vus } = round;
  if (pathname === '/plan') {
    const vu = Number(searchParams.get('vu'));
    return send(response, { ...plan, tickets: plan.tickets.filter((_, i) => i % vus === vu) });
  }
  const text = await readAll(request);
  if (pathname === '/ready') {
    round.waiting.push(response);
    if (round.waiting.length < vus) return;
    const startAt = Date.now() + START_IN_MS;
    for (const one of round.waiting) send(one, { startAt });
    return round.start(startAt);
  }
  if (pathname === '/done') {
    round.counts.push(JSON.parse(text) as Counts);
    send(response, {});
    if (round.counts.length === vus) round.finish(round.counts);
    return;
  }
  response.writeHead(404).end();
}

function send(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
