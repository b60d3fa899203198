/**
 * The queue of sealed beats between their making and their acknowledgement.
 *
 * States: away (no connection carries the session; beats wait) ⇄ sending (beats go out in
 * order, at most 8 unanswered) → resting (the server asked to try again later) → sending.
 *
 * Guarantees: a beat is forgotten only when acknowledged; beats are sent in the order of
 * their `seq`; a beat that waited or is sent again is labelled `queued`. Full, it takes no
 * new beat: dropping an old one would break the MAC chain for all that follow.
 *
 * Transport, store and timer are handed in.
 */
import type { Ack, Cause, Reply, SealedBeat, WireError } from './wire.ts';

export interface OutboxDeps {
  /** Rejects when no answer came; the connection then comes anew by itself. */
  send(beat: SealedBeat): Promise<Reply<Ack>>;
  keep(beat: { seq: number; body: string; mac: string; cause: Cause; queued: boolean }): void;
  forget(upTo: number): void;
  onAck(ack: Ack): void;
  /** The server will never take this beat. */
  onRefused(error: WireError): void;
  /** The server misses beats that we sent, or is leaving: connect anew and resume. */
  onLost(): void;
  defer(ms: number, then: () => void): void;
  /** 0 ≤ x < 1. */
  random(): number;
}

export interface Outbox {
  /** False: full, not taken. */
  push(beat: { seq: number; body: string; mac: string; cause: Cause }): boolean;
  full(): boolean;
  /** A connection carries the session, and the server holds everything up to `seq`. False: it lost what it had acknowledged. */
  lineUp(seq: number): boolean;
  lineDown(): void;
  /** Not acknowledged yet, oldest first, as they would be sent now. */
  waiting(): readonly SealedBeat[];
  /** Resolves when nothing up to `seq` waits any more. */
  acked(seq: number): Promise<void>;
}

const PIPELINE = 8;
/** At one beat each 8–15 s this is an hour without a network. */
export const BEATS_MAX = 400;
const REST_MS = 500;
const REST_MAX_MS = 8000;

interface Waiting {
  readonly seq: number;
  readonly body: string;
  readonly mac: string;
  queued: boolean;
  flying: boolean;
}

export function createOutbox(deps: OutboxDeps): Outbox {
  let beats: Waiting[] = [];
  let sending = false;
  /** Errors that belong to an earlier connection or attempt say nothing about this one. */
  let round = 0;
  let rests = 0;
  let ackedSeq = 0;
  let waiters: { seq: number; done: () => void }[] = [];

  function acknowledge(seq: number): void {
    if (seq <= ackedSeq) return;
    ackedSeq = seq;
    beats = beats.filter((beat) => beat.seq > seq);
    deps.forget(seq);
    for (const waiter of waiters) if (waiter.seq <= seq) waiter.done();
    waiters = waiters.filter((waiter) => waiter.seq > seq);
  }

  /** Everything that has not been acknowledged goes again, labelled. */
  function rewind(): void {
    round++;
    for (const beat of beats) {
      beat.queued = true;
      beat.flying = false;
    }
  }

  function refused(error: WireError): void {
    if (!error.retry) {
      sending = false;
      deps.onRefused(error);
      return;
    }
    rewind();
    sending = false;
    if (error.code === 'beatGap' || error.code === 'draining') {
      deps.onLost();
      return;
    }
    const mine = round;
    const rest = Math.min(REST_MAX_MS, REST_MS * 2 ** rests++);
    deps.defer(rest * (0.5 + deps.random()), () => {
      if (mine !== round) return;
      sending = true;
      pump();
    });
  }

  function pump(): void {
    if (!sending) return;
    let flying = 0;
    for (const beat of beats) {
      if (++flying > PIPELINE) return;
      if (beat.flying) continue;
      beat.flying = true;
      const mine = round;
      deps.send({ body: beat.body, mac: beat.mac, queued: beat.queued }).then(
        (reply) => {
          if (reply.ok) {
            rests = 0;
            acknowledge(reply.value.seq);
            deps.onAck(reply.value);
            pump();
          } else if (mine === round) refused(reply.error);
        },
        () => undefined,
      );
    }
  }

  return {
    push(beat) {
      if (beats.length >= BEATS_MAX) return false;
      const queued = !sending;
      beats.push({ seq: beat.seq, body: beat.body, mac: beat.mac, queued, flying: false });
      deps.keep({ ...beat, queued });
      pump();
      return true;
    },
    full: () => beats.length >= BEATS_MAX,
    lineUp(seq) {
      const first = beats[0];
      if (first && seq + 1 < first.seq) return false;
      acknowledge(seq);
      rewind();
      rests = 0;
      sending = true;
      pump();
      return true;
    },
    lineDown() {
      rewind();
      sending = false;
    },
    waiting: () => beats.map(({ body, mac, queued }) => ({ body, mac, queued })),
    acked(seq) {
      if (seq <= ackedSeq) return Promise.resolve();
      return new Promise((done) => waiters.push({ seq, done }));
    },
  };
}
