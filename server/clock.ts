/**
 * The server's clock. Guarantees: within a process it never runs backwards and never jumps,
 * whatever is done to the machine's clock; it follows that clock at a slow, bounded rate.
 * So a stretch of time is as long as it was, and moments agree between machines to within
 * what their clocks do.
 */

export type Now = () => number;

/** 5 ms a second: a clock that was stepped by 4 s is followed within a quarter of an hour. */
const SLEW = 0.005;

/** Whole milliseconds since the epoch. */
export function createClock(wall: Now = Date.now, monotonic: Now = () => performance.now()): Now {
  let at = wall();
  let read = monotonic();
  return () => {
    const passed = Math.max(0, monotonic() - read);
    read += passed;
    const apart = wall() - (at + passed);
    // Followed, not taken over: even then time goes on, by no more and no less than the slew.
    at += passed + Math.max(-SLEW * passed, Math.min(SLEW * passed, apart));
    return Math.floor(at);
  };
}
