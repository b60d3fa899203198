/**
 * Lets a candidate sit an exam: the only orchestrator of this part. A module of its own (`exam.mjs`): a lesson's page
 * does not carry it.
 *
 * States: see `ExamState`. waiting → opening → answering ⇄ disconnected → timeUp → handedIn, or handedIn at once;
 * takenOver and failed lead back to opening by `retake`; closed ends it.
 *
 * Guarantees: an answer counts as saved only after the server said so, and is kept until then, also beyond this page;
 * the time that is shown is the server's; nothing is thrown into the page.
 */
import { deviceOr } from './device.ts';
import { createCountdown } from './exam/countdown.ts';
import { enterDoor, type Opened } from './exam/door.ts';
import { createErrands, createNap, type Errands } from './exam/errands.ts';
import { createFaces } from './exam/faces.ts';
import { type FactsWatch, watchFacts } from './exam/facts.ts';
import { createKeep, type Keep } from './exam/kept.ts';
import { createLine } from './exam/line.ts';
import { endpointOf, hexOf, languageOf } from './exam/place.ts';
import { savedOf, sheetOf } from './exam/sheet.ts';
import type { Exam, ExamOptions, ExamResult, ExamState } from './exam/surface.ts';
import { createView, type Shown, type View } from './exam/view.ts';
import { createVoice } from './exam/voice.ts';
import { type Key, wordsOf } from './exam/words.ts';
import type { FaceChallenge, Given, Words } from './wire.ts';

export type * from './exam/surface.ts';

/** A page that saves nothing for so long asks whether it still holds the sitting, and for a face check that is due. */
const ASK_MS = 25_000;
const TICK_MS = 250;
/** Clocks that part by more: the computer slept, and only the server knows for how long. */
const SLEPT_MS = 2_000;
/** The server's clock hands in within seconds. */
const RESULT_MS = 2_000;
/** A ledger that is busy for longer seals it all the same. */
const LEAF_TRIES_MAX = 15;

/** What any reply of a sitting may carry. */
interface Said {
  readonly remainingMs?: number;
  readonly face?: FaceChallenge;
}

const exams = new WeakMap<HTMLElement, Exam>();

/**
 * Returns at once. Called again with the same element it answers with the same `Exam`, until that was closed.
 * @param element is drawn into; null, with `onItem`: nothing is drawn
 */
export function exam(element: HTMLElement | null, options: ExamOptions = {}): Exam {
  const known = element && exams.get(element);
  if (known && known.state !== 'closed') return known;
  const made = start(element, options);
  if (element) exams.set(element, made);
  return made;
}

