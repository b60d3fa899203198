/**
 * The same things in an order that was drawn (Fisher–Yates): all orders are alike probable. Pure.
 * @param below a number in [0, n), all alike probable
 */
export function shuffled<T>(all: readonly T[], below: (n: number) => number): T[] {
  const out = [...all];
  for (let last = out.length - 1; last > 0; last--) {
    const at = below(last + 1);
    const [one, other] = [out[last] as T, out[at] as T];
    out[last] = other;
    out[at] = one;
  }
  return out;
}
