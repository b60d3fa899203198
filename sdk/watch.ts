/**
 * Watches one lesson: the only orchestrator of the SDK.
 *
 * States
 *   connecting  no session yet: fetching a ticket, connecting, opening
 *   watching    the session lives and the connection carries it
 *   disconnected the session lives, beats wait in the outbox; the link comes back by itself
 *   takenOver   another session took the lease; observers stopped, one last beat told it
 *   closed      ended by `close()`, by leaving the page, or by the server
 *   failed      the server will not take what we send, or there is no ticket
 * connecting → watching ⇄ disconnected → takenOver | closed | failed; `retake` leads back to
 * connecting from the last three, as does a return from the back/forward cache.
 *
 * Guarantees: the lesson is never blocked, slowed, paused or changed, and nothing is thrown
 * into the page. A beat is kept until the server has acknowledged it.
 */
import { deliver, sendOnClose } from './beacon.ts';
import { createDigest, type Digest } from './digest.ts';
import { type Link, openLink } from './link.ts';
import { later, listen, now, read, stringify } from './natives.ts';
import { type Observers, observe } from './observe.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createPace, foremost, type Pace } from './pace.ts';
import { deviceName, endpointOf } from './place.ts';
import { createSeal, type Seal } from './seal.ts';
import { ABANDONED_MS, openStore } from './store.ts';
import { type Trouble, trouble, type Watch, type WatchOptions, type WatchState } from './surface.ts';
import { createVoice } from './voice.ts';
import type {
  Answer,
  Answered,
  Cause,
  Challenge,
  Given,
  Notice,
  Opened,
  Totals,
  WIRE_VERSION,
  WireError,
} from './wire.ts';

export type { Trouble, Watch, WatchOptions, WatchState } from './surface.ts';
export type { Answered, Challenge, Choice, Form, Given, Notice, Totals, Words } from './wire.ts';

const VERSION: typeof WIRE_VERSION = 1;
/** Pause before a refused open or a failed ticket fetch is tried again. */
const AGAIN_MS = 3000;
/** How long an answer waits for the beat before it; how long a last beat may take. */
const FLUSH_MS = 2000;

interface Live {
  readonly id: string;
  readonly seal: Seal;
  readonly digest: Digest;
  readonly outbox: Outbox;
  readonly pace: Pace;
  nonce: string;
  /** The beat that `nonce` came with: a late answer about an earlier beat must not take it back. */
  heard: number;
}

const watches = new WeakMap<HTMLMediaElement, Watch>();

/**
 * Starts to watch the lesson playing in `video`. Returns at once. Called again with the same element
 * it answers with the same `Watch`, until that has closed or failed: one player is one session.
 */
export function watch(video: HTMLMediaElement, options: WatchOptions = {}): Watch {
  const known = watches.get(video);
  if (known && known.state !== 'closed' && known.state !== 'failed') return known;
  const made = start(video, options);
  if (Object(video) === video) watches.set(video, made);
  return made;
}

