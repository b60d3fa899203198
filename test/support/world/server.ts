/**
 * The server as one trainee meets it: clock, admission, judging in batches, commit, ticks,
 * questions. It models server/gateway (beats, binding), server/judge (judge, batch) and
 * server/presence (prompts); what is judged is the port's business.
 *
 * Guarantees: an acknowledgement follows its commit; a process that ends forgets what was not
 * committed; one batch at a time is judged; nothing here reads true time but to make delays.
 */
import { type Beat, beatSchema, type Reply, type WireError } from '../../../sdk/wire.ts';
import { createFreshness, type Freshness, isStale, noteIssued } from '../../../server/gateway/freshness.ts';
import type { Chooser } from './bank.ts';
import type { Heard, Port, Submitted } from './detectorPort.ts';
import type { Answered, Answerer, Challenge, Connection, Request, Totals } from './link.ts';
import { between, type Random, whole } from './random.ts';
import type { Schedule } from './schedule.ts';
import type { Bound } from './sdkShell.ts';

/** What a face check comes to; `unclear`: nobody could judge it, `declined`: a question is wanted instead. */
export type FaceOutcome = 'passed' | 'otherPerson' | 'notLive' | 'unclear' | 'declined';
/** A check stands before the session's page for so long; who is there lets it be known once, or never. */
export type Faces = (session: string, windowMs: number, done: (outcome: FaceOutcome) => void) => void;

export interface ServerOptions {
  readonly port: Port;
  readonly schedule: Schedule;
  readonly random: Random;
  readonly lessonMs: number;
  readonly choose: Chooser;
  /** Who is asked consented and enrolled; absent: questions alone are asked. */
  readonly faces?: Faces | undefined;
  /** What a committed event led to. */
  onCommitted(event: Submitted, heard: Heard): void;
  /** Beats that admission refused for good. */
  onRefused(code: string): void;
}

export interface Server extends Answerer {
  /** Beats by plain HTTP. `done(false)`: try again another time. */
  beacon(
    session: string,
    beats: readonly { readonly body: string; readonly queued: boolean }[],
    done: (lastWord: boolean) => void,
  ): void;
  /** The machine's clock is set. */
  stepClock(ms: number): void;
  /** The process ends. */
  stop(): void;
  /** Another process goes on with the sessions; its machine's clock is apart by so much. */
  start(clockOffsetMs?: number): void;
  /** Time that the person lived through twice on this server's clocks: no law can pay it twice. */
  setBackMs(): number;
  /** The database answers nothing for so long. */
  stall(ms: number): void;
}

/** True time 0 by the calendar, for those who look at it: a Friday, 16:00 in Beijing. */
export const EPOCH = 1_800_000_000_000;
const COMMIT_MS = [2, 12] as const;
const SWEEP_MS = 250;
/** A new process finds overdue ticks of people it has not met. */
const ORPHAN_MS = 3000;
/** As server/proofs/face: so many more checks after one that nobody could judge; so many declined ones, then questions. */
const TRIES_MAX = 2;
const DECLINES_MAX = 2;

interface Session {
  readonly id: string;
  readonly lesson: string;
  admitted: number;
  durable: number;
  nonceIndex: number;
  durableNonce: number;
  readonly freshness: Freshness;
  closed: boolean;
  connection: Connection | null;
}
interface Prompt {
  readonly id: string;
  readonly question: ReturnType<Chooser>;
  readonly issuedAt: number;
  readonly deadlineAt: number;
  open: boolean;
}
interface Draft {
  readonly submittedAt: number;
  event(at: number): Submitted;
  stored(): void;
  failed(): void;
}

const failure = (code: string, retry: boolean): { ok: false; error: WireError } => ({
  ok: false,
  error: { code, message: code, retry },
});
const nonceOf = (index: number): string => `nonce-${String(index).padStart(6, '0')}`;

