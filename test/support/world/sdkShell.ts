/**
 * The SDK on a simulated page: the real runs, digest, pace and outbox, in a model of the thin
 * shells around them. It mirrors, of
 *   sdk/media.ts    `stateOf`, `look`, `take`
 *   sdk/page.ts     `look`, `take` (what is seen is polled; the browser's record is exact)
 *   sdk/observe.ts  `look`, `take`
 *   sdk/watch.ts    `beat`, `moment`, `opened`, `resumed`, `clearUp`, `notice`, `answer`, `leave`
 *   sdk/keeper.ts   `begin`, `resume`, `answer`, as if it were in the page: no word between them takes time here
 * Not modelled: seals (the server model trusts the order of bodies), `anomaly` (no rule reads
 * that cause), and a page's own scripts. When one of those files changes, this one follows.
 */
import { createBusy } from '../../../sdk/busy.ts';
import { createDigest, type Digest } from '../../../sdk/digest.ts';
import type { Findings } from '../../../sdk/observe.ts';
import { createOutbox, type Outbox } from '../../../sdk/outbox.ts';
import { createPace, foremost, type Pace } from '../../../sdk/pace.ts';
import { createRuns } from '../../../sdk/runs.ts';
import { type Ack, type Cause, type PlayState, type SealedBeat, Unseen } from '../../../sdk/wire.ts';
import type { BrowserPage } from './browserPage.ts';
import type { Manner } from './detectorPort.ts';
import type { Element } from './element.ts';
import type { Answered, Challenge, Link, LinkHandlers, Pushed, Totals } from './link.ts';
import { chance, type Random } from './random.ts';

export type ShellState = 'connecting' | 'watching' | 'disconnected' | 'takenOver' | 'closed' | 'failed';

export interface ShellDeps {
  readonly page: BrowserPage;
  readonly element: Element;
  readonly lesson: string;
  readonly random: Random;
  openLink(handlers: LinkHandlers): Link;
  /** Beats without a socket: what becomes of them is told, if the page still lives then. */
  deliver(session: string, beats: readonly SealedBeat[], done: (lastWord: boolean) => void): void;
  onChallenge(prompt: string, remainingMs: number): void;
  /** Something of the page lies over the picture. */
  isCovered(): boolean;
}

export interface Shell {
  readonly state: ShellState;
  /** Looks at everything now; makes a beat if one is due. */
  moment(): void;
  /** `null`: it could not be delivered. */
  answer(prompt: string, correct: boolean, hand: Hand, done: (outcome: string | null) => void): void;
  retake(): void;
  /** The page goes away, and can still say so. */
  leave(): void;
  /** Beats lost because the queue was full. */
  readonly dropped: number;
}

/** What was done between a question's showing and its answer. */
export type Hand = Pick<Manner, 'hand' | 'assisted'>;

const AGAIN_MS = 3000;
const FLUSH_MS = 2000;
/** sdk/store.ts: another page's younger beats are its own; older ones are forgotten after a day. */
const ABANDONED_MS = 60_000;
const EXPIRY_MS = 86_400_000;

/** What an open or resume is answered with. */
export interface Bound extends Pick<Ack, 'seq' | 'nonce' | 'nextMs'> {
  readonly session: string;
  readonly totals: Totals;
  readonly challenge: Challenge | null;
}

interface Live {
  readonly id: string;
  readonly digest: Digest;
  readonly outbox: Outbox;
  readonly pace: Pace;
  nonce: string;
  heard: number;
  acked: number;
  onAcked: (() => void)[];
}

