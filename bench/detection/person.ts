/**
 * One honest person: sits down, watches lesson after lesson, is interrupted, answers what is
 * asked, leaves and comes back, until the course is done.
 */
import type { Device, DeviceOptions } from '../../test/support/world/device.ts';
import { between, chance, exponential, pick, type Random, whole } from '../../test/support/world/random.ts';
import type { Hand } from '../../test/support/world/sdkShell.ts';
import { EPOCH, type FaceOutcome } from '../../test/support/world/server.ts';
import type { Page, World } from '../../test/support/world/world.ts';
import { habits } from './habits.ts';
import type { Traits } from './traits.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

export interface Person {
  readonly world: World;
  readonly traits: Traits;
  readonly desk: Device;
  readonly phone: Device;
  /** The machine in use. */
  device: Device;
  /** The page that is watched; happenings may replace it. */
  page: Page;
  lesson: number;
  /** Not at the screen: answers wait. */
  away: boolean;
  onBack: (() => void)[];
}

export const lessonName = (index: number): string => `lesson-${String(index + 1).padStart(2, '0')}`;

/** One of the machines that people really have. */
export function drawDevice(world: World, { hands }: Traits, kind: 'desk' | 'phone'): DeviceOptions {
  const { random } = world;
  const phone = kind === 'phone';
  return {
    name: `${kind}-${whole(random, 1e6, 9e6)}`,
    ppm: between(random, -150, 150),
    soundPpm: between(random, -100, 100),
    stepMs: chance(random, 0.15) ? 250 : pick(random, [1, 1, 10, 33]),
    framesPerSecond: phone && chance(random, 0.3) ? 15 : 60,
    videoFramesPerSecond: chance(random, 0.2) ? -1 : phone ? 15 : 25,
    hasWorker: !chance(random, 0.05),
    hasRecord: !chance(random, 0.3),
    clockSleeps: chance(random, 0.5),
    hands,
  };
}

/** Opens the lesson on the machine in use, and answers what will be asked there. */
export function sitDown(person: Person, startAt: number): boolean {
  const { world } = person;
  // Some players start at the place; others jump there once the lesson is loaded.
  const jumps = startAt > 0 && chance(world.random, 0.5);
  const page = world.open(person.device, lessonName(person.lesson), jumps ? 0 : startAt);
  person.page = page;
  page.onAsked = () => consider(person, page);
  if (person.traits.is('twoScreens') && chance(world.random, 0.8)) page.focus(false);
  const watching = world.run(minute, () => page.shell.state === 'watching');
  if (jumps) {
    page.seek(startAt, 200);
    world.run(250);
  }
  return watching;
}

/** A question has come up. */
function consider(person: Person, page: Page): void {
  const { world } = person;
  const { random, schedule, truth } = world;
  const asked = page.asked;
  if (asked === null) return;
  const { traits } = person;
  const misses = chance(random, traits.missed);
  const { readMs, thinkMs, slowestMs } = habits;
  const latency = Math.min(slowestMs, traits.slowness * (readMs + exponential(random, thinkMs)));
  const attempt = (): void => {
    if (page.asked !== asked) return;
    if (page.browser.gone || schedule.now() > asked.deadlineAt) {
      page.asked = null;
      // Missed is what passes while the lesson plays on.
      if (!page.browser.gone && page.element.moving()) truth.answered('missed');
      return;
    }
    if (person.away) {
      person.onBack.push(() => schedule.after(between(random, 3 * second, 10 * second), attempt));
      return;
    }
    const correct = !chance(random, traits.wrong);
    page.shell.answer(asked.prompt, correct, handOf(person), (outcome) => {
      if (outcome === null) return schedule.after(3 * second, attempt);
      if (page.asked === asked) page.asked = null;
      truth.answered(correct ? 'right' : 'wrong');
    });
  };
  schedule.after(misses ? asked.deadlineAt - schedule.now() + 1 : latency, attempt);
}

/** A face check has come up: people look into the camera once they are there. */
export function showFace(person: Person, windowMs: number, done: (outcome: FaceOutcome) => void): void {
  const { world, page } = person;
  const { random, schedule, truth } = world;
  const { fastestMs, slowestMs } = habits.face;
  const overAt = schedule.now() + windowMs;
  const asked = { prompt: 'face', deadlineAt: overAt };
  page.asked = asked;
  const attempt = (): void => {
    if (page.asked !== asked) return;
    if (page.browser.gone || schedule.now() > overAt) {
      page.asked = null;
      if (!page.browser.gone && page.element.moving()) truth.answered('missed');
      return;
    }
    if (person.away) {
      person.onBack.push(() => schedule.after(between(random, 3 * second, 10 * second), attempt));
      return;
    }
    page.asked = null;
    const outcome = drawFace(random);
    if (outcome === 'passed') truth.answered('right');
    done(outcome);
  };
  schedule.after(chance(random, person.traits.missed) ? windowMs + 1 : between(random, fastestMs, slowestMs), attempt);
}

function drawFace(random: Random): FaceOutcome {
  const { unclear, notLive, otherPerson } = habits.face;
  if (chance(random, unclear)) return 'unclear';
  if (chance(random, notLive)) return 'notLive';
  return chance(random, otherPerson) ? 'otherPerson' : 'passed';
}

/** What is done between a question's showing and its answer. */
function handOf({ world: { random }, traits }: Person): Hand {
  if (traits.is('helper')) return { assisted: true, hand: [whole(random, 0, 1), whole(random, 1, 3)] };
  if (traits.is('screenReader')) return { assisted: true, hand: [whole(random, 1, 8), 0] };
  return { hand: [whole(random, 2, 40), 0] };
}

/** Away from the screen for so long. */
export function leaveScreen(person: Person, ms: number): void {
  person.away = true;
  person.world.run(ms);
  person.away = false;
  for (const then of person.onBack.splice(0)) then();
}

/** A page that no longer counts says so; whoever watches it presses the button. */
export function mendPage(person: Person): void {
  const { shell } = person.page;
  if (shell.state !== 'takenOver' && shell.state !== 'closed' && shell.state !== 'failed') return;
  person.world.run(between(person.world.random, 3 * second, 15 * second));
  shell.retake();
}

export const broken = ({ shell }: Page): boolean =>
  shell.state === 'takenOver' || shell.state === 'closed' || shell.state === 'failed';

/** Until the next sitting. */
export function absence({ world, traits }: Person): number {
  const { random, schedule } = world;
  const back = schedule.now() + usualAbsence(random);
  if (traits.is('weekend')) return moment(back, 9, 20, true) - schedule.now();
  return (traits.is('night') ? moment(back, 21, 26, false) : back) - schedule.now();
}

/** The first moment from `at` on between two hours in Beijing; on a Saturday or Sunday. */
function moment(at: number, fromHour: number, toHour: number, weekend: boolean): number {
  for (let time = at; ; time += 10 * minute) {
    const local = new Date(EPOCH + time + 8 * hour);
    const clock = local.getUTCHours();
    const fits = (clock >= fromHour && clock < toHour) || clock + 24 < toHour;
    if (fits && (!weekend || local.getUTCDay() % 6 === 0)) return time;
  }
}

function usualAbsence(random: Random): number {
  if (chance(random, 0.25)) return between(random, 5 * minute, 30 * minute);
  return chance(random, 0.6) ? between(random, hour, 6 * hour) : between(random, 14 * hour, 30 * hour);
}
