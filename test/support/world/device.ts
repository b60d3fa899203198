/**
 * A machine: its clocks, its network, its sleep. Guarantees: nothing of it runs while it
 * sleeps; what was due then runs, in order, when it wakes.
 */
import { between, chance, exponential, type Random } from './random.ts';
import type { Schedule } from './schedule.ts';

/** Share of beats in which the page hears of such events while it is seen. */
export interface Hands {
  readonly pointer: number;
  readonly key: number;
  readonly synthetic: number;
}

export interface DeviceOptions {
  readonly name: string;
  /** The browser's clocks against true time. */
  readonly ppm: number;
  readonly soundPpm: number;
  /** Positions are read in multiples of this. */
  readonly stepMs: number;
  readonly framesPerSecond: number;
  /** −1: no video frames can be counted (sound only, or an old browser). */
  readonly videoFramesPerSecond: number;
  readonly hasWorker: boolean;
  readonly hasRecord: boolean;
  /** Whether `performance.now` stands still while the machine sleeps; browsers differ. */
  readonly clockSleeps: boolean;
  /** What its user does with pointer and keys. */
  readonly hands: Hands;
}

export const plainDevice: DeviceOptions = {
  name: 'desk-0001',
  ppm: 0,
  soundPpm: 0,
  stepMs: 1,
  framesPerSecond: 60,
  videoFramesPerSecond: 25,
  hasWorker: true,
  hasRecord: true,
  clockSleeps: true,
  hands: { pointer: 0.5, key: 0, synthetic: 0 },
};

export interface Kept {
  readonly seq: number;
  readonly body: string;
  readonly mac: string;
  readonly keptAt: number;
  readonly closing: boolean;
}

export interface Device {
  readonly options: DeviceOptions;
  readonly asleep: boolean;
  readonly online: boolean;
  /** An answer can come back before the SDK gives up on it. */
  readonly usable: boolean;
  /** The browser's store of beats, by session. */
  readonly kept: Map<string, Kept[]>;
  /** Monotonic, and `Date`; ms. */
  mono(): number;
  date(): number;
  /** `Date` is set forward or back, by hand or by NTP. */
  stepDate(ms: number): void;
  sleep(): void;
  wake(): void;
  setOnline(online: boolean): void;
  /** Every message takes so much longer, from now on. */
  slow(extraMs: number): void;
  latencyMs(): number;
  /** Runs at once, or when the machine wakes. */
  awake(then: () => void): void;
  /** Runs at once, or when packets go through again. */
  throughNetwork(then: () => void): void;
}

/** Packets are sent again at growing intervals: after an outage they take a moment. */
const RESUMED_MS = 400;
/** One way, on an ordinary line. */
const LATENCY_MS = [15, 60] as const;
/** One message in so many waits for a lost packet. */
const LOST = 0.01;
const LOST_MS = 300;
/** sdk/link.ts waits 8 s for an answer; some of it is the ordinary way and the store. */
const GIVES_UP_MS = 7500;

export function createDevice(options: DeviceOptions, schedule: Schedule, random: Random): Device {
  let asleep = false;
  let online = true;
  let extraMs = 0;
  let at = schedule.now();
  let mono = between(random, 1000, 100_000);
  let date = 0;
  let onWake: (() => void)[] = [];
  let onOnline: (() => void)[] = [];
  const kept = new Map<string, Kept[]>();

  function advance(): void {
    const elapsed = (schedule.now() - at) * (1 + options.ppm / 1e6);
    at = schedule.now();
    date += elapsed;
    if (!asleep || !options.clockSleeps) mono += elapsed;
  }

  return {
    options,
    kept,
    get asleep() {
      return asleep;
    },
    get online() {
      return online && !asleep;
    },
    get usable() {
      return online && !asleep && 2 * extraMs < GIVES_UP_MS;
    },
    mono() {
      advance();
      return mono;
    },
    date() {
      advance();
      return date;
    },
    stepDate(ms) {
      advance();
      date += ms;
    },
    sleep() {
      advance();
      asleep = true;
    },
    wake() {
      advance();
      asleep = false;
      const due = onWake;
      onWake = [];
      for (const then of due) then();
    },
    setOnline(next) {
      online = next;
      if (!online) return;
      const due = onOnline;
      onOnline = [];
      for (const then of due) schedule.after(RESUMED_MS, then);
    },
    slow(ms) {
      extraMs = ms;
    },
    latencyMs: () =>
      between(random, ...LATENCY_MS) + extraMs + (chance(random, LOST) ? exponential(random, LOST_MS) : 0),
    awake(then) {
      if (asleep) onWake.push(then);
      else then();
    },
    throughNetwork(then) {
      if (online) then();
      else onOnline.push(then);
    },
  };
}
