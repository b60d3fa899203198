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
const RUNS = 8;

const whole = (value: number, low: number, high: number): number =>
  Number.isFinite(value) ? Math.min(high, Math.max(low, Math.round(value))) : low;
const media = (value: number): number => whole(value, 0, DAY_MS);
const offset = (value: number): number => whole(value, 0, SESSION_MS);
const hundredths = (rate: number): number => whole(rate * 100, 0, 10_000);
const count = (value: number): number => whole(value, 0, MANY);

type Counted = number | readonly number[];
/** A count of −1 has no source. */
const add = (a: Counted, b: Counted): Counted =>
  typeof a === 'number'
    ? a < 0 || +b < 0
      ? -1
      : a + +b
    : a.map((n, place) => add(n, (b as number[])[place] ?? 0) as number);
const counted = ['page', 'busy', 'frames', 'clocks', 'input', 'stalled'] as const;
const listed = ['runs', 'rates', 'seeks'] as const;

/** Two stretches told as one, under the number of the first; their lists in the wire's bounds. */
export function joined(first: Beat, second: Beat): Beat {
  const both: Record<string, unknown> = { ...second, seq: first.seq, signs: first.signs | second.signs };
  both['span'] = [first.span[0], second.span[1]];
  for (const part of counted) both[part] = add(first[part] ?? 0, second[part] ?? 0);
  for (const part of listed) both[part] = [...(first[part] ?? []), ...(second[part] ?? [])].slice(-RUNS);
  return both as Beat;
}

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
        signs: whole(found.signs, 0, 127),
      };
      from = to;
      return beat;
    },
    over: (at) => at - startedAt > SESSION_MS,
  };
}
