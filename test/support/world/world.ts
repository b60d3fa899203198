/**
 * One honest person's world: machines, pages, a line, a server, and the truth beside them.
 * Time is a number here: nothing waits, and the same seed gives the same world.
 */
import type { SealedBeat } from '../../../sdk/wire.ts';
import { createBank, createChooser } from './bank.ts';
import { type BrowserPage, createBrowserPage } from './browserPage.ts';
import { type AnyEvent, createPort, type Port } from './detectorPort.ts';
import { createDevice, type Device, type DeviceOptions } from './device.ts';
import { createElement, type Element } from './element.ts';
import { createJudged, type Judged } from './judged.ts';
import { openLink } from './link.ts';
import { between, createRandom, type Random } from './random.ts';
import { createSchedule, type Schedule } from './schedule.ts';
import { createShell, type Shell } from './sdkShell.ts';
import { createServer, type Faces, type Server } from './server.ts';
import { createTruth, type Truth } from './truth.ts';

export interface Asked {
  readonly prompt: string;
  readonly deadlineAt: number;
}

export interface Page {
  readonly lesson: string;
  readonly browser: BrowserPage;
  readonly element: Element;
  readonly shell: Shell;
  /** The question on the screen. */
  asked: Asked | null;
  onAsked: (() => void) | null;
  play(): void;
  pause(): void;
  rate(rate: number): void;
  seek(to: number, takesMs: number): void;
  starve(ms: number): void;
  show(visible: boolean): void;
  /** Scrolls the picture away, or back. */
  scroll(inView: boolean): void;
  focus(focused: boolean): void;
  block(ms: number): void;
  /** `crash`: nothing can be said any more. */
  close(how: 'close' | 'crash'): void;
}

export interface World {
  readonly random: Random;
  readonly schedule: Schedule;
  readonly server: Server;
  readonly port: Port;
  readonly truth: Truth;
  readonly judged: Judged;
  /** A question went out, whether or not a page hears of it; its time is over in so long. */
  onIssued: ((prompt: string, overInMs: number) => void) | null;
  /** A face check stands before a page; who is there shows it. */
  onFace: Faces | null;
  /** Beats that admission refused for good. */
  readonly refusals: string[];
  device(options: DeviceOptions): Device;
  open(device: Device, lesson: string, startAt?: number): Page;
  /** Lets time pass; ends early, with `true`, when the condition holds. */
  run(ms: number, until?: () => boolean): boolean;
  sleep(device: Device): void;
  wake(device: Device): void;
}

export interface WorldOptions {
  readonly seed: number;
  readonly lessonMs: number;
  /** Looks of a playing page come so far apart, at most; the SDK's tickers ask each 60–100 ms. */
  readonly lookMs?: number;
  /** Detector version; absent: the newest. */
  readonly version?: number;
  /** Takes the events that the detector folds. */
  readonly history?: AnyEvent[];
  /** The trainee consented and enrolled. */
  readonly faces?: boolean;
}

/** Items of the class: enough for its hours without asking one twice. */
const BANK = 64;
/** A page that plays nothing changes only at events; each of them looks at once. */
const IDLE_LOOK_MS = 1000;
/** A hidden page's own timers run together, once a second; its Worker's go on. */
const THROTTLED_MS = 1000;
/** After an event the tickers' own pace matters: hiding is told when it has lasted 200 ms. */
const LIVELY_MS = 1500;

interface Inside extends Page {
  nextLookAt: number;
  livelyUntil: number;
}