function start(video: HTMLMediaElement, options: WatchOptions): Watch {
  let state: WatchState = 'connecting';
  let totals: Totals | null = null;
  let live: Live | null = null;
  let observers: Observers | null = null;
  let link: Link | null = null;
  let ticket = options.ticket;
  let dropped = 0;
  let asked: string | null = null;
  /** Until then the page surely shows it. */
  let askedUntil = 0;
  const saidOnce = new Set<string>();
  /** Rises with every connection and every end: an answer to an older question is not heard. */
  let era = 0;
  const endpoint = endpointOf(options.endpoint);
  const store = openStore();

  // ── to the page ──────────────────────────────────────────────────────────
  const { tell, complain, fault } = createVoice(options);
  function enter(next: WatchState): void {
    if (state === next) return;
    state = next;
    tell(options.onState, next);
  }
  function count(next: Totals): void {
    totals = next;
    tell(options.onTotals, next);
  }

  /** For what the page should know, and need not hear again. */
  function mention(code: string): void {
    if (saidOnce.has(code)) return;
    saidOnce.add(code);
    complain(trouble(code, false));
  }
  const observing = (): Observers =>
    observe(video, { onMoment: moment, onFault: fault, onNoWorker: () => mention('workerBlocked') });

  // ── beats ────────────────────────────────────────────────────────────────
  function beat(cause: Cause, at = now()): number | null {
    if (!live || !observers) return null;
    if (live.digest.over(at)) {
      end('failed', trouble('pageTooOld', true));
      return null;
    }
    const found = observers.look(at);
    const named = cause === 'interval' ? found.reduce(foremost, null as Cause | null) : null;
    const findings = observers.take(at);
    live.pace.made(at);
    if (live.outbox.full()) {
      dropped++;
      if (dropped % 50 === 1) complain({ ...trouble('outboxFull', false), dropped });
      return null;
    }
    const made = live.digest.beat(named ?? cause, live.nonce, at, findings);
    const body = stringify(made);
    live.outbox.push({ seq: made.seq, body, mac: live.seal.next(body), cause: made.cause });
    return made.seq;
  }
  function moment(): void {
    if (!live || !observers) return;
    const at = now();
    live.pace.note(observers.look(at), at);
    const due = live.pace.due(at, observers.full());
    if (due && !observers.catchingUp()) beat(due, at);
  }

  // ── connection ───────────────────────────────────────────────────────────
  function connect(): void {
    link = openLink(endpoint, {
      onUp: (socketId) => void up(socketId, ++era).catch(() => undefined),
      onDown() {
        era++;
        live?.outbox.disconnected();
        if (state === 'watching') enter('disconnected');
        // A line that drops again while it is being mended comes up again by itself.
        else if (state !== 'connecting' && state !== 'disconnected') hangUp();
      },
      onChallenge: challenged,
      onNotice: noticed,
    });
  }
  function hangUp(): void {
    era++;
    link?.close();
    link = null;
  }
  /** A rejected request means that the link went down; it comes up again by itself. */
  const up = (socketId: string, mine: number): Promise<void> => (live ? resume(live, socketId, mine) : open(mine));

  async function open(mine: number): Promise<void> {
    let chosen = ticket;
    if (!chosen) {
      try {
        chosen = await options.getTicket?.();
      } catch {
        if (mine !== era) return;
        complain(trouble('ticketFetch', false));
        link?.reconnect(AGAIN_MS);
        return;
      }
    }
    if (mine !== era || !link) return;
    if (!chosen) return end('failed', trouble('ticketMissing', true));
    const { forms } = options;
    const reply = await link.request('open', {
      ...{ version: VERSION, ticket: chosen, device: deviceName() },
      ...(forms && { forms: [...forms] }),
    });
    if (mine !== era) return;
    if (reply.ok) return begin(reply.value);
    const wasGiven = ticket !== undefined;
    if (reply.error.retry) link?.reconnect(AGAIN_MS);
    else if (reply.error.code.startsWith('ticket') && wasGiven && options.getTicket) {
      // The ticket in the page is used up or too old (a reload, a lost reply): a fresh one may do.
      ticket = undefined;
      link?.reconnect(0);
    } else refused(reply.error);
  }

  function begin(opened: Opened): void {
    const at = now();
    ticket = undefined;
    asked = null;
    const id = opened.session;
    observers ??= observing();
    const already = observers.look(at);
    observers.take(at);
    const outbox = createOutbox({
      send: (sealed) => link?.request('beat', sealed) ?? Promise.reject(new Error('down')),
      keep: (kept) => store.put({ ...kept, session: id, endpoint, at: Date.now() }),
      forget: (upTo) => store.drop(id, upTo),
      onAck(ack) {
        if (live?.id !== id || ack.seq < live.heard) return;
        live.heard = ack.seq;
        live.nonce = ack.nonce;
        live.pace.interval(ack.nextMs);
        count(ack.totals);
      },
      onRefused: (error) => state !== 'takenOver' && refused(error),
      onLost: () => link?.reconnect(500),
      after: later,
      random: Math.random,
    });
    live = {
      id,
      outbox,
      seal: createSeal(id, opened.key),
      digest: createDigest(at),
      pace: createPace(at, opened.nextMs),
      nonce: opened.nonce,
      heard: 0,
    };
    live.pace.note(already, at);
    outbox.connected(0);
    enter('watching');
    count(opened.totals);
    // Once more for what a page that ended without a word has left: it must first be known to be dead.
    for (const ms of [0, ABANDONED_MS + AGAIN_MS]) later(ms, () => void clearUp());
  }

  async function resume(mine: Live, socketId: string, asOf: number): Promise<void> {
    const reply = await link?.request('resume', {
      version: VERSION,
      session: mine.id,
      proof: mine.seal.proof(socketId),
    });
    if (asOf !== era || !reply) return;
    if (!reply.ok) return reply.error.retry ? link?.reconnect(AGAIN_MS) : refused(reply.error);
    mine.heard = reply.value.seq;
    mine.nonce = reply.value.nonce;
    mine.pace.interval(reply.value.nextMs);
    if (state === 'disconnected' || state === 'connecting') enter('watching');
    count(reply.value.totals);
    if (!mine.outbox.connected(reply.value.seq)) return end('failed', trouble('historyLost', true));
    if (reply.value.challenge) challenged(reply.value.challenge);
  }

  /** Delivers what earlier pages left behind. */
  async function clearUp(): Promise<void> {
    for (const left of await store.leftovers(Date.now())) {
      if (left.session === live?.id) continue;
      const delivery = await deliver(left.endpoint, left.session, left.beats);
      if (delivery === 'known' || delivery === 'news') store.drop(left.session, left.upTo);
      // With a connection then, or now, it was no bad network that kept them.
      if (delivery === 'unsent' ? link?.up() : delivery === 'news' && left.closedConnected) mention('beaconBlocked');
    }
  }

  // ── what the server says unasked ─────────────────────────────────────────
  function challenged(challenge: Challenge): void {
    const at = now();
    if (challenge.prompt === asked && at < askedUntil) return;
    asked = challenge.prompt;
    askedUntil = at + challenge.remainingMs + (challenge.graceMs ?? 0);
    tell(options.onChallenge, challenge, (given) => answer(challenge.prompt, given));
  }
  function noticed(notice: Notice): void {
    count(notice.totals);
    tell(options.onNotice, notice);
    if (notice.kind === 'promptWithdrawn') asked = null;
    if (notice.kind === 'closed') end('closed');
    if (notice.kind !== 'takenOver' || !live) return;
    const last = beat('takenOver');
    stopObserving();
    enter('takenOver');
    const mine = link;
    const bye = (): void => {
      if (link === mine && state === 'takenOver') hangUp();
    };
    if (last !== null) void live.outbox.acked(last).then(bye);
    later(FLUSH_MS, bye);
  }
  async function answer(prompt: string, given: string | Given): Promise<Answered> {
    const refuse = (code: string, message: string): never => {
      throw Object.assign(new Error(message), { code });
    };
    const unheard = (): never => refuse('disconnected', trouble('disconnected', false).words.zh);
    if (state !== 'watching' || !live) return unheard();
    const told = beat('answering');
    // The time until the answer is on record before the answer is; a slow commit does not cost the answer.
    if (told !== null)
      await Promise.race([live.outbox.acked(told), new Promise<void>((then) => later(FLUSH_MS, then))]);
    const reply = await link
      ?.request('answer', (typeof given === 'string' ? { prompt, choice: given } : { prompt, ...given }) as Answer)
      .catch(() => undefined);
    if (!reply) return unheard();
    if (!reply.ok) return refuse(reply.error.code, reply.error.message);
    count(reply.value.totals);
    return reply.value;
  }

  // ── ends ─────────────────────────────────────────────────────────────────
  function stopObserving(): void {
    observers?.stop();
    observers = null;
  }
  function end(how: 'closed' | 'failed', why?: Trouble): void {
    stopObserving();
    live?.outbox.disconnected();
    hangUp();
    if (why) complain(why);
    enter(how);
  }
  function refused(error: WireError): void {
    const gone = error.code === 'sessionClosed' || error.code === 'sessionUnknown';
    const { code, message, words = { zh: message, en: message } } = error;
    end(gone ? 'closed' : 'failed', trouble(code, true, words));
  }
  /** The last beat, and everything unacknowledged, without a socket. */
  function leave(send: (session: string, waiting: ReturnType<Outbox['waiting']>, upTo: number) => void): void {
    const last = beat('closing');
    if (live) {
      // Labelled as first sent: what was made with a connection did not wait for one.
      const waiting = live.outbox.waiting();
      live.outbox.disconnected();
      if (waiting.length > 0) send(live.id, waiting, last ?? Number.MAX_SAFE_INTEGER);
    }
    stopObserving();
    hangUp();
  }
  /** Hears of the page's going and coming. Returns the unregistering. */
  function attach(): () => void {
    const offs = [
      listen(window, ['pagehide'], (event) => {
        if (isLive() && read.isTrusted(event)) leave((id, waiting) => sendOnClose(endpoint, id, waiting));
      }),
      listen(window, ['pageshow'], (event) => {
        if (!(event as PageTransitionEvent).persisted || !isLive()) return;
        // Back from the cache: the closing beat ended that session. Without a new ticket it may still be resumed.
        if (options.getTicket) live = null;
        else if (live) observers = observing();
        enter('connecting');
        connect();
      }),
    ];
    return () => {
      for (const off of offs) off();
    };
  }
  let detach: (() => void) | null = attach();
  const isLive = (): boolean => state === 'connecting' || state === 'watching' || state === 'disconnected';

  // Not `instanceof`: an element may come from a frame of the page.
  if ('playbackRate' in Object(video)) connect();
  else later(0, () => end('failed', trouble('notMedia', true)));

  const self: Watch = {
    get state() {
      return state;
    },
    get totals() {
      return totals;
    },
    answer,
    retake() {
      if (isLive() || !options.getTicket || watches.get(video) !== self) return;
      live?.outbox.disconnected();
      hangUp();
      stopObserving();
      live = null;
      // After `close` nobody listened any more.
      detach ??= attach();
      enter('connecting');
      connect();
    },
    close() {
      if (isLive())
        leave((id, waiting, upTo) => {
          const wasUp = link?.up();
          void deliver(endpoint, id, waiting).then((delivery) => {
            if (delivery === 'known' || delivery === 'news') store.drop(id, upTo);
            if (delivery === 'unsent' && wasUp) mention('beaconBlocked');
          });
        });
      hangUp();
      detach?.();
      detach = null;
      enter('closed');
    },
  };
  return self;
}
