/** Least squares of small systems, by normal equations. Pure. */

/** Solves `a x = b`, a square; null where it has no single answer. */
export function solve(a: readonly (readonly number[])[], b: readonly number[]): readonly number[] | null {
  const n = b.length;
  const m = a.map((row, i) => [...row, b[i] ?? 0]);
  for (let column = 0; column < n; column++) {
    let best = column;
    for (let row = column + 1; row < n; row++) if (abs(m, row, column) > abs(m, best, column)) best = row;
    if (abs(m, best, column) < 1e-12) return null;
    const pivot = m[best] as number[];
    m[best] = m[column] as number[];
    m[column] = pivot;
    for (let row = 0; row < n; row++) {
      if (row === column) continue;
      const current = m[row] as number[];
      const factor = (current[column] ?? 0) / (pivot[column] ?? 1);
      for (let k = column; k <= n; k++) current[k] = (current[k] ?? 0) - factor * (pivot[k] ?? 0);
    }
  }
  return m.map((row, i) => (row[n] ?? 0) / (row[i] ?? 1));
}

/** The x that makes `rows x` nearest to `values`. */
export function leastSquares(
  rows: readonly (readonly number[])[],
  values: readonly number[],
): readonly number[] | null {
  const n = rows[0]?.length ?? 0;
  const normal = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const right = new Array<number>(n).fill(0);
  for (const [r, row] of rows.entries()) {
    for (let i = 0; i < n; i++) {
      const line = normal[i] as number[];
      for (let k = 0; k < n; k++) line[k] = (line[k] ?? 0) + (row[i] ?? 0) * (row[k] ?? 0);
      right[i] = (right[i] ?? 0) + (row[i] ?? 0) * (values[r] ?? 0);
    }
  }
  return solve(normal, right);
}

function abs(m: readonly (readonly number[])[], row: number, column: number): number {
  return Math.abs(m[row]?.[column] ?? 0);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1
    ? (sorted[half] as number)
    : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}
