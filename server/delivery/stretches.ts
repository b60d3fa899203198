/** Stretches of media, as a report tells them. */
import type { Stretch } from './teller.ts';

/** In order, without overlaps, within `[0, end)`. */
export function normal(stretches: readonly Stretch[], end: number): readonly Stretch[] {
  const out: [number, number][] = [];
  for (const [from, to] of stretches.toSorted((a, b) => a[0] - b[0])) {
    const last = out.at(-1);
    const until = Math.min(to, end);
    if (until <= from) continue;
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], until);
    else out.push([from, until]);
  }
  return out;
}

/** What of `a` does not lie in `b`; both as `normal` leaves them. */
export function minus(a: readonly Stretch[], b: readonly Stretch[]): readonly Stretch[] {
  return b.reduce<readonly Stretch[]>(
    (left, [from, to]) =>
      left.flatMap(([low, high]) =>
        (
          [
            [low, Math.min(high, from)],
            [Math.max(low, to), high],
          ] as const
        ).filter(([x, y]) => y > x),
      ),
    a,
  );
}

export const measure = (stretches: readonly Stretch[]): number =>
  stretches.reduce((sum, [from, to]) => sum + (to - from), 0);