export function createShell(deps: ShellDeps): Shell {
  const { page, element, random } = deps;
  const { device } = page;
  let state: ShellState = 'connecting';
  let live: Live | null = null;
  let observers: ReturnType<typeof observe> | null = null;
  let link: Link | null = null;
  let era = 0;
  let asked: string | null = null;
  let dropped = 0;

  const kept = device.kept;
  const forget = (session: string, upTo: number): void => {
    const left = (kept.get(session) ?? []).filter((beat) => beat.seq > upTo);
    if (left.length > 0) kept.set(session, left);
    else kept.delete(session);
  };

  function beat(cause: Cause, at = device.mono()): number | null {
    if (!live || !observers) return null;
    const found = observers.look(at);
    const named = cause === 'interval' ? found.reduce(foremost, null as Cause | null) : null;
    const findings = observers.take(at);
    live.pace.made(at);
    if (live.outbox.full()) {
      dropped++;
      return null;
    }
    const made = live.digest.beat(named ?? cause, live.nonce, at, findings);
    live.outbox.push({ seq: made.seq, body: JSON.stringify(made), mac: '', cause: made.cause });
    return made.seq;
  }

  function moment(): void {
    if (!live || !observers) return;
    const at = device.mono();
    live.pace.note(observers.look(at), at);
    const due = live.pace.due(at, observers.full());
    if (due) beat(due, at);
  }

  function connect(): void {
    link = deps.openLink({
      onUp: () => {
        const mine = ++era;
        if (live) resume(live, mine);
        else open(mine);
      },
      onDown() {
        era++;
        live?.outbox.lineDown();
        if (state === 'watching') state = 'disconnected';
        else if (state !== 'connecting' && state !== 'disconnected') hangUp();
      },
      onPushed: noticed,
    });
  }
  function hangUp(): void {
    era++;
    link?.close();
    link = null;
  }

  function open(mine: number): void {
    link?.request<Bound>({ kind: 'open', lesson: deps.lesson, device: device.options.name }).then(
      (reply) => {
        if (mine !== era) return;
        if (reply.ok) begin(reply.value);
        else if (reply.error.retry) link?.reconnect(AGAIN_MS);
        else end('failed');
      },
      () => undefined,
    );
  }

  function begin(opened: Bound): void {
    const at = device.mono();
    const id = opened.session;
    asked = null;
    observers ??= observe(page, element, random, deps.isCovered);
    observers.look(at);
    observers.take(at);
    const outbox = createOutbox({
      send: (sealed) =>
        link?.request<Ack>({ kind: 'beat', session: id, sealed }) ?? Promise.reject(new Error('no link')),
      keep: ({ seq, body, mac, cause }) => {
        const beats = kept.get(id) ?? [];
        beats.push({ seq, body, mac, keptAt: device.date(), closing: cause === 'closing' });
        kept.set(id, beats);
      },
      forget: (upTo) => {
        forget(id, upTo);
        if (live?.id !== id) return;
        live.acked = upTo;
        for (const ear of live.onAcked.splice(0)) ear();
      },
      onAck(ack) {
        if (live?.id !== id || ack.seq < live.heard) return;
        live.heard = ack.seq;
        live.nonce = ack.nonce;
        live.pace.interval(ack.nextMs);
      },
      onRefused: (error) => state !== 'takenOver' && refused(error.code),
      onLost: () => link?.reconnect(500),
      defer: (ms, then) => page.task(ms, then),
      random,
    });
    live = {
      id,
      outbox,
      digest: createDigest(at),
      pace: createPace(at, opened.nextMs),
      nonce: opened.nonce,
      heard: 0,
      acked: 0,
      onAcked: [],
    };
    outbox.lineUp(0);
    state = 'watching';
    if (opened.challenge) noticed({ kind: 'challenge', ...opened.challenge });
    for (const ms of [0, ABANDONED_MS + AGAIN_MS]) page.task(ms, clearUp);
  }

  function resume(mine: Live, asOf: number): void {
    link?.request<Bound>({ kind: 'resume', session: mine.id }).then(
      (reply) => {
        if (asOf !== era) return;
        if (!reply.ok) {
          if (reply.error.retry) link?.reconnect(AGAIN_MS);
          else refused(reply.error.code);
          return;
        }
        mine.heard = reply.value.seq;
        mine.nonce = reply.value.nonce;
        mine.pace.interval(reply.value.nextMs);
        if (state === 'disconnected' || state === 'connecting') state = 'watching';
        if (!mine.outbox.lineUp(reply.value.seq)) return end('failed');
        if (reply.value.challenge) noticed({ kind: 'challenge', ...reply.value.challenge });
      },
      () => undefined,
    );
  }

  /** Delivers what earlier pages of this browser left behind. */
  function clearUp(): void {
    for (const [session, beats] of [...kept]) {
      const last = beats.at(-1);
      if (session === live?.id || last === undefined) continue;
      const age = device.date() - last.keptAt;
      if (age > EXPIRY_MS) forget(session, last.seq);
      else if (last.closing || age > ABANDONED_MS) {
        const left = beats.map(({ body, mac }) => ({ body, mac, queued: true }));
        deps.deliver(session, left, (lastWord) => lastWord && forget(session, last.seq));
      }
    }
  }

  function noticed(message: Pushed): void {
    switch (message.kind) {
      case 'challenge':
        if (message.prompt === asked) return;
        asked = message.prompt;
        deps.onChallenge(message.prompt, message.remainingMs);
        return;
      case 'closed':
        return void end('closed');
      case 'takenOver': {
        if (!live) return;
        const last = beat('takenOver');
        observers = null;
        state = 'takenOver';
        const mine = link;
        const bye = (): void => {
          if (link === mine && state === 'takenOver') hangUp();
        };
        if (last !== null) whenAcked(last, bye);
        page.task(FLUSH_MS, bye);
        return;
      }
      default:
        message satisfies never;
    }
  }

  function whenAcked(seq: number, then: () => void): void {
    const mine = live;
    if (!mine) return;
    if (mine.acked >= seq) return void then();
    mine.onAcked.push(() => (mine.acked >= seq ? then() : whenAcked(seq, then)));
  }

  function end(how: 'closed' | 'failed'): void {
    observers = null;
    live?.outbox.lineDown();
    hangUp();
    state = how;
  }
  function refused(code: string): void {
    end(code === 'sessionClosed' || code === 'sessionUnknown' ? 'closed' : 'failed');
  }

  connect();
  return {
    get state() {
      return state;
    },
    get dropped() {
      return dropped;
    },
    moment,
    answer(prompt, correct, hand, done) {
      if (state !== 'watching' || !live) return done(null);
      const session = live.id;
      const told = beat('answering');
      let sent = false;
      const send = (): void => {
        if (sent) return;
        sent = true;
        const manner = { ...hand, ...(page.visible ? {} : { hidden: true }) };
        const request = link?.request<Answered>({ kind: 'answer', session, prompt, answer: correct, manner });
        if (!request) return void done(null);
        request.then(
          (reply) => done(reply.ok ? reply.value.outcome : reply.error.code),
          () => done(null),
        );
      };
      if (told === null) return send();
      whenAcked(told, send);
      page.task(FLUSH_MS, send);
    },
    retake() {
      if (state !== 'takenOver' && state !== 'closed' && state !== 'failed') return;
      live?.outbox.lineDown();
      hangUp();
      observers = null;
      live = null;
      state = 'connecting';
      connect();
    },
    leave() {
      beat('closing');
      if (live) {
        const waiting = live.outbox.waiting();
        live.outbox.lineDown();
        if (waiting.length > 0) deps.deliver(live.id, waiting, () => undefined);
      }
      observers = null;
      hangUp();
    },
  };
}

