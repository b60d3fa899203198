/**
 * Which time of the media its bytes hold. An index is a list of points: at this byte begins what is played
 * from this moment on. Between two points the time is taken as if the bytes were spread evenly.
 *
 * Guarantee: a byte's time is wrong by less than the distance between the points around it, and an index
 * with points further apart than `GAP_MS_MAX` is none.
 */

/** As much as the shipped policies forgive (`undelivered.slackMs`). WebM's clusters hold 1–5 s, MP4's chunks less. */
export const GAP_MS_MAX = 10_000;

export type Point = readonly [byte: number, ms: number];

export interface MediaIndex {
  /** Both rise. The last one is the media's end. */
  readonly points: readonly Point[];
}

/** `null`: the points do not rise, are too few, or too far apart. */
export function indexOf(points: readonly Point[]): MediaIndex | null {
  if (points.length < 2) return null;
  for (let i = 1; i < points.length; i += 1) {
    const [byte, ms] = points[i] as Point;
    const [byteBefore, msBefore] = points[i - 1] as Point;
    if (byte <= byteBefore || ms < msBefore || ms - msBefore > GAP_MS_MAX) return null;
  }
  return { points };
}

/** The media in the bytes `[from, to)`; `null`: they hold none (headers, an empty range). */
export function timesOf(index: MediaIndex, from: number, to: number): readonly [fromMs: number, toMs: number] | null {
  const first = timeAt(index, from);
  const last = timeAt(index, to);
  return last > first ? [first, last] : null;
}

function timeAt({ points }: MediaIndex, byte: number): number {
  let low = 0;
  let high = points.length - 1;
  if (byte <= (points[low] as Point)[0]) return (points[low] as Point)[1];
  if (byte >= (points[high] as Point)[0]) return (points[high] as Point)[1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((points[middle] as Point)[0] <= byte) low = middle;
    else high = middle;
  }
  const [fromByte, fromMs] = points[low] as Point;
  const [toByte, toMs] = points[high] as Point;
  return fromMs + Math.floor(((toMs - fromMs) * (byte - fromByte)) / (toByte - fromByte));
}
