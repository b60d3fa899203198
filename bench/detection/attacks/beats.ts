/** What attackers make of a beat. */
import type { Beat } from '../../../sdk/wire.ts';
import type { Random } from '../../../test/support/world/random.ts';
import { type Client, LESSON_MS } from './technique.ts';

export type Tell = (beat: Beat, client: Client, random: Random) => Beat;

const lengthMs = ({ span }: Beat): number => span[1] - span[0];

/** Box–Muller. */
export function normal(random: Random, sd: number): number {
  return sd * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export const paused: Tell = (beat) => ({ ...beat, player: ['paused', beat.player[1], beat.player[2]] });
export const hidden: Tell = (beat) => ({ ...beat, page: [0, 0, lengthMs(beat)], frames: [0, 0] });

/** Positions on tens of seconds, whatever the times say. */
export const jittered: Tell = (beat) => {
  const toTens = (ms: number): number => Math.round(ms / 10_000) * 10_000;
  return { ...beat, runs: beat.runs.map(([a, b, from, to]) => [toTens(a), toTens(b), from, to]) };
};

/** From whole second to whole second, without the wobble of a player. */
export const onSeconds: Tell = (beat) => ({
  ...beat,
  runs: beat.runs.map(([a, , from, to]) => {
    const start = Math.round(a / 1_000) * 1_000;
    return [start, start + (to - from), from, to];
  }),
});

/** Positions run ahead of the clock. */
export const drifting =
  (rate: number): Tell =>
  (beat) => ({
    ...beat,
    runs: beat.runs.map(([a, b, from, to]) => [Math.round(a * rate), Math.round(b * rate), from, to]),
  });

const ENDS_EACH_MS = 8 * 60_000;
const ENDING_MS = 300;

/** Each eight minutes the end of the lesson, reached by a jump; null: not now. */
export function ends(beat: Beat): Beat | null {
  const [from, to] = beat.span;
  const run = beat.runs[0];
  const now = Math.floor(from / ENDS_EACH_MS) !== Math.floor(to / ENDS_EACH_MS);
  if (!now || run === undefined || run[3] - run[2] <= ENDING_MS) return null;
  const left = LESSON_MS - ENDING_MS;
  return {
    ...beat,
    cause: 'ended',
    runs: [
      [run[0], Math.max(run[0], run[1] - ENDING_MS), run[2], run[3] - ENDING_MS],
      [left, LESSON_MS, run[3] - ENDING_MS, run[3]],
    ],
    rates: [100, 100],
    seeks: [[run[1] - ENDING_MS, left]],
    player: ['ended', LESSON_MS, 100],
  };
}
