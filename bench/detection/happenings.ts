/** What happens to honest people while they watch. One entry a happening; each leaves the person watching again. */
import { between, chance, pick } from '../../test/support/world/random.ts';
import type { Happening } from './habits.ts';
import { leaveScreen, lessonName, type Person, sitDown } from './person.ts';

const second = 1000;
const minute = 60 * second;

/** Long and short ones alike: each order of size is as likely. */
const spread = (person: Person, low: number, high: number): number => low * (high / low) ** person.world.random();

function reopen(person: Person, how: 'close' | 'crash'): void {
  const { world, page } = person;
  const at = page.element.position();
  page.close(how);
  world.run(between(world.random, 0.5 * second, 4 * second));
  sitDown(person, at);
  world.run(between(world.random, 0.3 * second, 2 * second));
  person.page.play();
}

function pause(person: Person, ms: number): void {
  person.page.pause();
  leaveScreen(person, ms);
  person.page.play();
}

export const happenings: Readonly<Record<Happening, (person: Person) => void>> = {
  notification(person) {
    const { world, page } = person;
    page.show(false);
    leaveScreen(person, between(world.random, second, 20 * second));
    page.show(true);
  },
  rateUpForASecond(person) {
    person.page.rate(1.25);
    person.world.run(second);
    person.page.rate(1);
  },
  slowDown(person) {
    person.page.rate(0.75);
    person.world.run(between(person.world.random, 10 * second, 90 * second), () => person.page.element.ended);
    person.page.rate(1);
  },
  rewatchFast(person) {
    const { world, page } = person;
    const back = Math.min(page.element.position(), between(world.random, 20 * second, 90 * second));
    const to = page.element.position();
    page.seek(to - back, between(world.random, 50, 800));
    page.rate(2);
    world.run(back, () => page.element.position() >= to - 200);
    page.rate(1);
  },
  seekBack(person) {
    const { world, page } = person;
    page.seek(
      Math.max(0, page.element.position() - pick(world.random, [5, 10, 10, 30]) * second),
      between(world.random, 50, 800),
    );
  },
  shortPause: (person) => pause(person, between(person.world.random, 3 * second, 90 * second)),
  longPause: (person) => pause(person, between(person.world.random, 10 * minute, 60 * minute)),
  sleep(person) {
    const { world } = person;
    const paused = chance(world.random, 0.5);
    if (paused) person.page.pause();
    world.sleep(person.device);
    leaveScreen(person, spread(person, 2 * minute, 180 * minute));
    world.wake(person.device);
    world.run(between(world.random, second, 10 * second));
    if (paused) person.page.play();
  },
  reload: (person) => reopen(person, 'close'),
  crash: (person) => reopen(person, 'crash'),
  disconnect(person) {
    const { device, world } = person;
    device.setOnline(false);
    world.schedule.after(spread(person, 2 * second, 10 * minute), () => device.setOnline(true));
  },
  slowLine(person) {
    const { device, world } = person;
    device.slow(between(world.random, second, 5 * second));
    world.schedule.after(between(world.random, 5 * second, 3 * minute), () => device.slow(0));
  },
  starve: (person) => person.page.starve(spread(person, 300, 10 * second)),
  busyPage: (person) => person.page.block(spread(person, 200, 10 * second)),
  unfocus(person) {
    const { page, world } = person;
    page.focus(false);
    world.schedule.after(between(world.random, 10 * second, 5 * minute), () => page.focus(true));
  },
  secondTab(person) {
    const { world, page } = person;
    const covers = chance(world.random, 0.5);
    if (covers) page.show(false);
    const other = world.open(person.device, lessonName(person.lesson));
    world.run(between(world.random, 2 * second, 10 * second));
    other.close('close');
    if (covers) page.show(true);
  },
  otherDevice(person) {
    const { world } = person;
    const before = person.page;
    const at = before.element.position();
    before.pause();
    world.run(between(world.random, 2 * second, 30 * second));
    person.device = person.device === person.desk ? person.phone : person.desk;
    sitDown(person, at);
    world.run(between(world.random, second, 3 * second));
    person.page.play();
    // The other one is put away some time later.
    world.schedule.after(between(world.random, minute, 20 * minute), () => before.close('close'));
  },
  handsOver(person) {
    const { world, page } = person;
    const at = page.element.position();
    page.pause();
    const closes = chance(world.random, 0.5);
    if (closes) page.close('close');
    else page.show(false);
    leaveScreen(person, between(world.random, 20 * minute, 90 * minute));
    if (closes) {
      sitDown(person, at);
      world.run(between(world.random, second, 3 * second));
    } else page.show(true);
    person.page.play();
  },
  dateStep: (person) => person.device.stepDate(between(person.world.random, -5 * minute, 5 * minute)),
  databaseStall: (person) => person.world.server.stall(between(person.world.random, second, 8 * second)),
  serverRestart(person) {
    const { server, schedule } = person.world;
    server.stop();
    schedule.after(spread(person, 3 * second, 10 * minute), () => server.start());
  },
  clockStep: (person) => person.world.server.stepClock(between(person.world.random, -4 * second, 4 * second)),
  otherProcess(person) {
    const { server, random } = person.world;
    server.stop();
    server.start(between(random, -2 * second, 2 * second));
  },
};

/** The next thing to happen, and when, counted in play. */
export function nextHappening(person: Person): { readonly what: Happening; readonly inMs: number } {
  const { random } = person.world;
  const rates = Object.entries(person.traits.perHour) as [Happening, number][];
  const total = rates.reduce((sum, [, rate]) => sum + rate, 0);
  if (total === 0) return { what: 'notification', inMs: Number.POSITIVE_INFINITY };
  let draw = random() * total;
  const what = rates.find(([, rate]) => {
    draw -= rate;
    return draw < 0;
  })?.[0];
  return { what: what ?? 'notification', inMs: (-Math.log(1 - random()) * 60 * minute) / total };
}
