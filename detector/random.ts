/**
 * Randomness without a source of it: the server draws one seed a session and stores it in
 * the `opened` event, so a replay draws the same numbers (law 7) and a browser cannot guess them.
 */

/** A whole number in `[low, high]`, the same for the same seed and turn. */
export function draw(seed: number, turn: number, low: number, high: number): number {
  // splitmix32: full period, passes the usual batteries; here it only spreads prompts.
  let x = (seed + Math.imul(turn + 1, 0x9e3779b9)) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  const unit = ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
  return low + Math.floor(unit * (high - low + 1));
}
