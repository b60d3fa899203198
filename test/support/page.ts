/**
 * A player that keeps to what a real page does between its beats: their lengths are drawn, as the server asks
 * for them, and no two stretches are touched alike. `lesson.ts` alone beats like a clock, as recordings want it.
 */
import type { BeatClaim, Event } from '../../detector/index.ts';
import { type Player, type PlayerOptions, player as still } from './lesson.ts';

export { type Player, type PlayerOptions, start } from './lesson.ts';

/** Of beats: spread over 8 to 15 s as the shipped policies draw them, 11 s on average. */
const LENGTHS_MS = [10_000, 8_200, 13_900, 9_100, 14_600, 8_600, 11_300, 12_700, 10_400, 9_600, 8_900, 14_100, 11_900];

const LONGEST_MS = 15_000;

export const lengthOf = (nth: number): number => LENGTHS_MS[nth % LENGTHS_MS.length] ?? 10_000;

export function player(events: Event[], clock: { now: number }, options: PlayerOptions = {}): Player {
  const page = still(events, clock, options);
  let nth = 0;
  /** No two stretches are touched alike. */
  const varied = (patch: Partial<BeatClaim> = {}): Partial<BeatClaim> => ({
    input: [1 + (nth++ % 5), 0, 0, 0],
    ...patch,
  });
  return {
    ...page,
    beat: (patch, queued, at) => page.beat(varied(patch), queued, at),
    play(ms, given = {}) {
      const { every, patch } = given;
      for (let left = ms; left > 0; ) {
        const drawn = left > LONGEST_MS ? lengthOf(nth) : left;
        const wall = Math.min(left, every ?? (patch === undefined ? drawn : 10_000));
        left -= wall;
        page.play(wall, { ...given, every: wall, patch: varied(patch) });
      }
    },
  };
}
