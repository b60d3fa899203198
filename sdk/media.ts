/**
 * Reads one media element, through prototype getters only.
 *
 * Guarantees: never calls a method of the element and never sets anything on it. Events
 * only make the next look earlier; what is claimed comes from the looks themselves, so
 * swallowed events cost precision, never truth.
 */
import { listen, read } from './natives.ts';
import { createRuns, type Look, type Played } from './runs.ts';
import type { Cause, PlayState } from './wire.ts';

export interface MediaWatch {
  /** Takes a look at `at` (ms, monotonic); the transition it shows, if any. */
  look(at: number): Cause | null;
  full(): boolean;
  playing(): boolean;
  /** What was played since the last take, and the player as it stands. */
  take(): Played & { readonly player: readonly [PlayState, number, number] };
  stop(): void;
}

const moments = ['playing', 'pause', 'waiting', 'seeking', 'seeked', 'ratechange', 'ended', 'timeupdate', 'emptied'];

/** `HAVE_FUTURE_DATA`: below it the element waits, whatever `paused` says. */
const CAN_ADVANCE = 3;

function stateOf(element: HTMLMediaElement): PlayState {
  if (read.seeking(element)) return 'seeking';
  if (read.ended(element)) return 'ended';
  if (read.paused(element)) return 'paused';
  return read.readyState(element) < CAN_ADVANCE ? 'stalled' : 'playing';
}

export function watchMedia(element: HTMLMediaElement, poke: () => void): MediaWatch {
  const runs = createRuns();
  let last: Look = { at: 0, media: 0, rate: 1, state: 'paused' };

  const unlisten = listen(element, moments, poke);
  return {
    look(at) {
      const media = read.currentTime(element) * 1000;
      last = { at, media, rate: Math.abs(read.playbackRate(element)), state: stateOf(element) };
      return runs.look(last);
    },
    full: runs.full,
    playing: () => last.state === 'playing',
    take: () => ({ ...runs.take(), player: [last.state, last.media, last.rate] }),
    stop: unlisten,
  };
}