export function createServer(options: ServerOptions): Server {
  const { port, schedule, random, lessonMs, choose, faces, onCommitted, onRefused } = options;
  const sessions = new Map<string, Session>();
  const connections = new Set<Connection>();
  let prompts: Prompt[] = [];
  let promptCount = 0;
  /** The face check that waits, and how often one was declined. */
  let check = '';
  let declines = 0;
  /** Several may be on their way at once. */
  let opened = 0;
  let offset = 0;
  /** Rises with each process: what an earlier one began, it does not end. */
  let process = 0;
  let running = true;
  let startedAt = 0;
  let startedWall = EPOCH;
  let stalledUntil = 0;
  let busy = false;
  let queue: Draft[] = [];
  let wakeAt: number | null = null;
  /** The state before the batch that is on its way: a process that ends leaves nothing of it. */
  let uncommitted: { readonly mark: unknown } | null = null;

  let setBackMs = 0;
  /** Of a change of clocks. */
  function changing(change: () => void): void {
    const before = time();
    change();
    setBackMs += Math.max(0, before - time());
  }

  const wall = (): number => Math.round(EPOCH + schedule.now() + offset);
  const time = (): number => (port.manners.monotonic ? Math.round(startedWall + schedule.now() - startedAt) : wall());
  const storeMs = (): number => Math.max(0, stalledUntil - schedule.now()) + between(random, ...COMMIT_MS);
  /** In this process, after the store has answered. */
  function reading(then: () => void): void {
    const mine = process;
    schedule.after(storeMs(), () => mine === process && running && then());
  }

  function submit(event: Draft['event'], stored: Draft['stored'] = nothing, failed: Draft['failed'] = nothing): void {
    queue.push({ submittedAt: time(), event, stored, failed });
    pump();
  }

  function pump(): void {
    if (busy || !running || queue.length === 0) return;
    busy = true;
    const batch = queue;
    queue = [];
    const mark = port.mark();
    const judged = batch.map((draft) => {
      const event = draft.event(port.manners.stampedAt === 'admission' ? draft.submittedAt : time());
      return { draft, event, heard: port.judge(event) };
    });
    const mine = process;
    schedule.after(storeMs(), () => {
      if (mine !== process) return;
      busy = false;
      uncommitted = null;
      for (const { draft, event, heard } of judged) {
        draft.stored();
        follow(event, heard);
      }
      wakeAt = port.wakeAt();
      watchClock();
      pump();
    });
    uncommitted = { mark };
  }

  function follow(event: Submitted, heard: Heard): void {
    onCommitted(event, heard);
    for (const id of heard.takenOver) sessions.get(id)?.connection?.push({ kind: 'takenOver' });
    for (const id of heard.closed) {
      const session = sessions.get(id);
      if (session === undefined) continue;
      session.closed = true;
      session.connection?.push({ kind: 'closed' });
    }
    for (const { session, hard } of heard.asks) ask(session, hard);
  }

  let watched = 0;
  function watchClock(extraMs = 0): void {
    if (wakeAt === null) return;
    const mine = ++watched;
    schedule.after(Math.max(0, wakeAt - time()) + between(random, 0, SWEEP_MS) + extraMs, () => {
      if (mine !== watched || !running || wakeAt === null) return;
      if (busy || wakeAt > time()) return watchClock(busy ? SWEEP_MS : 0);
      submit((at) => ({ kind: 'tick', at, session: port.holder() }));
    });
  }

  // ── proofs ───────────────────────────────────────────────────────────────
  function ask(id: string, hard: boolean): void {
    if (faces === undefined || declines >= DECLINES_MAX) question(id, hard);
    else face(id, hard, faces, 0);
  }
  function face(id: string, hard: boolean, show: Faces, tries: number): void {
    reading(() => {
      const name = `face-${++promptCount}`;
      const { faceMs } = port.terms;
      const of = { session: id, prompt: name, proof: 'face' } as const;
      for (const earlier of prompts) earlier.open = false;
      check = name;
      submit(
        (at) => ({ kind: 'asked', at, ...of, answers: 1, deadlineAt: at + faceMs }),
        () => show(id, faceMs, (outcome) => reading(() => check === name && come(outcome))),
        () => {
          check = '';
        },
      );
      function come(outcome: FaceOutcome): void {
        check = '';
        if (outcome === 'declined') declines += 1;
        if (outcome === 'unclear' && tries < TRIES_MAX) face(id, hard, show, tries + 1);
        else if (outcome === 'unclear' || outcome === 'declined') question(id, hard);
        else {
          const right = outcome === 'passed';
          submit((at) => ({ kind: 'answered', at, ...of, right, face: outcome, manner: { latencyMs: 0 } }));
        }
      }
    });
  }
  function question(id: string, hard: boolean): void {
    reading(() => {
      check = '';
      const session = sessions.get(id);
      const issuedAt = wall();
      const prompt = {
        id: `prompt-${++promptCount}`,
        question: choose(hard),
        issuedAt,
        deadlineAt: issuedAt + port.terms.windowMs,
        open: true,
      };
      for (const earlier of prompts) earlier.open = false;
      prompts = [...prompts.slice(-8), prompt];
      const asked = { kind: 'asked', session: id, prompt: prompt.id, answers: prompt.question.answers } as const;
      submit(
        (at) => ({ ...asked, at, deadlineAt: at + port.terms.windowMs }),
        () => session?.connection?.push({ kind: 'challenge', ...challenge(prompt) }),
        () => {
          prompt.open = false;
        },
      );
    });
  }
  function challenge({ id, question: { item, drawing, answers }, deadlineAt }: Prompt): Challenge {
    return { prompt: id, remainingMs: deadlineAt - wall(), question: { item, drawing, answers } };
  }
  function pending(): Challenge | null {
    const prompt = prompts.findLast((one) => one.open && one.deadlineAt > wall());
    return prompt === undefined ? null : challenge(prompt);
  }
  function answer(
    { session, prompt: id, answer: given, manner }: Request & { kind: 'answer' },
    reply: (reply: Reply<unknown>) => void,
  ): void {
    const answeredAt = wall();
    reading(() => {
      const prompt = prompts.find((one) => one.id === id && one.open);
      if (prompt === undefined) return reply(failure('promptUnknown', false));
      prompt.open = false;
      const latencyMs = Math.max(0, answeredAt - prompt.issuedAt);
      const tooFast = latencyMs < port.terms.minLatencyMs;
      const expired = answeredAt > prompt.deadlineAt + port.terms.lateMs;
      // Whether it was right is not told: only what comes of several answers together changes the totals.
      const outcome = expired ? 'expired' : 'taken';
      const right = (typeof given === 'boolean' ? given : given === prompt.question.key) && !tooFast;
      submit(
        (at) => ({ kind: 'answered', at, session, prompt: id, right, manner: { latencyMs, ...manner } }),
        () => reply({ ok: true, value: { outcome, totals: totals(session) } satisfies Answered }),
        () => {
          prompt.open = true;
          reply(failure('commitFailed', true));
        },
      );
    });
  }

  const totals = (session: string): Totals => port.totals(sessions.get(session)?.lesson ?? '');
  const nextMs = (session: string): number => {
    const { minMs, maxMs } = port.nextBeat(session);
    return whole(random, minMs, maxMs);
  };

  // ── beats ────────────────────────────────────────────────────────────────
  const ack = (session: Session) => {
    const nonce = nonceOf(session.durable);
    noteIssued(session.freshness, session.durable, nonce, time());
    return { seq: session.durable, nonce, nextMs: nextMs(session.id), totals: totals(session.id) };
  };

  function enter(
    session: Session,
    sealed: { readonly body: string; readonly queued: boolean },
    reply: (reply: Reply<unknown>) => void,
  ): void {
    const beat: Beat = beatSchema.parse(JSON.parse(sealed.body));
    if (beat.seq <= session.admitted) {
      // Known: acknowledged once it is stored.
      submitNothing(() => reply({ ok: true, value: ack(session) }));
      return;
    }
    if (beat.seq > session.admitted + 1) return void reply(failure('beatGap', true));
    const nonceIndex = Number(beat.nonce.slice(6));
    const code = session.closed
      ? 'sessionClosed'
      : nonceIndex < session.nonceIndex || nonceIndex > session.admitted
        ? 'beatNonce'
        : null;
    if (code !== null) {
      onRefused(code);
      if (code === 'beatNonce') submit((at) => ({ kind: 'refused', at, session: session.id, code }));
      return void reply(failure(code, false));
    }
    session.admitted = beat.seq;
    session.nonceIndex = nonceIndex;
    const queued = sealed.queued || isStale(session.freshness, nonceIndex, time());
    submit(
      (at) => ({ kind: 'beat', at, session: session.id, queued, beat }),
      () => {
        session.durable = Math.max(session.durable, beat.seq);
        session.durableNonce = nonceIndex;
        reply({ ok: true, value: ack(session) });
        if (beat.cause === 'closing') {
          session.closed = true;
          submit((at) => ({ kind: 'closed', at, session: session.id }));
        }
      },
      () => reply(failure('commitFailed', true)),
    );
  }

  /** After whatever is on its way has been stored. */
  function submitNothing(then: () => void): void {
    if (!busy && queue.length === 0) return void then();
    reading(() => submitNothing(then));
  }

  function open(connection: Connection, device: string, lesson: string, reply: (reply: Reply<unknown>) => void): void {
    const id = `session-${String(++opened).padStart(4, '0')}`;
    const session: Session = {
      id,
      lesson,
      admitted: 0,
      durable: 0,
      nonceIndex: 0,
      durableNonce: 0,
      freshness: createFreshness(),
      closed: false,
      connection,
    };
    submit(
      (at) => ({ kind: 'opened', at, session: id, lesson, lessonMs, device, ...(faces && { face: true }) }),
      () => {
        sessions.set(id, session);
        reply({ ok: true, value: { session: id, ...ack(session), challenge: pending() } satisfies Bound });
      },
      () => reply(failure('commitFailed', true)),
    );
  }

  return {
    up: () => running,
    serve(connection, request: Request, reply) {
      if (!running) return;
      connections.add(connection);
      if (connections.size > 16) for (const one of connections) if (!one.alive) connections.delete(one);
      switch (request.kind) {
        case 'open':
          return open(connection, request.device, request.lesson, reply);
        case 'resume':
          return reading(() =>
            submitNothing(() => {
              const session = sessions.get(request.session);
              if (session === undefined) return reply(failure('sessionUnknown', false));
              if (session.closed) return reply(failure('sessionClosed', false));
              session.connection = connection;
              reply({
                ok: true,
                value: { session: session.id, ...ack(session), challenge: pending() } satisfies Bound,
              });
            }),
          );
        case 'beat': {
          const session = sessions.get(request.session);
          return session === undefined
            ? reply(failure('sessionUnknown', false))
            : enter(session, request.sealed, reply);
        }
        case 'answer':
          return answer(request, reply);
        default:
          request satisfies never;
      }
    },
    beacon(id, beats, done) {
      const session = sessions.get(id);
      if (!running) return done(false);
      if (session === undefined) return done(true);
      let left = beats.length;
      let lastWord = true;
      if (left === 0) return done(true);
      for (const sealed of beats)
        enter(session, sealed, (reply) => {
          left -= 1;
          if (!reply.ok && reply.error.retry) lastWord = false;
          if (left === 0) done(lastWord);
        });
    },
    stepClock(ms) {
      changing(() => {
        offset += ms;
      });
      watchClock();
    },
    stop() {
      if (!running) return;
      running = false;
      process += 1;
      if (uncommitted !== null) port.back(uncommitted.mark);
      uncommitted = null;
      busy = false;
      queue = [];
      for (const session of sessions.values()) {
        session.admitted = session.durable;
        session.nonceIndex = session.durableNonce;
        session.connection = null;
      }
      for (const connection of connections) connection.cut();
      connections.clear();
    },
    start(clockOffsetMs = offset) {
      if (running) return;
      changing(() => {
        offset = clockOffsetMs;
        startedAt = schedule.now();
        startedWall = wall();
      });
      running = true;
      wakeAt = port.wakeAt();
      watchClock(between(random, 0, ORPHAN_MS));
    },
    setBackMs: () => setBackMs,
    stall(ms) {
      stalledUntil = Math.max(stalledUntil, schedule.now() + ms);
    },
  };
}

function nothing(): void {}
