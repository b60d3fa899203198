/** A whole course of one honest person, from the first sitting to the last lesson's end. */
import type { AnyEvent } from '../../test/support/world/detectorPort.ts';
import { between, chance, createRandom, whole } from '../../test/support/world/random.ts';
import { createWorld, type World } from '../../test/support/world/world.ts';
import { habits } from './habits.ts';
import { happenings, nextHappening } from './happenings.ts';
import { absence, broken, drawDevice, leaveScreen, mendPage, type Person, showFace, sitDown } from './person.ts';
import { drawTraits, type PopulationName, populations, type Traits } from './traits.ts';

const second = 1000;
const minute = 60 * second;
/** After a lesson's end, people look at the screen for so long before they go on. */
const LINGERS_MS = 25 * second;
/** At the course's very end they see what is still held, and wait for its question. */
const LINGERS_AT_LAST_MS = 5 * minute;
/** A person whom nothing brings to the end of the course is a fault of this simulator. */
const MOST_SITTINGS = 200;

export interface Course {
  readonly seed: number;
  readonly population: PopulationName;
  readonly lookMs: number;
  readonly version?: number | undefined;
  /** Takes the events that the detector folds. */
  readonly history?: AnyEvent[] | undefined;
}

export interface Taken {
  readonly world: World;
  readonly traits: Traits;
}

export function takeCourse({ seed, population, lookMs, version, history }: Course): Taken {
  const world = createWorld({
    seed,
    lessonMs: habits.lessonMs,
    lookMs,
    ...(version && { version }),
    ...(history && { history }),
    faces: populations[population].faces,
  });
  const traits = drawTraits(createRandom(seed + 0x7ead), population);
  const { random } = world;
  const desk = world.device(drawDevice(world, traits, 'desk'));
  const phone = world.device(drawDevice(world, traits, 'phone'));
  const device = chance(random, 0.7) ? desk : phone;
  const page = null as unknown as Person['page'];
  const person: Person = { world, traits, desk, phone, device, page, lesson: 0, away: false, onBack: [] };
  world.onFace = (_session, windowMs, done) => showFace(person, windowMs, done);
  let resumeAt = 0;
  for (let sittings = 0; person.lesson < habits.lessons; sittings++) {
    if (sittings > MOST_SITTINGS) throw new Error(`seed ${seed}: the course never ends`);
    resumeAt = sit(person, resumeAt);
    world.run(absence(person));
  }
  return { world, traits };
}

/** One sitting. Returns where in the lesson the person left. */
function sit(person: Person, startAt: number): number {
  const { world } = person;
  const { random } = world;
  const leaves = chance(random, person.traits.leavesMidLesson);
  const most = person.traits.is('marathon') ? whole(random, 5, 11) : whole(random, 0, 3);
  const lastLesson = Math.min(habits.lessons - 1, person.lesson + most);
  const leaveAt = leaves ? between(random, minute, habits.lessonMs - minute) : Number.POSITIVE_INFINITY;
  let from = startAt;
  while (person.lesson < habits.lessons) {
    if (!sitDown(person, from)) {
      person.page.close('close');
      return from;
    }
    world.run(between(random, second, 3 * second));
    person.page.play();
    const stopAt = person.lesson === lastLesson && leaveAt > from + 20 * second ? leaveAt : Number.POSITIVE_INFINITY;
    if (!watchUntil(person, stopAt)) return leave(person);
    stayAtEnd(person, person.lesson === habits.lessons - 1 ? LINGERS_AT_LAST_MS : LINGERS_MS);
    person.page.close('close');
    from = 0;
    person.lesson += 1;
    if (person.lesson > lastLesson) return 0;
    world.run(between(random, second, 10 * second));
  }
  return 0;
}

/** `true`: the lesson has ended; `false`: the person wants to leave. */
function watchUntil(person: Person, stopAt: number): boolean {
  const { world } = person;
  for (;;) {
    const { what, inMs } = nextHappening(person);
    const { page } = person;
    const { element } = page;
    const asked = page.asked;
    const newQuestion = (): boolean => page.asked !== null && page.asked !== asked;
    world.run(inMs, () => element.ended || element.position() >= stopAt || broken(page) || newQuestion());
    if (broken(page)) mendPage(person);
    else if (element.ended) return true;
    else if (element.position() >= stopAt) return false;
    else if (newQuestion()) onQuestion(person);
    else happenings[what](person);
    if (person.page.element.ended) return true;
  }
}

function onQuestion(person: Person): void {
  const { world, page } = person;
  if (!chance(world.random, person.traits.pausesOnQuestion)) return;
  page.pause();
  leaveScreen(person, between(world.random, 20 * second, 8 * minute));
  page.play();
}

/** Waits for the question that the end may bring, and for the next one after a wrong answer. */
function stayAtEnd(person: Person, lingersMs: number): void {
  const { world } = person;
  const { page } = person;
  if (broken(page)) mendPage(person);
  const owes = (): boolean => world.judged.heldMs() > 0;
  const until = world.schedule.now() + lingersMs;
  while (owes() && world.schedule.now() < until + 2 * minute) {
    if (page.asked !== null) world.run(2 * minute, () => page.asked === null);
    else if (!world.run(until - world.schedule.now(), () => page.asked !== null || !owes())) return;
    if (world.schedule.now() >= until && page.asked === null) return;
  }
}

function leave(person: Person): number {
  const { world, page } = person;
  const at = page.element.position();
  if (chance(world.random, habits.shutsTheLid)) {
    world.sleep(person.device);
    leaveScreen(person, absence(person));
    world.wake(person.device);
    world.run(1 * second);
  } else if (chance(world.random, 0.5)) {
    page.pause();
    world.run(between(world.random, second, 20 * second));
  }
  page.close('close');
  return at;
}
