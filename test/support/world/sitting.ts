/**
 * One honest trainee for law 10: a page that is watched, questions answered by a plan, and a
 * record of what was rightly not paid because it was not claimed, not connected or not answered.
 */
import { type Device, type DeviceOptions, plainDevice } from './device.ts';
import type { Hand } from './sdkShell.ts';
import { createWorld, type Page, type World } from './world.ts';

/** How the next question is met. `late`: right, a few seconds after its time. */
export type Answering = 'right' | 'wrong' | 'missed' | 'late' | 'pausing';

export interface SittingOptions {
  readonly seed: number;
  readonly device?: Partial<DeviceOptions>;
  readonly answers?: readonly Answering[];
}

export interface Sitting {
  readonly world: World;
  readonly desk: Device;
  readonly phone: Device;
  /** The machine in use. */
  device: Device;
  page: Page;
  /** Whoever sits here has stopped the lesson: what they began before does not start it again. */
  stopped: boolean;
  /** Where each page other than the watched one lies open. */
  others: Page[];
  readonly lesson: string;
  /** Play that the law lets go: see `Excuses`. */
  readonly excuses: Excuses;
  open(device: Device, startAt: number): Page;
  /** Watches for so long; stops at the lesson's end. */
  watch(ms: number): void;
  /** Everything that is out of order is put right, and the lesson watched until nothing is held. */
  finish(): void;
}

/** True ms of play that earns nothing by the law's own words. */
export interface Excuses {
  /** No session carried the page: opening, taken over, ended, and not yet mended. */
  unclaimedMs: number;
  /** Without a connection, beyond what the policy lets count. */
  disconnectedMs: number;
  /** From a question's time being over until the next right answer. */
  missedMs: number;
}

export const LESSON_MS = 15 * 60_000;
const second = 1000;
const minute = 60 * second;
const STEP_MS = 500;
const READS_MS = 6 * second;
/** Nobody reads two questions in the same time. */
const READS_LONGER_MS = [0, 1_700, 300, 2_900, 900, 4_100, 2_200, 500, 3_400];
const LATE_MS = 4 * second;
/** A pointer's way to the choice, and its press. */
const HAND: Hand = { hand: [6, 0] };
/**
 * A page that lost its line notices after an unanswered beat (an interval and 8 s), comes back up to 15 s
 * after the line does, and is heard again with its next beat.
 */
const UNHEARD_MS = 60 * second;
/** Processes and pages disagree about the time by so much at most. */
const CLOCKS_APART_MS = 10 * second;
/** Held time wants at most a few questions, each within a quarter of an hour of play. */
const MOST_LESSONS = 8;

