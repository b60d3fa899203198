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

export function union(a: Intervals, b: Intervals): Intervals {
  let out = a;
  for (const [from, to] of b) out = add(out, from, to);
  return out;
}

/** What of `set` does not lie in `taken`. */
export function subtract(set: Intervals, taken: Intervals): Intervals {
  if (taken.length === 0 || set.length === 0) return set;
  const out: Interval[] = [];
  for (const [from, to] of set) {
    let low = from;
    for (const [a, b] of taken) {
      if (b <= low) continue;
      if (a >= to) break;
      if (a > low) out.push([low, a]);
      low = Math.max(low, b);
      if (low >= to) break;
    }
    if (low < to) out.push([low, to]);
  }
  return out;
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
