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

/** Media further ahead than the rate allows by this is a jump. Positions are read to ~10 ms; some browsers step by 250. */
const AHEAD_MS = 300;
/** Backwards by more than this is a jump; less is the rounding of positions. */
const BACK_MS = 50;
/** Media behind the clock by this means that nothing played for a while (sleep, freeze). Above the coarsest step. */
const BEHIND_MS = 500;
/** One below the wire's 8: `take` itself closes one. More cuts than this between two beats are no person's. */
const KEPT = 7;

export function createRuns(): Runs {
  let last: Look | null = null;
  /** `fresh`: just started; what has not moved yet is not claimed. */
  let open: { media: number; at: number; fresh: boolean } | null = null;
  let seekFrom: number | null = null;
  let runs: Run[] = [];
  let seeks: [number, number][] = [];
  let stalled = 0;

  function close(media: number, at: number, limit = KEPT): void {
    if (open && media - open.media >= 1 && runs.length < limit)
      runs.push([Math.round(open.media), Math.round(media), Math.round(open.at), Math.round(at)]);
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
      if (next.state === 'playing') open = { media: next.media, at: next.at, fresh: true };
      return null;
    }
    const elapsed = next.at - before.at;
    const advance = next.media - before.media;
    const fastest = Math.max(before.rate, next.rate, 0.01);
    let cause: Cause | null = null;
    if (before.state === 'stalled') stalled += elapsed;

    if (open) {
      const expected = before.rate * (before.at - open.at);
      const played = next.media - open.media;
      const jumped = advance < -BACK_MS || played > expected + fastest * elapsed + AHEAD_MS;
      if (next.state === 'seeking' || jumped) {
        close(before.media, before.at);
        if (next.state !== 'seeking') {
          seek(before.media, next.media);
          cause = 'seeked';
        }
      } else if (open.fresh && played < 1) {
        open.at = next.at;
      } else if (expected + Math.min(before.rate, next.rate) * elapsed - played > BEHIND_MS) {
        close(before.media, before.at);
        open = { media: before.media, at: next.at - Math.max(0, advance) / fastest, fresh: false };
      }
      if (open && (next.state !== 'playing' || next.rate !== before.rate)) close(next.media, next.at);
    } else if (before.state !== 'seeking' && next.state !== 'seeking' && Math.abs(advance) > AHEAD_MS) {
      // Moved while it stood still, and no seek was ever seen.
      seek(before.media, next.media);
      cause = 'seeked';
    }
    if (!open && next.state === 'playing') open = { media: next.media, at: next.at, fresh: before.state !== 'playing' };

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
      const { fresh } = open;
      const moved = last.media - open.media >= 1;
      close(last.media, last.at, KEPT + 1);
      open = { media: last.media, at: last.at, fresh: fresh && !moved };
    }
    const played = { runs, seeks, stalled: Math.round(stalled) };
    runs = [];
    seeks = [];
    stalled = 0;
    return played;
  }

  return { look, take, full: () => runs.length >= KEPT - 1 || seeks.length >= KEPT };
}