/** sdk/observe.ts with its parts. */
function observe(page: BrowserPage, element: Element, random: Random, isCovered: () => boolean) {
  const runs = createRuns();
  const busy = createBusy();
  let seen = { visible: page.visible, focused: page.focused };
  let lookedAt: number | null = null;
  let visibleMs = 0;
  let focusedMs = 0;
  let player: [PlayState, number, number] = ['paused', 0, 1];
  let unseen = 0;
  let unseenMs = 0;
  let met = 0;
  page.take();

  function stateOf(): PlayState {
    if (element.seeking) return 'seeking';
    if (element.ended) return 'ended';
    if (element.paused) return 'paused';
    return element.starved ? 'stalled' : 'playing';
  }

  function lookAtPage(at: number): Cause | null {
    const elapsed = lookedAt === null ? 0 : at - lookedAt;
    lookedAt = at;
    if (seen.visible) visibleMs += elapsed;
    if (seen.focused) focusedMs += elapsed;
    if (unseen > 0 && page.visible) unseenMs += elapsed;
    unseen = (page.inView ? 0 : Unseen.clipped) | (isCovered() ? Unseen.covered : 0);
    met |= unseen;
    const was = seen;
    seen = { visible: page.visible, focused: page.focused };
    if (seen.visible !== was.visible) return seen.visible ? 'visible' : 'hidden';
    if (seen.focused === was.focused) return null;
    return seen.focused ? 'focused' : 'blurred';
  }

  return {
    look(at: number): Cause[] {
      const causes: Cause[] = [];
      busy.look(at, true);
      const fromPage = lookAtPage(at);
      if (fromPage) causes.push(fromPage);
      const media = element.position();
      const state = stateOf();
      player = [state, media, element.rate];
      const fromMedia = runs.look({ at, media, rate: element.rate, state });
      if (fromMedia) causes.push(fromMedia);
      return causes;
    },
    full: runs.full,
    take(_at: number) {
      const { recordedHiddenMs, frames, clocks } = page.take();
      const { hands } = page.device.options;
      // What nobody here does takes no dice: worlds are known by their seeds.
      const some = (share: number, events: number): number =>
        share > 0 && page.visible && chance(random, share) ? events : 0;
      const findings = {
        ...runs.take(),
        player,
        page: [visibleMs, focusedMs, recordedHiddenMs] as const,
        busy: busy.take(),
        frames,
        clocks,
        input: [some(hands.pointer, 3), some(hands.key, 2), 0, some(hands.synthetic, 2)] as const,
        signs: 0,
        more: { view: [Math.round(unseenMs), page.inView ? 100 : 0, met], source: ['file', element.durationMs, 0] },
      } satisfies Findings;
      unseenMs = 0;
      met = unseen;
      visibleMs = 0;
      focusedMs = 0;
      return findings;
    },
  };
}
