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
import { write } from './body.ts';
import { createDigest, type Digest } from './digest.ts';
import type { FaceSaid } from './faces.ts';
import { type Host, startHost } from './host.ts';
import { AGAIN_MS, type Ears, FLUSH_MS } from './keeper.ts';
import { date, later, listen, now, read } from './natives.ts';
import { type Observers, observe } from './observe.ts';
import { BEATS_MAX } from './outbox.ts';
import { createPace, foremost, type Pace } from './pace.ts';
import { deviceName, endpointOf } from './place.ts';
import { link } from './seal.ts';
import { ABANDONED_MS, openStore } from './store.ts';
import { type Trouble, trouble, type Watch, type WatchOptions, type WatchState } from './surface.ts';
import { createVoice } from './voice.ts';
import type { Answer, Answered, Beat, Cause, Given, Reply, SealedBeat, Totals, WireError } from './wire.ts';

export type { Trouble, Watch, WatchOptions, WatchState } from './surface.ts';
export type { Answered, Challenge, Choice, Form, Given, Notice, Totals, Words } from './wire.ts';

interface Live {
  readonly id: string;
  readonly digest: Digest;
  readonly pace: Pace;
  /** As last heard; only a closing beat is sealed here. */
  nonce: string;
  /** Claimed, and not yet known to be sealed. */
  claimed: Beat[];
  /** Sealed, and not yet acknowledged; oldest first. */
  waiting: (SealedBeat & { readonly seq: number })[];
  /** The MAC of the last beat known to be sealed, and the key to a closing beat after it. */
  mac: string;
  closing: Uint8Array;
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
  let host: Host | null = null;
  let ticket = options.ticket;
  let dropped = 0;
  let asked: string | null = null;
  /** Until then the page surely shows it. */
  let askedUntil = 0;
  const saidOnce = new Set<string>();
  /** Rises with every connection and every end: a ticket that comes later is for none of them. */
  let era = 0;
  let answers = 0;
  const answering = new Map<number, (reply: Reply<Answered> | undefined) => void>();
  /** The last beat after a takeover: when it is acknowledged, all is said. */
  let lastWord = 0;
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

