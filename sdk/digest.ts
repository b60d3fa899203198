/**
 * Turns findings into beats.
 *
 * Guarantees: `seq` counts without a gap; each span begins where the one before ended;
 * every number is a whole one inside the wire's bounds. Pure.
 */
import type { Findings } from './observe.ts';
import type { Beat, Cause, Run } from './wire.ts';

export interface Digest {
  /** The beat about everything since the last one. `at` is on the findings' clock, ms. */
  beat(cause: Cause, nonce: string, at: number, findings: Findings): Beat;
}

const DAY_MS = 86_400_000;
const MANY = 1_000_000;

const whole = (value: number, low: number, high: number): number =>
  Number.isFinite(value) ? Math.min(high, Math.max(low, Math.round(value))) : low;
const ms = (value: number): number => whole(value, 0, DAY_MS);
const count = (value: number): number => whole(value, 0, MANY);

/** `startedAt`: the session's start on the findings' clock, ms. */
export function createDigest(startedAt: number): Digest {
  let seq = 0;
  let from = 0;

  /** Rounded, a run may begin or end a millisecond outside the span that it was found in. */
  function run([mediaFrom, mediaTo, at, until]: Run, to: number): Run {
    const inside = (moment: number): number => Math.min(to, Math.max(from, ms(moment - startedAt)));
    return [ms(mediaFrom), ms(mediaTo), inside(at), inside(until)];
  }

  return {
    beat(cause, nonce, at, found) {
      const to = Math.max(from, ms(at - startedAt));
      const [state, position, rate] = found.player;
      const [visible, focused, recorded] = found.page;
      const [animation, video] = found.frames;
      const [date, pageTicks, workerTicks] = found.clocks;
      const [pointer, key, scroll, synthetic] = found.input;
      const beat: Beat = {
        seq: ++seq,
        cause,
        nonce,
        span: [from, to],
        runs: found.runs.map((one) => run(one, to)),
        player: [state, ms(position), whole(rate, 0, 10_000)],
        page: [ms(visible), ms(focused), whole(recorded, -1, DAY_MS)],
        frames: [count(animation), whole(video, -1, MANY)],
        clocks: [whole(date, -DAY_MS, DAY_MS), count(pageTicks), whole(workerTicks, -1, MANY)],
        input: [count(pointer), count(key), count(scroll), count(synthetic)],
        seeks: found.seeks.map(([a, b]) => [ms(a), ms(b)]),
        stalled: ms(found.stalled),
        signs: whole(found.signs, 0, 127),
      };
      from = to;
      return beat;
    },
  };
}
