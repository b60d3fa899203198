/**
 * Keeps one session: its connection, its key, its beats until they are acknowledged. It is asked and
 * it says, both in plain data, so that it runs in a Worker; where a page gets none, it runs in the page.
 *
 * States: no session (each connection asks the page for a ticket: `wanted`) → a session, which every further
 * connection resumes, until the keeper is stopped. It keeps no second one.
 *
 * Guarantees: the session's key is in nothing that it says. What it calls `sealed` is stored, and comes
 * before its `acked`. With each sealed beat the page gets the key to one closing beat, the next: a page that goes away
 * can wait for nobody.
 */
import { write } from './body.ts';
import { type Link, openLink, type Requests } from './link.ts';
import { date, later } from './natives.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createSeal, type Seal } from './seal.ts';
import { openStore } from './store.ts';
import type {
  Ack,
  Answer,
  Answered,
  Beat,
  Notice,
  Open,
  Opened,
  Posed,
  Reply,
  Resumed,
  SealedBeat,
  WIRE_VERSION,
  WireError,
} from './wire.ts';

export type Sealing = NonNullable<Open['sealing']>;

type Asked = Omit<Open, 'version' | 'sealing'>;

/** What a page asks of its keeper. Arguments are plain data, and nothing is returned. */
export interface Keeper {
  connect(endpoint: string): void;
  open(asked: Asked): void;
  /** The nonce is set when it is sealed: a busy page hears of the newest one later. */
  claim(claim: Beat): void;
  /** `after`: the beat that must be on record first; 0: none. */
  answer(id: number, answer: Answer, after: number): void;
  /** Down and up again after about this long, ms. */
  reconnect(afterMs: number): void;
  stop(): void;
}

/** What a page hears of its keeper, as plainly. */
export interface Ears {
  /** A connection is up, and no session: a ticket is needed. */
  wanted(): void;
  unopened(error: WireError): void;
  opened(opened: Omit<Opened, 'key'>, closing: Uint8Array): void;
  /** The connection carries the session again. `whole`: the server holds all that it had acknowledged. */
  resumed(resumed: Resumed, whole: boolean): void;
  /** `closing`: the key to the closing beat that may come next. */
  sealed(seq: number, beat: SealedBeat, closing: Uint8Array): void;
  acked(ack: Ack): void;
  /** The server will take no more of this session. */
  refused(error: WireError): void;
  down(): void;
  /** No reply: it could not be delivered. */
  answered(id: number, reply: Reply<Answered> | undefined): void;
  challenge(challenge: Posed): void;
  notice(notice: Notice): void;
  /** Of the Worker: it has ticked so often since it began. */
  tick(ticks: number): void;
  /** This page gets no Worker. */
  alone(): void;
}

/** All calls of an interface, as data. */
type Calls<T> = { [K in keyof T]: T[K] extends (...given: infer A) => void ? [name: K, ...given: A] : never }[keyof T];
export type Say = (...said: Calls<Ears>) => void;
export type Ask = (...asked: Calls<Keeper>) => void;

const version: typeof WIRE_VERSION = 1;
/** Pause before what was refused for now is tried again. */
export const AGAIN_MS = 3000;
/** How long an answer waits for the beat before it; how long a last beat may take. */
export const FLUSH_MS = 2000;

interface Live {
  readonly id: string;
  readonly seal: Seal;
  readonly outbox: Outbox;
  nonce: string;
  /** The beat that `nonce` came with: a late answer about an earlier beat must not take it back. */
  heard: number;
}

export function createKeeper(sealing: Sealing, say: Say): Keeper {
  let link: Link | null = null;
  let live: Live | null = null;
  let endpoint = '';
  /** Rises with every connection: an answer to an older question is not heard. */
  let era = 0;
  const store = openStore();

  function begin({ key, ...opened }: Opened): void {
    const { session, nonce } = opened;
    const seal = createSeal(session, key);
    const outbox = createOutbox({
      send: (sealed) => link?.request('beat', sealed) ?? Promise.reject(),
      keep(kept) {
        const { seq, body, mac, queued } = kept;
        store.put({ ...kept, session, endpoint, at: date() });
        say('sealed', seq, { body, mac, queued }, seal.closing(seq + 1));
      },
      forget: (upTo) => store.drop(session, upTo),
      onAck(ack) {
        if (!live || ack.seq < live.heard) return;
        live.heard = ack.seq;
        live.nonce = ack.nonce;
        say('acked', ack);
      },
      onRefused: (error) => say('refused', error),
      onLost: () => link?.reconnect(500),
      defer: later,
      random: Math.random,
    });
    live = { id: session, seal, outbox, nonce, heard: 0 };
    outbox.lineUp(0);
    say('opened', opened, seal.closing(1));
  }

  /** Nothing, too, when the connection is another by then. A rejected request means that it went down; it comes again. */
  async function ask<K extends keyof Requests>(kind: K, message: Requests[K][0]) {
    const asOf = era;
    const reply = await link?.request(kind, message).catch(() => undefined);
    return asOf === era ? reply : undefined;
  }

  async function resume(mine: Live, socketId: string): Promise<void> {
    const reply = await ask('resume', { version, session: mine.id, proof: mine.seal.proof(socketId) });
    if (!reply) return;
    if (!reply.ok) return reply.error.retry ? link?.reconnect(AGAIN_MS) : say('refused', reply.error);
    mine.heard = reply.value.seq;
    mine.nonce = reply.value.nonce;
    say('resumed', reply.value, mine.outbox.lineUp(reply.value.seq));
  }

  async function open(asked: Asked): Promise<void> {
    const reply = await ask('open', { ...asked, version, sealing });
    if (!reply || live) return;
    if (reply.ok) begin(reply.value);
    else say('unopened', reply.error);
  }

  return {
    connect(to) {
      endpoint = to;
      link = openLink(endpoint, {
        onUp(socketId) {
          era++;
          if (live) void resume(live, socketId);
          else say('wanted');
        },
        onDown() {
          era++;
          live?.outbox.lineDown();
          say('down');
        },
        onChallenge: (challenge) => say('challenge', challenge),
        onNotice: (notice) => say('notice', notice),
      });
    },
    open,
    claim(claim) {
      if (!live) return;
      const body = write({ ...claim, nonce: live.nonce });
      live.outbox.push({ seq: claim.seq, body, mac: live.seal.next(body), cause: claim.cause });
    },
    async answer(id, given, after) {
      // The time until the answer is on record before the answer is; a slow commit does not cost the answer.
      await Promise.race([live?.outbox.acked(after), new Promise<void>((then) => later(FLUSH_MS, then))]);
      say('answered', id, await link?.request('answer', given).catch(() => undefined));
    },
    reconnect: (afterMs) => link?.reconnect(afterMs),
    stop() {
      era++;
      live?.outbox.lineDown();
      link?.close();
    },
  };
}
