/**
 * A media element: its position goes forward at its rate, on the sound card's clock, and is
 * read in steps. Guarantees: every stretch really played is told once to `onPlayed`.
 */
export interface Stretch {
  /** True time. */
  readonly from: number;
  readonly to: number;
  readonly mediaFrom: number;
  readonly mediaTo: number;
  readonly rate: number;
}

export interface ElementOptions {
  readonly durationMs: number;
  /** Positions are read in multiples of this: 1 ms on most, 250 ms on some phones. */
  readonly stepMs: number;
  /** The sound card's crystal against true time. */
  readonly ppm: number;
  now(): number;
  onPlayed(stretch: Stretch): void;
}

export interface Element {
  readonly durationMs: number;
  readonly paused: boolean;
  readonly ended: boolean;
  readonly seeking: boolean;
  readonly starved: boolean;
  readonly rate: number;
  /** As a page reads it, ms. */
  position(): number;
  moving(): boolean;
  play(): void;
  pause(): void;
  setRate(rate: number): void;
  /** The position changes at once; `seekDone` ends the seeking. */
  seek(to: number): void;
  seekDone(): void;
  starve(starved: boolean): void;
  /** The machine sleeps: nothing goes forward. */
  freeze(frozen: boolean): void;
  /** Tells what was played up to now, and starts anew there. Ends at the end. */
  cut(): void;
}

export function createElement({ durationMs, stepMs, ppm, now, onPlayed }: ElementOptions): Element {
  const pace = 1 + ppm / 1e6;
  let at = now();
  let media = 0;
  let rate = 1;
  let paused = true;
  let ended = false;
  let seeking = false;
  let starved = false;
  let frozen = false;

  const moving = (): boolean => !(paused || ended || seeking || starved || frozen);
  const exact = (): number => (moving() ? Math.min(durationMs, media + rate * pace * (now() - at)) : media);

  function cut(): void {
    const to = exact();
    if (moving() && to > media) {
      const until = Math.min(now(), at + (to - media) / (rate * pace));
      onPlayed({ from: at, to: until, mediaFrom: media, mediaTo: to, rate });
      if (to >= durationMs) ended = true;
    }
    media = to;
    at = now();
  }
  const changing = (change: () => void): void => {
    cut();
    change();
  };

  return {
    durationMs,
    get paused() {
      return paused;
    },
    get ended() {
      return ended;
    },
    get seeking() {
      return seeking;
    },
    get starved() {
      return starved;
    },
    get rate() {
      return rate;
    },
    position() {
      const to = exact();
      if (to >= durationMs) {
        cut();
        return durationMs;
      }
      return Math.floor(to / stepMs) * stepMs;
    },
    moving,
    play: () => changing(() => (paused = false)),
    pause: () => changing(() => (paused = true)),
    setRate: (next) => changing(() => (rate = next)),
    seek: (to) =>
      changing(() => {
        media = Math.min(durationMs, Math.max(0, to));
        seeking = true;
        ended = false;
      }),
    seekDone: () => changing(() => (seeking = false)),
    starve: (next) => changing(() => (starved = next)),
    freeze: (next) => changing(() => (frozen = next)),
    cut,
  };
}
