/**
 * Sets of whole-millisecond positions, kept as sorted, disjoint, non-touching half-open
 * intervals `[from, to)`. Coverage of a lesson is such a set: a union of what was played.
 */
export type Interval = readonly [number, number];
export type Intervals = readonly Interval[];

export const none: Intervals = [];

/** How many milliseconds the set holds. */
export function measure(set: Intervals): number {
  let total = 0;
  for (const [from, to] of set) total += to - from;
  return total;
}

/** The set with `[from, to)` added; touching intervals melt together. */
export function add(set: Intervals, from: number, to: number): Intervals {
  if (to <= from) return set;
  const last = set[set.length - 1];
  // Playing on is by far the commonest case: extend the last interval.
  if (last !== undefined && from === last[1]) return set.with(-1, [last[0], to]);
  const out: Interval[] = [];
  let low = from;
  let high = to;
  let placed = false;
  for (const part of set) {
    if (part[1] < low) out.push(part);
    else if (part[0] > high) {
      if (!placed) {
        out.push([low, high]);
        placed = true;
      }
      out.push(part);
    } else {
      low = Math.min(low, part[0]);
      high = Math.max(high, part[1]);
    }
  }
  if (!placed) out.push([low, high]);
  return out;
}

/** Both sets as one, in one pass: a coverage in hundreds of pieces must not cost their square. */
export function union(a: Intervals, b: Intervals): Intervals {
  if (a.length === 0) return b;
  const only = b[0];
  if (only === undefined) return a;
  if (b.length === 1) return add(a, only[0], only[1]);
  const out: Interval[] = [];
  let [i, j] = [0, 0];
  let low = 0;
  let high = -1;
  for (;;) {
    const [left, right] = [a[i], b[j]];
    const next = right === undefined || (left !== undefined && left[0] <= right[0]) ? left : right;
    if (next === undefined) break;
    if (next === left) i += 1;
    else j += 1;
    if (next[0] <= high) high = Math.max(high, next[1]);
    else {
      if (high >= low) out.push([low, high]);
      [low, high] = next;
    }
  }
  out.push([low, high]);
  return out;
}

/** What of `set` does not lie in `taken`. */
export function subtract(set: Intervals, taken: Intervals): Intervals {
  if (taken.length === 0 || set.length === 0) return set;
  const out: Interval[] = [];
  for (const [from, to] of set) {
    let low = from;
    for (let i = firstBeyond(taken, from); i < taken.length && low < to; i += 1) {
      const [a, b] = taken[i] as Interval;
      if (a >= to) break;
      if (a > low) out.push([low, a]);
      low = Math.max(low, b);
    }
    if (low < to) out.push([low, to]);
  }
  return out;
}

/** The index of the first part that ends after `position`. */
function firstBeyond(set: Intervals, position: number): number {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((set[middle] as Interval)[1] <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What of `set` lies in `[from, to)`. */
export function clip(set: Intervals, from: number, to: number): Intervals {
  const out: Interval[] = [];
  for (const [a, b] of set) {
    const low = Math.max(a, from);
    const high = Math.min(b, to);
    if (low < high) out.push([low, high]);
  }
  return out;
}

/** The set cut after its first `length` milliseconds: `[head, tail]`. */
export function split(set: Intervals, length: number): readonly [Intervals, Intervals] {
  // Nearly always all of it is taken, and nothing is copied.
  if (measure(set) <= length) return [set, none];
  const head: Interval[] = [];
  const tail: Interval[] = [];
  let left = Math.max(0, length);
  for (const [from, to] of set) {
    const take = Math.min(left, to - from);
    if (take > 0) head.push([from, from + take]);
    if (from + take < to) tail.push([from + take, to]);
    left -= take;
  }
  return [head, tail];
}

/** Whether the position lies in the set. */
export function holds(set: Intervals, position: number): boolean {
  return set.some(([from, to]) => from <= position && position < to);
}
