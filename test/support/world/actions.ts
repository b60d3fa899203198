/**
 * Everything that real people, elements, browsers, networks, clocks and servers do, as small
 * commands: a name and a number from 0 to 1000 that says how much. They shrink well.
 */
import type { Sitting } from './sitting.ts';

const second = 1000;
const minute = 60 * second;

/** 0 → `low`, 1000 → `high`, each order of size as wide as the next. */
const grow = (x: number, low: number, high: number): number => Math.round(low * (high / low) ** (x / 1000));
const even = (x: number, low: number, high: number): number => Math.round(low + ((high - low) * x) / 1000);

function stop(sitting: Sitting, ms: number): void {
  sitting.stopped = true;
  sitting.page.pause();
  sitting.world.run(ms);
  sitting.stopped = false;
}

function pause(sitting: Sitting, ms: number): void {
  stop(sitting, ms);
  sitting.page.play();
}

function away(sitting: Sitting, how: 'close' | 'crash', ms: number): void {
  const at = sitting.page.element.position();
  sitting.page.close(how);
  sitting.world.run(ms);
  sitting.open(sitting.device, at);
  sitting.page.play();
}

export const actions = {
  play: (s: Sitting, x: number) => s.watch(grow(x, second, 5 * minute)),
  pause: (s: Sitting, x: number) => pause(s, grow(x, second, 60 * minute)),
  pauseForADay: (s: Sitting, x: number) => pause(s, even(x, 23 * 60, 30 * 60) * minute),
  rate125: (s: Sitting, x: number) => {
    s.page.rate(1.25);
    s.watch(grow(x, 200, 8 * second));
    s.page.rate(1);
  },
  rate075: (s: Sitting, x: number) => {
    s.page.rate(0.75);
    s.watch(grow(x, second, 2 * minute));
    s.page.rate(1);
  },
  rewatchFast: (s: Sitting, x: number) => {
    const to = s.page.element.position();
    const back = Math.min(to, grow(x, 5 * second, 2 * minute));
    s.page.seek(to - back, 200);
    s.page.rate(2);
    s.watch(Math.max(0, back / 2 - second));
    s.page.rate(1);
    s.watch(2 * second);
  },
  seekBack: (s: Sitting, x: number) => {
    s.page.seek(Math.max(0, s.page.element.position() - grow(x, second, minute)), even(x, 20, 900));
    s.watch(second);
  },
  /** Hundreds of tiny pieces, then all of it watched as it should be. */
  scrub: (s: Sitting, x: number) => {
    const from = s.page.element.position();
    for (let i = even(x, 3, 450); i > 0 && s.page.element.position() < 14 * minute; i--) {
      s.page.seek(s.page.element.position() + 900, 30);
      s.watch(600);
    }
    s.page.seek(from, 200);
    s.watch(even(x, 3, 450) * 1500);
  },
  reload: (s: Sitting, x: number) => away(s, 'close', grow(x, 200, 20 * second)),
  crash: (s: Sitting, x: number) => {
    away(s, 'crash', grow(x, second, 2 * minute));
    // What was played since the last beat was never said.
    s.excuses.unclaimedMs += 16 * second;
  },
  /** Leaves in the middle of a lesson and comes back. */
  leave: (s: Sitting, x: number) => away(s, 'close', grow(x, minute, 40 * 60 * minute)),
  sleep: (s: Sitting, x: number) => {
    s.world.sleep(s.device);
    s.world.run(grow(x, 5 * second, 10 * 60 * minute));
    s.world.wake(s.device);
    s.watch(second);
  },
  hide: (s: Sitting, x: number) => {
    s.page.show(false);
    s.watch(grow(x, 300, 20 * second));
    s.page.show(true);
    s.watch(second);
  },
  /** Listens on while something else is on the screen. */
  listen: (s: Sitting, x: number) => {
    s.page.show(false);
    s.watch(grow(x, 20 * second, 10 * minute));
    s.page.show(true);
    s.watch(second);
  },
  /** Scrolls to the notes below, and watches on. */
  glance: (s: Sitting, x: number) => {
    s.page.scroll(false);
    s.watch(grow(x, 300, 8 * second));
    s.page.scroll(true);
    s.watch(10 * second);
  },
  unfocus: (s: Sitting, x: number) => {
    s.page.focus(false);
    s.watch(grow(x, second, 5 * minute));
    s.page.focus(true);
  },
  secondTab: (s: Sitting, x: number) => {
    const other = s.world.open(s.device, s.lesson);
    s.watch(grow(x, second, minute));
    other.close('close');
    s.watch(second);
  },
  secondTabStaysOpen: (s: Sitting, x: number) => {
    s.others.push(s.world.open(s.device, s.lesson));
    s.watch(grow(x, second, minute));
  },
  /** One device paused while the other goes on. */
  otherDevice: (s: Sitting, x: number) => {
    const before = s.page;
    stop(s, grow(x, 100, minute));
    s.open(s.device === s.desk ? s.phone : s.desk, before.element.position());
    s.others.push(before);
    s.page.play();
  },
  disconnect: (s: Sitting, x: number) => {
    s.device.setOnline(false);
    s.watch(grow(x, second, 10 * minute));
    s.device.setOnline(true);
    s.watch(20 * second);
  },
  slowLine: (s: Sitting, x: number) => {
    s.device.slow(grow(x, 200, 6 * second));
    s.watch(minute);
    s.device.slow(0);
    s.watch(5 * second);
  },
  /** Now and then a message takes long. */
  hiccups: (s: Sitting, x: number) => {
    for (let i = 0; i < 5; i++) {
      s.device.slow(grow(x, 200, 3500));
      s.watch(12 * second);
      s.device.slow(0);
      s.watch(20 * second);
    }
  },
  starve: (s: Sitting, x: number) => {
    s.page.starve(grow(x, 100, 20 * second));
    s.watch(grow(x, 100, 20 * second) + second);
  },
  busyPage: (s: Sitting, x: number) => {
    s.page.block(grow(x, 100, 10 * second));
    s.watch(grow(x, 100, 10 * second) + second);
  },
  /** Turns away from a page that is stuck. */
  turnFromStuck: (s: Sitting, x: number) => {
    s.page.block(grow(x, 100, 10 * second));
    s.watch(grow(x, 50, 3 * second));
    s.page.show(false);
    s.watch(grow(x, 300, 20 * second));
    s.page.show(true);
    s.watch(second);
  },
  dateStep: (s: Sitting, x: number) => s.device.stepDate(even(x, -10, 10) * minute),
  databaseStall: (s: Sitting, x: number) => {
    s.world.server.stall(grow(x, 200, 12 * second));
    s.watch(20 * second);
  },
  serverAway: (s: Sitting, x: number) => {
    s.world.server.stop();
    s.watch(grow(x, second, 10 * minute));
    s.world.server.start();
    s.watch(20 * second);
  },
  clockBack: (s: Sitting, x: number) => s.world.server.stepClock(-even(x, 0, 5 * second)),
  clockForward: (s: Sitting, x: number) => s.world.server.stepClock(even(x, 0, 5 * second)),
  otherProcess: (s: Sitting, x: number) => {
    s.world.server.stop();
    s.world.server.start(even(x, -5 * second, 5 * second));
    s.watch(5 * second);
  },
} satisfies Record<string, (sitting: Sitting, x: number) => void>;

export type ActionName = keyof typeof actions;
export type Command = readonly [ActionName, number];

/**
 * What an honest world may lose: a beat's edges, a look at each thing that happens. A position
 * that steps by 250 ms is never known better than that, at either end of each beat of 8–15 s.
 */
const TOLERANCE_MS = { once: 3000, each: 500, piece: 600 };
const TOLERANCE_PER_STEP = 1 / 50_000;

export function tolerated(playedMs: number, stepMs: number, commands: readonly Command[]): number {
  let ms = TOLERANCE_MS.once + playedMs * stepMs * TOLERANCE_PER_STEP;
  for (const [name, x] of commands) {
    ms += TOLERANCE_MS.each;
    if (name === 'scrub') ms += even(x, 3, 450) * TOLERANCE_MS.piece;
  }
  return Math.round(ms);
}

export function act(sitting: Sitting, commands: readonly Command[]): void {
  sitting.page.play();
  for (const [name, x] of commands) {
    if (sitting.page.element.ended) return;
    actions[name](sitting, x);
  }
}
