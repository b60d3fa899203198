/**
 * Randomness without a source of it: the server draws a number for each event that may need
 * one and stores it there, so a replay draws the same (law 7) and a browser cannot guess it.
 */

/** A whole number in `[low, high]`, the same for the same draw and turn. */
export function between(draw: number, turn: number, low: number, high: number): number {
  // splitmix32: full period, passes the usual batteries; turns of one draw are spread, not secret from each other.
  let x = (draw + Math.imul(turn + 1, 0x9e3779b9)) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  const unit = ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
  return low + Math.floor(unit * (high - low + 1));
}
