/**
 * Played intervals, from looks at the player.
 *
 * Guarantees: a run is a stretch in which the media really went forward at the element's
 * rate. It is cut at a pause, a seek, a stall, a rate change and at each `take`; the next
 * run starts on the same point, so no played time is lost between beats. A jump (with or
 * without a seek event) and a stop of the whole machine cover nothing.
 *
 * Pure: it is handed looks, in ms, and knows no element and no clock.
 */
import type { Beat, Cause, PlayState, Run } from './wire.ts';

/** What the player was at one moment. `at` is the monotonic clock, `media` the position; both ms. */
export interface Look {
  readonly at: number;
  readonly media: number;
  readonly rate: number;
  readonly state: PlayState;
}

export interface Played {
  readonly runs: readonly Run[];
  /** The rate at which each run was played; 1 is normal. */
  readonly rates: readonly number[];
  readonly seeks: Beat['seeks'];
  readonly stalled: number;
}

export interface Runs {
  /** Takes in one look; answers with the transition it shows, if any. */
  look(look: Look): Cause | null;
  /** A beat must be made now, before the lists overflow. */
  full(): boolean;
  /** What was played up to the last look, and starts anew there. Offsets are on the looks' clock. */
  take(): Played;
}

/**
 * Media further ahead than the rate allows by this is a jump. Positions are read to ~10 ms; some browsers
 * show a new one each 250 ms only, which is more media at a higher rate.
 */
const AHEAD_MS = 300;
/** Backwards by more than this is a jump; less is the rounding of positions. */
const BACK_MS = 50;
/** Media behind the clock by this means that nothing played for a while (sleep, freeze). Above the coarsest step. */
const BEHIND_MS = 500;
/** One below the wire's 8: `take` itself closes one. More cuts than this between two beats are no person's. */
const KEPT = 7;

export function createRuns(): Runs {
  let last: Look | null = null;
  /**
   * `waits`: started then, and has not moved yet; until it does, nothing is claimed. `step`: the fastest
   * rate (at least 1) that the position shown may be late at.
   */
  let open: { media: number; at: number; waits: number | null; step: number } | null = null;
  let seekFrom: number | null = null;
  let runs: Run[] = [];
  let rates: number[] = [];
  let seeks: [number, number][] = [];
  let stalled = 0;

  function close(media: number, at: number, rate: number, limit = KEPT): void {
    if (open && media - open.media >= 1 && runs.length < limit) {
      runs.push([Math.round(open.media), Math.round(media), Math.round(open.at), Math.round(at)]);
      rates.push(rate);
    }
    open = null;
  }

  function seek(from: number, to: number): void {
    const lastSeek = seeks[seeks.length - 1];
    if (seeks.length > KEPT && lastSeek) lastSeek[1] = Math.round(to);
    else seeks.push([Math.round(from), Math.round(to)]);
  }

  function look(next: Look): Cause | null {
    const before = last;
    last = next;
    if (!before) {
      if (next.state !== 'playing') return null;
      // Playing takes the lease, so a lesson that plays already is told at once.
      open = { media: next.media, at: next.at, waits: next.at, step: Math.max(1, next.rate) };
      return 'playing';
    }
    const elapsed = next.at - before.at;
    const advance = next.media - before.media;
    const fastest = Math.max(before.rate, next.rate, 0.01);
    const step = Math.max(1, fastest);
    let cause: Cause | null = null;
    if (before.state === 'stalled') stalled += elapsed;

    if (open) {
      const expected = before.rate * (before.at - open.at);
      const played = next.media - open.media;
      open.step = Math.max(open.step, step);
      const jumped = advance < -BACK_MS || played > expected + fastest * elapsed + AHEAD_MS * open.step;
      if (next.state === 'seeking' || jumped) {
        close(before.media, before.at, before.rate);
        if (next.state !== 'seeking') {
          seek(before.media, next.media);
          cause = 'seeked';
        }
      } else if (open.waits !== null) {
        open.at = played < 1 ? next.at : Math.max(open.waits, next.at - played / fastest);
        if (played >= 1) open.waits = null;
      } else if (expected + Math.min(before.rate, next.rate) * elapsed - played > BEHIND_MS * open.step) {
        close(before.media, before.at, before.rate);
        open = { media: before.media, at: next.at - Math.max(0, advance) / fastest, waits: null, step };
      }
      if (open && (next.state !== 'playing' || next.rate !== before.rate)) close(next.media, next.at, before.rate);
    } else if (before.state !== 'seeking' && next.state !== 'seeking' && Math.abs(advance) > AHEAD_MS * step) {
      // Moved while it stood still, and no seek was ever seen.
      seek(before.media, next.media);
      cause = 'seeked';
    }
    if (!open && next.state === 'playing')
      open = { media: next.media, at: next.at, waits: before.state === 'playing' ? null : next.at, step };

    if (next.state === 'seeking') seekFrom ??= before.media;
    else if (seekFrom !== null) {
      seek(seekFrom, next.media);
      seekFrom = null;
      return 'seeked';
    }
    if (cause) return cause;
    if (next.state !== before.state && next.state !== 'seeking') return next.state;
    return next.rate === before.rate ? null : 'rate';
  }

  function take(): Played {
    if (last && open) {
      const { waits, step } = open;
      close(last.media, last.at, last.rate, KEPT + 1);
      open = { media: last.media, at: last.at, waits: waits === null ? null : last.at, step };
    }
    const played = { runs, rates, seeks, stalled: Math.round(stalled) };
    runs = [];
    rates = [];
    seeks = [];
    stalled = 0;
    return played;
  }

  return { look, take, full: () => runs.length >= KEPT - 1 || seeks.length >= KEPT };
}