  // ── beats ────────────────────────────────────────────────────────────────
  function claim(cause: Cause, at = now()): Beat | null {
    if (!live || !observers) return null;
    if (live.digest.over(at)) {
      end('failed', trouble('pageTooOld', true));
      return null;
    }
    const found = observers.look(at);
    const named = cause === 'interval' ? found.reduce(foremost, null as Cause | null) : null;
    const findings = observers.take(at);
    live.pace.made(at);
    if (live.waiting.length + live.claimed.length >= BEATS_MAX) {
      dropped++;
      if (dropped % 50 === 1) complain({ ...trouble('outboxFull', false), dropped });
      return null;
    }
    return live.digest.beat(named ?? cause, live.nonce, at, findings);
  }
  function beat(cause: Cause, at?: number): number {
    const made = claim(cause, at);
    if (!live || !made) return 0;
    live.claimed.push(made);
    host?.ask('claim', made);
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
    host = startHost(endpoint, ears);
  }
  function hangUp(): void {
    era++;
    host?.stop();
    host = null;
    for (const [, unheard] of answering) unheard(undefined);
    answering.clear();
  }
  const ears: Ears = {
    async wanted() {
      const mine = ++era;
      let chosen = ticket;
      if (!chosen) {
        try {
          chosen = await options.getTicket?.();
        } catch {
          if (mine !== era) return;
          complain(trouble('ticketFetch', false));
          return host?.ask('reconnect', AGAIN_MS);
        }
      }
      if (mine !== era) return;
      if (!chosen) return end('failed', trouble('ticketMissing', true));
      const { forms } = options;
      host?.ask('open', { ticket: chosen, device: deviceName(), ...(forms && { forms: [...forms] }) });
    },
    unopened(error) {
      if (error.retry) host?.ask('reconnect', AGAIN_MS);
      else if (error.code.startsWith('ticket') && ticket !== undefined && options.getTicket) {
        // The ticket in the page is used up or too old (a reload, a lost reply): a fresh one may do.
        ticket = undefined;
        host?.ask('reconnect', 0);
      } else refused(error);
    },
    opened({ session: id, nonce, nextMs, totals, media, face }, closing) {
      const at = now();
      ticket = undefined;
      asked = null;
      observers ??= observe(video, { endpoint, onMoment: moment, onFault: fault });
      const already = observers.look(at);
      observers.take(at);
      const [digest, pace] = [createDigest(at), createPace(at, nextMs)];
      live = { id, digest, pace, nonce, closing, claimed: [], waiting: [], mac: id };
      pace.note(already, at);
      enter('watching');
      count(totals);
      if (media) tell(options.onMedia, endpoint + media);
      if (face) hearOfFaces(face);
      // Once more for what a page that ended without a word has left: it must first be known to be dead.
      for (const ms of [0, ABANDONED_MS + AGAIN_MS]) later(ms, () => void clearUp());
    },
    resumed(resumed, whole) {
      if (state === 'disconnected' || state === 'connecting') enter('watching');
      ears.acked(resumed);
      if (!whole) return end('failed', trouble('historyLost', true));
      if (resumed.challenge) ears.challenge(resumed.challenge);
    },
    sealed(seq, beat, closing) {
      if (!live) return;
      live.claimed = live.claimed.filter((one) => one.seq > seq);
      live.waiting.push({ ...beat, seq });
      live.mac = beat.mac;
      live.closing = closing;
    },
    acked({ seq, nonce, nextMs, totals }) {
      if (!live) return;
      live.nonce = nonce;
      live.pace.interval(nextMs);
      live.waiting = live.waiting.filter((one) => one.seq > seq);
      count(totals);
      if (state === 'takenOver' && seq >= lastWord) hangUp();
    },
    refused: (error) => state !== 'takenOver' && refused(error),
    down() {
      era++;
      if (live) live.waiting = live.waiting.map((one) => ({ ...one, queued: true }));
      if (state === 'watching') enter('disconnected');
      // A line that drops again while it is being mended comes up again by itself.
      else if (state !== 'connecting' && state !== 'disconnected') hangUp();
    },
    answered(id, reply) {
      answering.get(id)?.(reply);
      answering.delete(id);
    },
    challenge(challenge) {
      if (challenge.form === 'face') return hearOfFaces(challenge);
      const at = now();
      if (challenge.prompt === asked && at < askedUntil) return;
      observers?.hand?.shown(challenge.prompt);
      asked = challenge.prompt;
      askedUntil = at + challenge.remainingMs + (challenge.graceMs ?? 0);
      tell(options.onChallenge, challenge, (given) => answer(challenge.prompt, given));
    },
    notice(notice) {
      count(notice.totals);
      tell(options.onNotice, notice);
      hearOfFaces(notice);
      if (notice.kind === 'promptWithdrawn') asked = null;
      if (notice.kind === 'closed') end('closed');
      if (notice.kind !== 'takenOver' || !live) return;
      lastWord = beat('takenOver');
      stopObserving();
      enter('takenOver');
      const mine = host;
      later(FLUSH_MS, () => {
        if (host === mine && state === 'takenOver') hangUp();
      });
    },
    tick: (ticks) => observers?.ticked(ticks),
    alone: () => mention('workerBlocked'),
  };

  /** Delivers what earlier pages left behind. */
  async function clearUp(): Promise<void> {
    for (const left of await store.leftovers(date())) {
      if (left.session === live?.id) continue;
      const delivery = await deliver(left.endpoint, left.session, left.beats);
      if (delivery === 'known' || delivery === 'news') store.drop(left.session, left.upTo);
      // With a connection then, or now, it was no bad network that kept them.
      if (delivery === 'unsent' ? state === 'watching' : delivery === 'news' && left.closedConnected)
        mention('beaconBlocked');
    }
  }