function start(element: HTMLElement | null, options: ExamOptions): Exam {
  const { getTicket, onItem } = options;
  let { ticket } = options;
  const now = (): number => performance.now();
  const endpoint = endpointOf(options.endpoint);
  const line = createLine(endpoint, now);
  const countdown = createCountdown();
  const nap = createNap();
  const shown: Shown = { state: 'waiting', sheet: null, handingIn: false, trouble: null, result: null, leftMs: null };
  const answering = new Map<number, { resolve(): void; reject(error: Error): void }[]>();
  let view: View | null = null;
  let key = '';
  let keep: Keep | null = null;
  let errands: Errands | null = null;
  let facts: FactsWatch | null = null;
  let ticking: ReturnType<typeof setInterval> | undefined;
  let era = 0;
  let toldSecond = -1;
  let heardAt = 0;
  let apart = 0;
  let fact = 0;
  let awaiting = false;

  // ── to the page ──────────────────────────────────────────────────────────
  const { tell, complain } = createVoice(options);
  const faces = createFaces({ endpoint, onFace: options.onFace, tell, nap, leftMs: () => countdown.left(now()) });
  function enter(next: ExamState): void {
    const changed = shown.state !== next;
    shown.state = next;
    view?.draw();
    if (changed) tell(options.onState, next);
  }
  function fail(code: string, words: Words | null): void {
    leaveSitting();
    shown.trouble = { code, fatal: true, words: words ?? wordsOf(code as Key) };
    enter('failed');
    complain(shown.trouble);
  }

  // ── into the sitting, and out of it ──────────────────────────────────────
  async function open(): Promise<void> {
    const mine = ++era;
    const first = ticket;
    ticket = undefined;
    shown.trouble = null;
    shown.handingIn = false;
    awaiting = false;
    enter('opening');
    const entered = await enterDoor({
      ask: line.ask,
      nap,
      device: deviceOr(hexOf(crypto.getRandomValues(new Uint8Array(16)))),
      showsFace: faces.can,
      ticket: first,
      getTicket,
      left: () => mine !== era,
      onDelay(code) {
        shown.trouble = { code, fatal: false, words: wordsOf(code) };
        view?.draw();
        complain(shown.trouble);
      },
    });
    if (entered.kind === 'refused') return fail(entered.code, entered.words);
    if (entered.kind === 'opened') begin(entered.opened, entered.sentAt, entered.heardAt);
  }

  function begin(opened: Opened, sentAt: number, at: number): void {
    const sheet = sheetOf(opened);
    shown.sheet = sheet;
    shown.trouble = null;
    key = opened.key;
    heard(opened, sentAt, at);
    shown.leftMs = countdown.left(at);
    apart = Date.now() - at;
    errands = createErrands({
      ask: (path, body) => line.ask(`/${sheet.sitting}/${path}`, body),
      nap,
      heard: ({ value, sentAt, heardAt }) => heard((value ?? {}) as Said, sentAt, heardAt),
      onLine(up) {
        if (shown.state === 'answering' || shown.state === 'disconnected') enter(up ? 'answering' : 'disconnected');
      },
      onOver: over,
    });
    keep = createKeep(sheet.sitting);
    // What an earlier page of this browser could not save, where the candidate was not faster.
    const mine = errands;
    void keep.left(sheet.stored).then((left) => {
      for (const [n, { given, tookMs }] of left) {
        if (mine === errands && isOpen() && sheet.given.get(n) === sheet.stored.get(n)) give(n, given, tookMs, true);
      }
    });
    ticking = setInterval(tick, TICK_MS);
    enter('answering');
    facts = watchFacts((seen) => {
      errands?.put({ name: `fact ${++fact}`, urgent: false, path: 'facts', body: { key, fact: seen } });
    });
    if (onItem) for (const item of sheet.items) tell(onItem, item, (given: Given) => answer(item.n, given));
  }

  /** Nothing of the sitting runs here any more. */
  function leaveSitting(): void {
    era++;
    facts?.stop();
    errands?.stop();
    faces.stop();
    nap.wake();
    clearInterval(ticking);
    for (const waiting of answering.values()) for (const { reject } of waiting) reject(failure(shown.state));
    answering.clear();
  }

  /** The server takes nothing more from this page. */
  function over(code: string, words: Words): void {
    if (code === 'sittingTakenOver') {
      leaveSitting();
      enter('takenOver');
    } else if (code === 'sittingKey') fail(code, words);
    else void awaitResult(code !== 'sittingHandedIn');
  }

  /** @param byClock else it was handed in already: the reply that said so was lost, or another page did it */
  async function awaitResult(byClock: boolean): Promise<void> {
    if (awaiting) return;
    awaiting = true;
    const mine = ++era;
    if (byClock) enter('timeUp');
    const { sitting } = shown.sheet ?? {};
    for (;;) {
      const reply = await line.ask<{ result: ExamResult | null }>(`/${sitting}/result`, { key });
      if (mine !== era) return;
      if (reply.kind === 'value' && reply.value.result) return finish(reply.value.result);
      if (reply.kind === 'refused' && reply.retryAfterMs === null) return fail(reply.code, reply.words);
      await nap(RESULT_MS);
      if (mine !== era) return;
    }
  }

  function finish(result: ExamResult): void {
    shown.result = result;
    leaveSitting();
    keep?.clear();
    enter('handedIn');
    tell(options.onResult, result);
    void awaitLeaf();
  }

  /** The ledger seals within seconds: where, is told once it has. */
  async function awaitLeaf(): Promise<void> {
    const mine = era;
    for (let tries = 0; tries < LEAF_TRIES_MAX && shown.result?.leafIndex === null; tries++) {
      await nap(RESULT_MS);
      if (mine !== era) return;
      const reply = await line.ask<{ result: ExamResult | null }>(`/${shown.sheet?.sitting}/result`, { key });
      if (mine !== era) return;
      const found = reply.kind === 'value' ? reply.value.result : null;
      if (!found || found.leafIndex === null) continue;
      shown.result = found;
      view?.draw();
      tell(options.onResult, found);
    }
  }

  // ── while it is answered ─────────────────────────────────────────────────
  const isOpen = (): boolean => shown.state === 'answering' || shown.state === 'disconnected';

  /** Each reply of the sitting passes here: this is the one place where what it carries is handed on. */
  function heard(said: Said, sentAt: number, at: number): void {
    heardAt = at;
    if (typeof said.remainingMs === 'number') countdown.correct(said.remainingMs, sentAt, at);
    if (said.face && shown.sheet) faces.show(said.face, shown.sheet.sitting);
  }

  function tick(): void {
    const at = now();
    const left = countdown.left(at) ?? 0;
    shown.leftMs = left;
    const second = Math.ceil(left / 1000);
    if (isOpen() && second !== toldSecond) {
      toldSecond = second;
      view?.draw();
      tell(options.onRemaining, left);
    }
    facts?.look();
    const parted = Date.now() - at;
    if (at - heardAt > ASK_MS || Math.abs(parted - apart) > SLEPT_MS) {
      apart = parted;
      heardAt = at;
      askClock();
    }
    if (left === 0 && isOpen()) void awaitResult(true);
  }

  const askClock = (): void => errands?.put({ name: 'clock', urgent: false, path: 'clock', body: { key } });

  /** @param anew it was not given on this page: what is drawn does not show it yet */
  function give(n: number, given: Given, tookMs: number, anew = false): void {
    const { sheet } = shown;
    if (!sheet || !errands) return;
    keep?.put(n, { given, tookMs, before: sheet.stored.get(n) ?? null });
    sheet.given.set(n, given);
    sheet.refused.delete(n);
    sheet.waiting.add(n);
    const mine = errands;
    const isNewest = (): boolean => sheet.given.get(n) === given;
    function settle(error: Error | null): void {
      if (!isNewest()) return;
      sheet?.waiting.delete(n);
      keep?.drop(n);
      if (sheet) tell(options.onSaved, n, savedOf(sheet, n));
      for (const { resolve, reject } of answering.get(n) ?? []) error ? reject(error) : resolve();
      answering.delete(n);
      view?.draw();
    }
    mine.put({
      name: `answer ${n}`,
      urgent: true,
      path: 'answers',
      body: { key, n, given, tookMs: Math.min(86_400_000, Math.max(0, Math.round(tookMs))) },
      told() {
        sheet.stored.set(n, given);
        settle(null);
      },
      refused(code, words) {
        if (isNewest()) sheet.refused.set(n, words);
        settle(failure(code));
        complain({ code, words, fatal: false });
      },
    });
    tell(options.onSaved, n, 'waiting');
    if (anew) view?.redraw(n);
    view?.draw();
  }

  let answeredAt = 0;
  function answer(n: number, given: Given): Promise<void> {
    if (!isOpen() || !shown.sheet?.items[n - 1]) return Promise.reject(failure(shown.state));
    const at = now();
    const tookMs = at - (answeredAt || at);
    answeredAt = at;
    return new Promise((resolve, reject) => {
      answering.set(n, [...(answering.get(n) ?? []), { resolve, reject }]);
      give(n, given, tookMs);
    });
  }

  function handIn(): void {
    if (!isOpen() || shown.handingIn) return;
    view?.flush();
    shown.handingIn = true;
    putHandIn();
    view?.draw();
  }
  function putHandIn(): void {
    errands?.put({
      name: 'hand-in',
      urgent: true,
      path: 'hand-in',
      body: { key },
      told: (value) => void told(value as ExamResult | Required<Pick<Said, 'face'>>),
      refused(code, words) {
        shown.handingIn = false;
        complain({ code, words, fatal: false });
        view?.draw();
      },
    });
  }
  /** A check comes before the result: then it is handed in again, whatever became of the check. */
  async function told(value: ExamResult | Required<Pick<Said, 'face'>>): Promise<void> {
    if ('score' in value) return finish(value);
    const mine = era;
    await faces.ended(value.face, shown.sheet?.sitting ?? '');
    if (mine === era) putHandIn();
  }

  // ── the page ─────────────────────────────────────────────────────────────
  const stops: (() => void)[] = [];
  function on<E extends Event>(target: EventTarget, type: string, then: (event: E) => void): void {
    target.addEventListener(type, then as EventListener);
    stops.push(() => target.removeEventListener(type, then as EventListener));
  }
  on(window, 'online', () => nap.wake());
  on(document, 'visibilitychange', () => {
    if (!document.hidden) nap.wake();
  });
  on(window, 'pagehide', () => {
    if (!isOpen()) return;
    view?.flush();
    const to = `/${shown.sheet?.sitting}`;
    for (const { urgent, path, body } of errands?.waiting() ?? []) if (urgent) line.leave(`${to}/${path}`, body);
    line.leave(`${to}/pause`, { key });
  });
  // From the back/forward cache: it holds the sitting still, or learns that it does not.
  on<PageTransitionEvent>(window, 'pageshow', ({ persisted }) => {
    if (persisted && isOpen()) askClock();
  });
  on<BeforeUnloadEvent>(window, 'beforeunload', (event) => {
    view?.flush();
    // The browser asks; what is not saved is kept all the same.
    if (isOpen() && shown.sheet?.waiting.size) event.preventDefault();
  });

  function press(): void {
    if (options.fullscreen) element?.requestFullscreen?.().catch(() => undefined);
    void open();
  }
  const handle: Exam = {
    get state() {
      return shown.state;
    },
    get sitting() {
      return shown.sheet?.sitting ?? null;
    },
    enter() {
      if (shown.state === 'waiting') void open();
    },
    answer,
    handIn,
    retake() {
      if (getTicket && (shown.state === 'takenOver' || shown.state === 'failed')) void open();
    },
    setLanguage: (language) => view?.setLanguage(language),
    close() {
      if (shown.state === 'closed') return;
      if (isOpen()) {
        view?.flush();
        line.leave(`/${shown.sheet?.sitting}/pause`, { key });
      }
      leaveSitting();
      for (const stop of stops) stop();
      enter('closed');
    },
  };
  if (element && !onItem) {
    const language = options.language ?? languageOf(element);
    const retake = getTicket ? () => void open() : null;
    view = createView(element, language, shown, { enter: press, given: give, handIn, retake });
  } else void open();
  return handle;
}

const failure = (code: string): Error => Object.assign(new Error(code), { code });
