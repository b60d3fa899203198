/**
 * Where on the server's clock a moment of the browser's clock lies.
 *
 * A beat that ends at offset `o` and arrives at `a` was made no later than `a`, so `a − o`
 * is an upper bound of where the browser's clock began. The least of the recent bounds is
 * the anchor: delay only adds, drift is followed, and a clock that was stepped (on either
 * side) or slept is found again within two windows. Clocks are compared by increments,
 * never by absolute offsets: a bound below the anchor by `n` ms means that the browser's
 * clock ran `n` ms further than the server's since then.
 */

/** Long enough to hold a beat that was not delayed; short enough to forget a clock that was stepped. */
const WINDOW_MS = 60_000;

/** The least bound of the current window and of the one before it; when the current window began, server time. */
export type Anchor = readonly [low: number, lowBefore: number, since: number];

export function firstAnchor(openedAt: number): Anchor {
  return [openedAt, openedAt, openedAt];
}

/** The server time at which the browser's clock stood at 0, as far as its delays show. */
export function origin([low, lowBefore]: Anchor): number {
  return Math.min(low, lowBefore);
}

/** Takes in a beat that ends at `offset` and arrived at `at`; and how far the browser's clock ran ahead by it. */
export function observe(anchor: Anchor, offset: number, at: number): { anchor: Anchor; aheadMs: number } {
  const bound = at - offset;
  const aheadMs = Math.max(0, origin(anchor) - bound);
  const [lowest, lowBefore, since] = anchor;
  const turned = at - since >= WINDOW_MS;
  if (!turned && bound >= lowest) return { anchor, aheadMs };
  const low = turned ? bound : Math.min(lowest, bound);
  const before = turned ? lowest : lowBefore;
  // A clock that ran ahead has a new beginning: what it claimed before is no measure of it.
  return { anchor: [low, aheadMs > 0 ? bound : before, turned ? at : since], aheadMs };
}
