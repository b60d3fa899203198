/** Chance from a seed: the same seed gives the same world on every machine. */
/** Draws 0 ≤ x < 1. */
export type Random = () => number;

/** mulberry32: 32 bits of state, passes the usual batteries, one multiplication deep. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const between = (random: Random, low: number, high: number): number => low + random() * (high - low);
export const whole = (random: Random, low: number, high: number): number => Math.floor(between(random, low, high + 1));
export const chance = (random: Random, share: number): boolean => random() < share;
/** Waiting time of what happens once in `mean` on average. */
export const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random());
export function pick<T>(random: Random, from: readonly [T, ...T[]]): T {
  return from[Math.floor(random() * from.length)] ?? from[0];
}
