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
  /** At `at` this session's clock is past what the wire can say: only a new session can go on. */
  over(at: number): boolean;
}

/** The wire's own bounds: media positions, and moments of the session clock. */
const DAY_MS = 86_400_000;
const SESSION_MS = 31 * DAY_MS;
const MANY = 1_000_000;

const whole = (value: number, low: number, high: number): number =>
  Number.isFinite(value) ? Math.min(high, Math.max(low, Math.round(value))) : low;
const media = (value: number): number => whole(value, 0, DAY_MS);
const offset = (value: number): number => whole(value, 0, SESSION_MS);
const hundredths = (rate: number): number => whole(rate * 100, 0, 10_000);
const count = (value: number): number => whole(value, 0, MANY);

/** `startedAt`: the session's start on the findings' clock, ms. */
export function createDigest(startedAt: number): Digest {
  let seq = 0;
  let from = 0;

  /** Rounded, a run may begin or end a millisecond outside the span that it was found in. */
  function run([mediaFrom, mediaTo, at, until]: Run, to: number): Run {
    const inside = (moment: number): number => Math.min(to, Math.max(from, offset(moment - startedAt)));
    return [media(mediaFrom), media(mediaTo), inside(at), inside(until)];
  }

  return {
    beat(cause, nonce, at, found) {
      const to = Math.max(from, offset(at - startedAt));
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
        rates: found.rates.map(hundredths),
        player: [state, media(position), hundredths(rate)],
        page: [offset(visible), offset(focused), whole(recorded, -1, SESSION_MS)],
        busy: Math.min(to - from, offset(found.busy)),
        frames: [count(animation), whole(video, -1, MANY)],
        clocks: [whole(date, -SESSION_MS, SESSION_MS), count(pageTicks), whole(workerTicks, -1, MANY)],
        input: [count(pointer), count(key), count(scroll), count(synthetic)],
        seeks: found.seeks.map(([a, b]) => [media(a), media(b)]),
        stalled: offset(found.stalled),
        ...found.more,
        signs: whole(found.signs, 0, 511),
      };
      from = to;
      return beat;
    },
    over: (at) => at - startedAt > SESSION_MS,
  };
}
