/**
 * A small `/learn` server for the SDK's tests: opens sessions, checks every MAC and the
 * order of beats with the wire's own schemas, and lets a test be the network's bad luck.
 * Its memory survives `down` and `up`, as a durable server's would.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import {
  type Ack,
  type Answer,
  type Answered,
  answerSchema,
  type Beat,
  beaconSchema,
  beatSchema,
  type Challenge,
  type ClientToServer,
  type Notice,
  type Open,
  type Opened,
  openSchema,
  type Reply,
  type Resumed,
  resumeSchema,
  type SealedBeat,
  type ServerToClient,
  sealedBeatSchema,
  type Totals,
} from '../../sdk/wire.ts';

export interface Received {
  readonly session: string;
  readonly beat: Beat;
  readonly bytes: number;
  readonly queued: boolean;
  readonly by: 'socket' | 'beacon';
}

interface Session {
  readonly id: string;
  readonly key: Buffer;
  mac: string;
  seq: number;
  readonly bodies: string[];
}

type Served = { readonly type: string; readonly body: string | Buffer; readonly headers?: Record<string, string> };

const totals: Totals = { creditedMs: 1000, heldMs: 2000, deniedMs: 0 };

export async function learnServer(pages: Readonly<Record<string, Served>>) {
  const sessions = new Map<string, Session>();
  const received: Received[] = [];
  const answers: (Answer & { afterSeq: number })[] = [];
  const faults: string[] = [];
  /** Where the key of each opened session lies, as its page says. */
  const sealing: Open['sealing'][] = [];
  /** The forms of question that each opened page said it can draw. */
  const announced: (readonly string[] | undefined)[] = [];
  const spent = new Set<string>();
  const rules = {
    nextMs: 1000,
    /** Answer nothing: the message is taken, the reply is lost. */
    mute: false,
    /** Beats on the socket get lost before they arrive. */
    deaf: false,
    /** Refuse the next beat with this code. */
    refuseBeat: null as { code: string; retry: boolean } | null,
    challenge: null as Challenge | null,
    answered: { outcome: 'taken', counted: false } as Pick<Answered, 'outcome' | 'counted'>,
  };
  let port = 0;
  let running: { http: HttpServer; io: Server<ClientToServer, ServerToClient> } | null = null;

  const hmac = (key: Buffer, text: string): string => createHmac('sha256', key).update(text).digest('base64url');
  const no = (
    code: string,
    retry = false,
  ): { ok: false; error: { code: string; message: string; retry: boolean } } => ({
    ok: false,
    error: { code, message: code, retry },
  });

  function accept(session: Session, sealed: SealedBeat, by: Received['by']): Reply<Ack> {
    const parsed = beatSchema.safeParse(JSON.parse(sealed.body));
    if (!parsed.success) {
      faults.push(`malformed: ${parsed.error.message}`);
      return no('beatMalformed');
    }
    const beat = parsed.data;
    const ack: Ack = { seq: beat.seq, nonce: randomBytes(12).toString('base64url'), nextMs: rules.nextMs, totals };
    if (beat.seq <= session.seq) {
      if (session.bodies[beat.seq - 1] === sealed.body) return { ok: true, value: ack };
      faults.push(`replayed ${beat.seq}`);
      return no('beatReplayed');
    }
    if (beat.seq > session.seq + 1) return no('beatGap', true);
    const chained = `${session.mac}|${sealed.body}`;
    const once = createHmac('sha256', session.key)
      .update(`closing|${session.seq + 1}`)
      .digest();
    const mac = beat.cause === 'closing' ? hmac(once, chained) : hmac(session.key, chained);
    if (mac !== sealed.mac) {
      faults.push(`mac ${beat.seq}`);
      return no('beatMac');
    }
    session.mac = mac;
    session.seq = beat.seq;
    session.bodies.push(sealed.body);
    const { queued } = sealed;
    received.push({ session: session.id, beat, bytes: Buffer.byteLength(sealed.body), queued, by });
    return { ok: true, value: ack };
  }

  function beacon(text: string): { status: number; said: object } {
    const parsed = beaconSchema.safeParse(JSON.parse(text));
    if (!parsed.success) return { status: 400, said: { error: { code: 'badRequest' } } };
    const session = sessions.get(parsed.data.session);
    if (!session) return { status: 404, said: { error: { code: 'sessionUnknown' } } };
    const before = session.seq;
    for (const sealed of parsed.data.beats) {
      // As the gateway does: what it has is skipped, whoever made it.
      if ((JSON.parse(sealed.body) as Beat).seq <= before) continue;
      const reply = accept(session, sealed, 'beacon');
      if (!reply.ok) return { status: 409, said: { error: { code: reply.error.code } } };
    }
    return { status: 202, said: { accepted: session.seq - before, seq: session.seq } };
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'POST' && url.pathname === '/v1/learn/beacon') {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (!request.headers['content-type']?.startsWith('text/plain')) faults.push('beacon is not text/plain');
        const { status, said } = beacon(Buffer.concat(chunks).toString());
        response.writeHead(status, { 'access-control-allow-origin': '*', 'content-type': 'application/json' });
        response.end(JSON.stringify(said));
      });
      return;
    }
    const page = pages[url.pathname];
    if (!page) {
      response.writeHead(404).end();
      return;
    }
    const body = Buffer.from(page.body);
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const from = Number(range?.[1] ?? 0);
    const to = range?.[2] ? Number(range[2]) : body.length - 1;
    response.writeHead(range ? 206 : 200, {
      'content-type': page.type,
      'accept-ranges': 'bytes',
      'content-length': to - from + 1,
      ...(range && { 'content-range': `bytes ${from}-${to}/${body.length}` }),
      ...page.headers,
    });
    response.end(body.subarray(from, to + 1));
  }

  async function up(): Promise<void> {
    const http = createServer(serve);
    const io = new Server<ClientToServer, ServerToClient>(http, { serveClient: false, cors: { origin: '*' } });
    io.of('/learn').on('connection', (socket) => {
      let session: Session | null = null;
      const answering =
        <T>(reply: (r: Reply<T>) => void) =>
        (r: Reply<T>): void => {
          if (!rules.mute) reply(r);
        };
      socket.on('open', (message, reply: (r: Reply<Opened>) => void) => {
        const open = openSchema.safeParse(message);
        if (!open.success) return reply(no('badRequest'));
        announced.push(open.data.forms);
        sealing.push(open.data.sealing);
        if (spent.has(open.data.ticket)) return reply(no('ticketSpent'));
        spent.add(open.data.ticket);
        const id = `session-${sessions.size + 1}`;
        session = { id, key: randomBytes(32), mac: id, seq: 0, bodies: [] };
        sessions.set(id, session);
        return answering(reply)({
          ok: true,
          value: {
            session: id,
            key: session.key.toString('base64url'),
            nonce: 'nonce-opened',
            nextMs: rules.nextMs,
            serverTime: 0,
            lesson: { id: 'lesson', title: 'Lesson', durationMs: 90_000 },
            totals,
          },
        });
      });
      socket.on('resume', (message, reply: (r: Reply<Resumed>) => void) => {
        const resume = resumeSchema.parse(message);
        const known = sessions.get(resume.session);
        if (!known) return reply(no('sessionUnknown'));
        if (resume.proof !== hmac(known.key, `resume|${known.id}|${socket.id}`)) return reply(no('resumeProof'));
        session = known;
        const { seq } = known;
        const value = { seq, nonce: 'nonce-resumed', nextMs: rules.nextMs, totals, challenge: rules.challenge };
        return answering(reply)({ ok: true, value });
      });
      socket.on('beat', (message, reply: (r: Reply<Ack>) => void) => {
        if (rules.deaf) return;
        if (!session) return reply(no('sessionMissing'));
        const refusal = rules.refuseBeat;
        if (refusal) {
          rules.refuseBeat = null;
          return reply(no(refusal.code, refusal.retry));
        }
        return answering(reply)(accept(session, sealedBeatSchema.parse(message), 'socket'));
      });
      socket.on('answer', (message, reply: (r: Reply<Answered>) => void) => {
        answers.push({ ...answerSchema.parse(message), afterSeq: session?.seq ?? 0 });
        return answering(reply)({ ok: true, value: { ...rules.answered, totals } });
      });
    });
    await new Promise<void>((listening) => http.listen(port, '127.0.0.1', listening));
    port = (http.address() as AddressInfo).port;
    running = { http, io };
  }

  async function down(): Promise<void> {
    const was = running;
    running = null;
    was?.http.closeAllConnections();
    await was?.io.close();
  }

  await up();
  return {
    origin: `http://localhost:${port}`,
    rules,
    received,
    announced,
    sealing,
    answers,
    faults,
    sessions,
    up,
    down,
    /** Cuts every socket without a word. */
    cut: () => running?.io.of('/learn').sockets.forEach((socket) => void socket.conn.close()),
    notice: (notice: Partial<Notice> & Pick<Notice, 'kind'>) =>
      running?.io
        .of('/learn')
        .emit('notice', { reason: 'test', words: { zh: '测', en: 'test' }, ms: 0, totals, ...notice }),
    challenge: (challenge: Challenge) => running?.io.of('/learn').emit('challenge', challenge),
    beats: (session = `session-${sessions.size}`): Beat[] =>
      received.filter((one) => one.session === session).map((one) => one.beat),
  };
}

export type LearnServer = Awaited<ReturnType<typeof learnServer>>;
