/**
 * When the next beat is due, and why.
 *
 * Guarantees: a transition is due at once; in a flood, at most five beats a second, and
 * what did not get its own beat is told by the next. Without transitions a beat is due
 * when the server's interval has passed. Pure: it is handed the time, ms.
 */
import type { Cause } from './wire.ts';

export interface Pace {
  note(causes: readonly Cause[], at: number): void;
  /** `crowded`: lists are about to overflow. */
  due(at: number, crowded: boolean): Cause | null;
  /** A beat was made at `at`, for whatever reason. */
  made(at: number): void;
  /** The server's word on the interval: it counts from the last beat made, also when it is shorter than before. */
  interval(ms: number): void;
}

const BEATS_PER_SECOND = 5;
/** Hidden comes with blurred, and both are urgent: a short burst may go through. */
const BURST = 3;

/** A browser that is being closed hides its pages first; what lasts no longer than this was no hiding. */
const HIDDEN_LASTS_MS = 200;

/** Which of several transitions names the beat. Not in the list: least. */
const telling: readonly Cause[] = [
  'hidden',
  'visible',
  'anomaly',
  'rate',
  'seeked',
  'ended',
  'paused',
  'playing',
  'stalled',
];

function rank(cause: Cause): number {
  const place = telling.indexOf(cause);
  return place < 0 ? telling.length : place;
}

/** The more telling of two; of hidden and visible, the later. */
export function foremost(earlier: Cause | null, later: Cause): Cause {
  if (earlier === null) return later;
  const swung = rank(earlier) <= 1 && rank(later) <= 1;
  return swung || rank(later) < rank(earlier) ? later : earlier;
}

export function createPace(at: number, intervalMs: number): Pace {
  let pending: Cause | null = null;
  let pendingAt = at;
  let allowance = BURST;
  let filledAt = at;
  let madeAt = at;
  let every = intervalMs;

  function refill(now: number): void {
    allowance = Math.min(BURST, allowance + ((now - filledAt) / 1000) * BEATS_PER_SECOND);
    filledAt = now;
  }

  return {
    note(causes, now) {
      for (const cause of causes) {
        const next = foremost(pending, cause);
        if (next !== pending) pendingAt = now;
        pending = next;
      }
    },
    due(now, crowded) {
      refill(now);
      if (allowance < 1) return null;
      if (pending === 'hidden' && now - pendingAt < HIDDEN_LASTS_MS) return null;
      if (pending) return pending;
      return crowded || now - madeAt >= every ? 'interval' : null;
    },
    made(now) {
      refill(now);
      allowance = Math.max(0, allowance - 1);
      pending = null;
      madeAt = now;
    },
    interval(ms) {
      every = ms;
    },
  };
}