export function createWorld({ seed, lessonMs, lookMs = 100, version, history, faces }: WorldOptions): World {
  const random = createRandom(seed);
  // Of its own: what is asked moves nothing else in a world that is known by its seed.
  const questions = createRandom(seed + 0x51ed27);
  const schedule = createSchedule();
  const port = createPort(random, version, history);
  const truth = createTruth(port.terms.paidRate);
  const judged = createJudged(truth.playedMs);
  const refusals: string[] = [];
  const server = createServer({
    port,
    schedule,
    random,
    lessonMs,
    choose: createChooser(createBank(BANK, questions), questions),
    ...(faces && { faces: (session, windowMs, done) => world.onFace?.(session, windowMs, done) }),
    onCommitted(event, heard) {
      judged.heard(schedule.now(), event, heard);
      if (event.kind === 'asked') world.onIssued?.(event.prompt, event.deadlineAt - event.at);
    },
    onRefused: (code) => refusals.push(code),
  });
  let pages: Inside[] = [];

  function look(page: Inside): void {
    const { browser, shell, element } = page;
    if (browser.gone || browser.device.asleep) {
      page.nextLookAt = Number.POSITIVE_INFINITY;
      return;
    }
    const blocked = browser.blockedUntil() - schedule.now();
    if (blocked > 0) {
      page.nextLookAt = schedule.now() + blocked;
      return;
    }
    shell.moment();
    if (!browser.visible && !browser.device.options.hasWorker) {
      page.nextLookAt = (Math.floor(schedule.now() / THROTTLED_MS) + 1) * THROTTLED_MS;
      return;
    }
    const lively = element.moving() || schedule.now() < page.livelyUntil;
    page.nextLookAt = schedule.now() + (lively ? between(random, 0.6, 1.2) * lookMs : IDLE_LOOK_MS);
  }
  /** An event of the page: its next look is now, or when its thread is free. */
  function poke(page: Inside): void {
    page.livelyUntil = schedule.now() + LIVELY_MS;
    look(page);
  }

  function open(device: Device, lesson: string, startAt = 0): Page {
    let browser: BrowserPage | null = null;
    const element = createElement({
      durationMs: lessonMs,
      stepMs: device.options.stepMs,
      ppm: device.options.soundPpm,
      now: schedule.now,
      onPlayed: (stretch) => truth.played(lesson, stretch, browser?.visible ?? true),
    });
    const mine = createBrowserPage(device, element, schedule);
    browser = mine;
    const deliver = (session: string, beats: readonly SealedBeat[], done: (lastWord: boolean) => void): void => {
      if (!device.online) return void done(false);
      schedule.after(3 * device.latencyMs(), () =>
        server.beacon(session, beats, (lastWord) => mine.task(device.latencyMs(), () => done(lastWord))),
      );
    };
    const shell = createShell({
      page: mine,
      element,
      lesson,
      random,
      deliver,
      openLink: (handlers) => openLink(mine, server, schedule, random, handlers),
      // On a phone a question covers the picture while it plays on.
      isCovered: () => page.asked !== null,
      onChallenge(prompt, remainingMs) {
        page.asked = { prompt, deadlineAt: schedule.now() + remainingMs };
        page.onAsked?.();
      },
    });
    /** Counts up to now, changes, looks. */
    const changes = (change: () => void): void => {
      mine.count();
      change();
      poke(page);
    };
    const page: Inside = {
      lesson,
      browser: mine,
      element,
      shell,
      asked: null,
      onAsked: null,
      nextLookAt: schedule.now(),
      livelyUntil: schedule.now(),
      play: () => changes(element.play),
      pause: () => changes(element.pause),
      rate: (rate) => changes(() => element.setRate(rate)),
      seek: (to, takesMs) => {
        changes(() => element.seek(to));
        schedule.after(takesMs, () => changes(element.seekDone));
      },
      starve: (ms) => {
        changes(() => element.starve(true));
        schedule.after(ms, () => changes(() => element.starve(false)));
      },
      show: (visible) => changes(() => mine.setVisible(visible)),
      scroll: (inView) =>
        changes(() => {
          mine.inView = inView;
        }),
      focus: (focused) => changes(() => mine.setFocused(focused)),
      block: (ms) => {
        mine.block(ms);
        page.nextLookAt = schedule.now() + ms;
      },
      close(how) {
        if (mine.gone) return;
        if (how === 'close' && !device.asleep) shell.leave();
        mine.vanish();
        pages = pages.filter((one) => one !== page);
      },
    };
    if (startAt > 0) {
      element.seek(startAt);
      element.seekDone();
    }
    pages = [...pages, page];
    return page;
  }

  const world: World = {
    random,
    schedule,
    server,
    port,
    truth,
    judged,
    onIssued: null,
    onFace: null,
    refusals,
    device: (options) => createDevice(options, schedule, random),
    open,
    run(ms, until) {
      const end = schedule.now() + ms;
      for (;;) {
        if (until?.() === true) return true;
        let at = schedule.nextAt();
        let first: Inside | null = null;
        for (const page of pages) {
          if (page.nextLookAt >= at) continue;
          at = page.nextLookAt;
          first = page;
        }
        if (at > end) {
          schedule.moveTo(end);
          return until?.() === true;
        }
        schedule.moveTo(at);
        if (first !== null) look(first);
      }
    },
    sleep(device) {
      for (const page of pages) {
        if (page.browser.device !== device) continue;
        page.browser.count();
        page.element.freeze(true);
        page.nextLookAt = Number.POSITIVE_INFINITY;
      }
      device.sleep();
    },
    wake(device) {
      // Counted while it still counts as asleep: nothing ticked.
      for (const page of pages) if (page.browser.device === device) page.browser.count();
      device.wake();
      for (const page of pages) {
        if (page.browser.device !== device) continue;
        page.element.freeze(false);
        poke(page);
      }
    },
  };
  return world;
}
