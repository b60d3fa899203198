/**
 * The raw wire: Engine.IO and Socket.IO frames written by hand over `ws`, so that tests can say
 * what no well-behaved client would. And a page that seals honest beats.
 */
import { createHmac } from 'node:crypto';
import { WebSocket } from 'ws';
import type { Ack, Beat, Opened, Reply, SealedBeat, WireError } from '../../sdk/wire.ts';

export interface Wire {
  /** The Socket.IO id that resume proofs speak of. */
  readonly id: string;
  readonly ws: WebSocket;
  /** Sends an event with an acknowledgement id and waits for the reply. */
  call<T = unknown>(name: string, ...args: unknown[]): Promise<Reply<T>>;
  /** Sends an event without a callback. */
  emit(name: string, ...args: unknown[]): void;
  /** Sends a frame as it is. */
  raw(frame: string | Buffer): void;
  /** Events the server sent. */
  readonly events: { readonly name: string; readonly arg: unknown }[];
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  close(): Promise<void>;
}

/** @param base e.g. `http://127.0.0.1:4711` */
export async function connectWire(base: string, { namespace = '/learn' } = {}): Promise<Wire> {
  const ws = new WebSocket(`${base.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`);
  const events: Wire['events'] = [];
  const waiting = new Map<number, (reply: never) => void>();
  let nextId = 0;
  const closed = new Promise<number>((resolve) => ws.on('close', resolve));
  // A server that refuses a frame may cut the connection while we still write.
  ws.on('error', () => undefined);

  const id = await new Promise<string>((resolve, reject) => {
    ws.on('close', (code) => reject(new Error(`closed with ${code} before the namespace was joined`)));
    ws.on('message', (data) => {
      const frame = String(data);
      if (frame.startsWith('0')) ws.send(`40${namespace},`);
      else if (frame === '2') ws.send('3');
      else if (frame.startsWith(`40${namespace},`)) resolve((JSON.parse(after(frame)) as { sid: string }).sid);
      else if (frame.startsWith(`42${namespace},`)) {
        const [name, arg] = JSON.parse(after(frame)) as [string, unknown];
        events.push({ name, arg });
      } else if (frame.startsWith(`43${namespace},`)) {
        const [, ack, json] = /^(\d+)(.*)$/s.exec(after(frame)) ?? [];
        waiting.get(Number(ack))?.((JSON.parse(json ?? '[]') as [never])[0]);
        waiting.delete(Number(ack));
      }
    });
  });

  return {
    id,
    ws,
    events,
    closed,
    call: (name, ...args) =>
      new Promise((resolve, reject) => {
        const ack = nextId++;
        waiting.set(ack, resolve);
        void closed.then((code) => reject(new Error(`closed with ${code} while ${name} waited`)));
        ws.send(`42${namespace},${ack}${JSON.stringify([name, ...args])}`);
      }),
    emit: (name, ...args) => ws.send(`42${namespace},${JSON.stringify([name, ...args])}`),
    raw: (frame) => ws.send(frame),
    async close() {
      ws.close();
      await closed;
    },
  };
}

function after(frame: string): string {
  return frame.slice(frame.indexOf(',') + 1);
}

export function value<T>(reply: Reply<T>): T {
  if (!reply.ok) throw new Error(`refused: ${reply.error.code}`);
  return reply.value;
}

/** The refusal's code; `ok` when there was none. */
export function code(reply: Reply<unknown>): string {
  return reply.ok ? 'ok' : reply.error.code;
}

export function error(reply: Reply<unknown>): WireError & { details?: Record<string, unknown> } {
  if (reply.ok) throw new Error('was not refused');
  return reply.error;
}

/** What a page keeps of its session: seals beats and follows the acknowledgements. */
export interface Page {
  readonly session: string;
  readonly key: Buffer;
  seq: number;
  mac: string;
  nonce: string;
  /** The next beat, sealed; the chain goes on with it. */
  seal(patch?: Partial<Beat>, queued?: boolean): SealedBeat;
  /** A beat sealed over any MAC; the chain stays. */
  forge(patch?: Partial<Beat> & Record<string, unknown>, over?: string): SealedBeat;
  /** Seals, sends, waits for the acknowledgement and keeps its nonce. */
  beat(wire: Wire, patch?: Partial<Beat>): Promise<Ack>;
  /** The MAC of any text over any predecessor. */
  sealText(body: string, previous: string): string;
  proof(socketId: string): string;
}

export function createPage(opened: Pick<Opened, 'session' | 'key' | 'nonce'>): Page {
  const key = Buffer.from(opened.key, 'base64url');
  const hmac = (text: string) => createHmac('sha256', key).update(text).digest('base64url');
  const page: Page = {
    session: opened.session,
    key,
    seq: 0,
    mac: opened.session,
    nonce: opened.nonce,
    seal(patch = {}, queued = false) {
      page.seq += 1;
      const body = JSON.stringify(honest(page.seq, page.nonce, patch));
      page.mac = hmac(`${page.mac}|${body}`);
      return { body, mac: page.mac, queued };
    },
    forge(patch = {}, over = page.mac) {
      const body = JSON.stringify(honest(page.seq + 1, page.nonce, patch));
      return { body, mac: hmac(`${over}|${body}`), queued: false };
    },
    async beat(wire, patch = {}) {
      const ack = value(await wire.call<Ack>('beat', page.seal(patch)));
      page.nonce = ack.nonce;
      return ack;
    },
    sealText: (body, previous) => hmac(`${previous}|${body}`),
    proof: (socketId) => hmac(`resume|${page.session}|${socketId}`),
  };
  return page;
}

/** Ten seconds of an untouched, visible player. */
function honest(seq: number, nonce: string, patch: Partial<Beat>): Beat {
  const from = (seq - 1) * 10_000;
  const to = seq * 10_000;
  return {
    seq,
    cause: 'interval',
    nonce,
    span: [from, to],
    runs: [[from, to - 3, from + 2, to - 1]],
    player: ['playing', to - 3, 100],
    page: [10_000, 10_000, 0],
    frames: [600, 250],
    clocks: [10_000, 100, 100],
    input: [1, 0, 0, 0],
    seeks: [],
    stalled: 0,
    signs: 0,
    ...patch,
  };
}