export function createSitting({ seed, device, answers = [] }: SittingOptions): Sitting {
  const world = createWorld({ seed, lessonMs: LESSON_MS });
  const { schedule, truth } = world;
  const plan = [...answers];
  const excuses: Excuses = { unclaimedMs: 0, disconnectedMs: 0, missedMs: 0 };
  let missedSince = false;
  /** Questions that are over: answered, or missed. */
  const given = new Set<string>();
  let questionsLetGo = 0;
  /** Play since the server last heard nothing of the page. */
  let heardMs = Number.POSITIVE_INFINITY;
  let disconnectedMs = 0;
  let nextLesson = 2;
  let read = 0;
  const reading = (): number => READS_LONGER_MS[read++ % READS_LONGER_MS.length] ?? 0;

  /**
   * A question whose time is over. Missed is what passes while the lesson plays on, on whatever page; let go is
   * what waits at a pause, or while nothing can be heard. That is free once a class hour, and then costs what a
   * missed one costs.
   */
  function over(prompt: string): void {
    if (given.has(prompt)) return;
    given.add(prompt);
    const plays = sitting.page.element.moving() && !sitting.page.browser.gone;
    const letGo = !plays || heardMs < UNHEARD_MS;
    const free = letGo && ++questionsLetGo === 1;
    if (plays) truth.answered('missed');
    if (plays || !free) missedSince = true;
  }
  let issued = { prompt: '', overAt: Number.POSITIVE_INFINITY };
  world.onIssued = (prompt, overInMs) => {
    // One that another replaces was never waited for; or its time is over by a server's clock that is ahead.
    if (schedule.now() > issued.overAt - CLOCKS_APART_MS) over(issued.prompt);
    given.add(issued.prompt);
    // The server waits a little longer than it says; what plays then, plays past the question.
    const inMs = overInMs + world.port.terms.lateMs;
    issued = { prompt, overAt: schedule.now() + inMs };
    schedule.after(inMs, () => over(prompt));
  };

  function met(page: Page): void {
    const { asked } = page;
    if (asked === null) return;
    const how = plan.shift() ?? 'right';
    const overInMs = asked.deadlineAt - schedule.now();
    const tell = (correct: boolean): void => {
      if (page.browser.gone || page.asked !== asked) return;
      page.shell.answer(asked.prompt, correct, HAND, (outcome) => {
        if (outcome === null) return schedule.after(3 * second, () => tell(correct));
        if (page.asked === asked) page.asked = null;
        if (outcome !== 'taken') return;
        truth.answered(correct ? 'right' : 'wrong');
        given.add(asked.prompt);
        if (correct) missedSince = false;
      });
    };
    schedule.after(overInMs, () => {
      if (how === 'missed' && page.asked === asked) page.asked = null;
    });
    if (how === 'missed') return;
    if (how === 'pausing') {
      page.pause();
      schedule.after(2 * minute, () => {
        if (!sitting.stopped && sitting.page === page) page.play();
      });
    }
    const inMs = how === 'late' ? overInMs + LATE_MS : how === 'pausing' ? 2.2 * minute : READS_MS + reading();
    schedule.after(inMs, () => tell(how !== 'wrong'));
  }

  /** Play in one go without being heard, beyond what may count. */
  const overCap = (): number => Math.max(0, disconnectedMs - world.port.terms.disconnectedCapMs);

  /** What passes in so much play that earns nothing by the law's own words. */
  function excuse(page: Page, playedMs: number): void {
    const { state } = page.shell;
    if (state !== 'watching' && state !== 'disconnected') excuses.unclaimedMs += playedMs;
    heardMs = page.browser.device.usable && world.server.up() ? heardMs + playedMs : 0;
    const overBefore = overCap();
    disconnectedMs = heardMs < UNHEARD_MS ? disconnectedMs + playedMs : 0;
    excuses.disconnectedMs += Math.max(0, overCap() - overBefore);
    if (missedSince) excuses.missedMs += playedMs;
  }

  function mend(page: Page): void {
    const { state } = page.shell;
    if (state === 'takenOver' || state === 'closed' || state === 'failed') page.shell.retake();
  }

  const desk = world.device({ ...plainDevice, ...device });
  const sitting: Sitting = {
    world,
    desk,
    phone: world.device({ ...plainDevice, name: 'phone-0001' }),
    device: desk,
    page: null as unknown as Page,
    stopped: false,
    others: [],
    lesson: 'lesson-01',
    excuses,
    open(on, startAt) {
      const page = world.open(on, sitting.lesson, startAt);
      page.onAsked = () => met(page);
      sitting.device = on;
      sitting.page = page;
      world.run(minute, () => page.shell.state === 'watching');
      return page;
    },
    watch(ms) {
      const { page } = sitting;
      const end = schedule.now() + ms;
      while (schedule.now() < end && !page.element.ended) {
        const played = truth.playedMs();
        world.run(Math.min(STEP_MS, end - schedule.now()));
        page.element.cut();
        excuse(page, truth.playedMs() - played);
        mend(page);
      }
    },
    finish() {
      world.server.start();
      for (const one of [sitting.desk, sitting.phone]) {
        world.wake(one);
        one.setOnline(true);
        one.slow(0);
      }
      for (const one of sitting.others) one.close('close');
      plan.length = 0;
      const { page } = sitting;
      page.show(true);
      page.focus(true);
      page.rate(1);
      page.play();
      sitting.watch(LESSON_MS + minute);
      world.run(minute);
      for (let lessons = 0; world.judged.heldMs() > 0 && lessons < MOST_LESSONS; lessons++) {
        sitting.page.close('close');
        world.run(5 * second);
        const next = world.open(sitting.device, `lesson-${String(nextLesson++).padStart(2, '0')}`);
        next.onAsked = () => met(next);
        sitting.page = next;
        world.run(minute, () => next.shell.state === 'watching');
        next.play();
        sitting.watch(LESSON_MS + minute);
        world.run(2 * minute, () => world.judged.heldMs() === 0);
      }
    },
  };
  sitting.open(sitting.device, 0);
  return sitting;
}

/** Two wrong ones in a row and another bad one, or as much: nobody who attends, as the shipped policies count. */
const TOO_MUCH_AGAINST = 5;

/** What was owed in the first lesson and is not credited, beyond what the law itself lets go. */
export function lostMs(sitting: Sitting): number {
  const { world, lesson, excuses } = sitting;
  const lost = world.truth.owedOf(lesson) - world.judged.creditedMs(lesson);
  // So much against somebody who attends costs what is held, and what plays until the next answer.
  const denied = world.judged.deniedMs();
  const guessed = world.truth.mostAgainst() >= TOO_MUCH_AGAINST;
  const failedMs = guessed ? (denied.get('presence.failed') ?? 0) + (denied.get('presence.missed') ?? 0) : 0;
  return lost - excuses.unclaimedMs - excuses.disconnectedMs - excuses.missedMs - failedMs - world.server.setBackMs();
}