  async function answer(prompt: string, given: string | Given): Promise<Answered> {
    const refuse = (code: string, message: string): never => {
      throw Object.assign(new Error(message), { code });
    };
    const id = ++answers;
    const reply =
      state === 'watching' && live
        ? await new Promise<Reply<Answered> | undefined>((then) => {
            const after = beat('answering');
            answering.set(id, then);
            const what = typeof given === 'string' ? { choice: given } : given;
            host?.ask('answer', id, { prompt, ...observers?.hand?.of(prompt), ...what } as Answer, after);
          })
        : undefined;
    if (!reply) return refuse('disconnected', trouble('disconnected', false).words.zh);
    if (!reply.ok) return refuse(reply.error.code, reply.error.message);
    count(reply.value.totals);
    return reply.value;
  }

  /** Shown by the part that finds more; where that is not there, a check is declined: a question comes instead. */
  function hearOfFaces(said: FaceSaid): void {
    observers?.part
      .then<unknown, unknown>(
        ({ faces }) => faces.hear(said, self, options),
        () => 'form' in said && answer(said.prompt, 'noCamera'),
      )
      .catch(fault);
  }

  // ── ends ─────────────────────────────────────────────────────────────────
  function stopObserving(): void {
    observers?.stop();
    observers = null;
  }
  function end(how: 'closed' | 'failed', why?: Trouble): void {
    stopObserving();
    hangUp();
    if (why) complain(why);
    enter(how);
  }
  function refused(error: WireError): void {
    const gone = error.code === 'sessionClosed' || error.code === 'sessionUnknown';
    const { code, message, words = { zh: message, en: message } } = error;
    end(gone ? 'closed' : 'failed', trouble(code, true, words));
  }
  /** The last beat, sealed here, and everything unacknowledged, without a socket. */
  function leave(send: (session: string, waiting: readonly SealedBeat[], upTo: number) => void): void {
    const made = claim('closing');
    hangUp();
    if (live) {
      const { id, waiting, claimed, closing } = live;
      if (made) {
        // What the Worker had no time to seal, or none to say so, is left to it: this beat takes its place if it is lost.
        const { seq, span } = claimed[0] ?? made;
        const body = write({ ...made, seq, span: [span[0], made.span[1]] });
        const sealed = { seq, body, mac: link(closing, live.mac, body), queued: state !== 'watching' };
        store.put({ ...sealed, session: id, cause: 'closing', endpoint, at: date() });
        waiting.push(sealed);
      }
      // Labelled as first sent: what was made with a connection did not wait for one.
      if (waiting.length > 0) send(id, waiting, made?.seq ?? Number.MAX_SAFE_INTEGER);
    }
    stopObserving();
  }
  /** Hears of the page's going and coming. Returns the unregistering. */
  const attach = (): (() => void) =>
    listen(window, ['pagehide', 'pageshow'], (event) => {
      if (!isLive() || !read.isTrusted(event)) return;
      if (read.type(event) === 'pagehide') return leave((id, waiting) => sendOnClose(endpoint, id, waiting));
      if (!(event as PageTransitionEvent).persisted) return;
      // Back from the cache: the closing beat ended that session, and its key is gone.
      if (live && !options.getTicket) return enter('closed');
      live = null;
      enter('connecting');
      connect();
    });
  let detach: (() => void) | null = attach();
  const isLive = (): boolean => state === 'connecting' || state === 'watching' || state === 'disconnected';

  // Not `instanceof`: an element may come from a frame of the page.
  if ('playbackRate' in Object(video)) connect();
  else later(0, () => end('failed', trouble('notMedia', true)));

  const self: Watch = {
    get state() {
      return state;
    },
    get session() {
      return live?.id ?? null;
    },
    get totals() {
      return totals;
    },
    answer,
    retake() {
      if (isLive() || !options.getTicket || watches.get(video) !== self) return;
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
          const wasUp = state === 'watching';
          void deliver(endpoint, id, waiting).then((delivery) => {
            if (delivery === 'known' || delivery === 'news') store.drop(id, upTo);
            if (delivery === 'unsent' && wasUp) mention('beaconBlocked');
          });
        });
      detach?.();
      detach = null;
      end('closed');
    },
  };
  return self;
}
