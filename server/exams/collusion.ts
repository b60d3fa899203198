/**
 * Who answered from whom: the K̄₂ index (L. S. Sotaridona, R. R. Meijer, "Statistical properties of the K-index for
 * detecting answer copying", Journal of Educational Measurement 39(2), 2002, 115–132), which smooths the K-index of
 * P. W. Holland (ETS RR-96-7, 1996). Pure.
 *
 * Of a source s with w wrong answers, a candidate c has m the same wrong answers. How large a share of them somebody
 * who copied nothing shares is estimated from all others of the sitting, by a parabola over their share of wrong
 * answers: whoever knows less shares more. The index is the chance of m or more of w, binomial.
 *
 * Other than in the paper, all towards naming fewer: papers are drawn, so only items that both were asked in the same
 * words count; a pair is held against chance in both directions, each as source once, and the greater chance counts;
 * the usual share is never taken below the mean of all others, nor below `SHARE_MIN`, nor beyond what was seen; the
 * parabola is laid through people, not through the means of those with as many wrong. Pairs are corrected by Holm's procedure.
 *
 * A tempting wrong choice makes many take it: it is in the others' share too, and so is no surprise.
 */

import { holm, tailLog10 } from './chance.ts';

/** What a candidate took at each item that was asked, by a name of the item in the words in which it was asked. */
export interface Responses {
  readonly id: string;
  readonly answers: ReadonlyMap<string, { readonly chosen: string; readonly right: boolean }>;
}

export interface Pair {
  readonly a: string;
  readonly b: string;
  /** The same wrong answers, and the wrong answers of the one who had fewer, of items that both were asked. */
  readonly same: number;
  readonly wrong: number;
  /** log10 of the index. */
  readonly chanceLog10: number;
  /** log10 of what it was held against. */
  readonly limitLog10: number;
}

export interface Limits {
  /** The share of honest sittings in which anybody is named. */
  readonly alpha: number;
  /** Fewer candidates tell too little of what is usual. */
  readonly candidatesMin: number;
  /** Fewer wrong answers of a source tell nothing. */
  readonly wrongMin: number;
}
/** One honest sitting in 500; 30 and 6 are where the parabola and the tail begin to be steady. */
export const limits: Limits = Object.freeze({ alpha: 0.002, candidatesMin: 20, wrongMin: 6 });

/** The share is estimated from so many people: a rare one is never taken to be rarer than this. */
const SHARE_MIN = 0.03;

/** @param family whether a pair is looked at: the fewer are, the less must be allowed for chance */
export function collusion(
  all: readonly Responses[],
  given: Limits = limits,
  family: (a: string, b: string) => boolean = () => true,
): readonly Pair[] {
  if (all.length < given.candidatesMin) return [];
  const table = tableOf(all);
  const found: Omit<Pair, 'limitLog10'>[] = [];
  for (let a = 0; a < all.length; a++) {
    for (let b = a + 1; b < all.length; b++) {
      if (!family(all[a]?.id ?? '', all[b]?.id ?? '')) continue;
      const [one, other] = [indexOf(table, a, b), indexOf(table, b, a)];
      const wrong = Math.min(table.wrong(a, b), table.wrong(b, a));
      const chanceLog10 = wrong < given.wrongMin ? 0 : Math.max(one, other);
      found.push({ a: all[a]?.id ?? '', b: all[b]?.id ?? '', same: table.same(a, b), wrong, chanceLog10 });
    }
  }
  return holm(found, given.alpha);
}

interface Table {
  readonly size: number;
  /** Wrong answers of `source` to items that `other` was asked too. */
  wrong(source: number, other: number): number;
  /** Of them, those that are the same. */
  same(one: number, other: number): number;
  /** The share of wrong answers of one candidate. */
  readonly ease: readonly number[];
}

function tableOf(all: readonly Responses[]): Table {
  const size = all.length;
  const [wrong, same] = [new Int32Array(size * size), new Int32Array(size * size)];
  for (const [s, source] of all.entries()) {
    for (const [item, { chosen, right }] of source.answers) {
      if (right) continue;
      for (let j = 0; j < size; j++) {
        const theirs = all[j]?.answers.get(item);
        if (theirs === undefined || j === s) continue;
        wrong[s * size + j] = (wrong[s * size + j] ?? 0) + 1;
        if (theirs.chosen === chosen) same[s * size + j] = (same[s * size + j] ?? 0) + 1;
      }
    }
  }
  const ease = all.map(({ answers }) => {
    const given = [...answers.values()];
    return given.length === 0 ? 0 : given.filter(({ right }) => !right).length / given.length;
  });
  const at = (of: Int32Array) => (s: number, j: number) => of[s * size + j] ?? 0;
  return { size, wrong: at(wrong), same: at(same), ease };
}

/** log10 of K̄₂ of a copier against a source. */
function indexOf(table: Table, source: number, copier: number): number {
  const w = table.wrong(source, copier);
  if (w === 0) return 0;
  const share = Math.min(1, Math.max(SHARE_MIN, usualShare(table, source, copier)));
  return tailLog10(table.same(source, copier), w, share);
}

/** What somebody with the copier's share of wrong answers shares with the source: a parabola through all others. */
function usualShare(table: Table, source: number, copier: number): number {
  const points: [x: number, y: number][] = [];
  for (let j = 0; j < table.size; j++) {
    const w = table.wrong(source, j);
    if (j !== source && j !== copier && w > 0) points.push([table.ease[j] ?? 0, table.same(source, j) / w]);
  }
  const mean = points.reduce((sum, [, y]) => sum + y, 0) / Math.max(1, points.length);
  const fitted = parabola(points);
  if (fitted === null) return mean;
  // Beyond what was seen a parabola says anything.
  const [lowest, highest] = [Math.min(...points.map(([x]) => x)), Math.max(...points.map(([x]) => x))];
  const x = Math.min(highest, Math.max(lowest, table.ease[copier] ?? 0));
  return Math.max(mean, fitted[0] + fitted[1] * x + fitted[2] * x * x);
}

/** Least squares; null: all lie at fewer than three places. */
function parabola(points: readonly (readonly [x: number, y: number])[]): readonly [number, number, number] | null {
  const s = [0, 0, 0, 0, 0];
  const t = [0, 0, 0];
  for (const [x, y] of points) {
    for (let k = 0; k < 5; k++) s[k] = (s[k] ?? 0) + x ** k;
    for (let k = 0; k < 3; k++) t[k] = (t[k] ?? 0) + y * x ** k;
  }
  const [n = 0, sx = 0, sxx = 0, s3 = 0, s4 = 0] = s;
  const det = (m: readonly [number, number, number][]): number => {
    const [[a, b, c], [d, e, f], [g, h, i]] = m as [
      [number, number, number],
      [number, number, number],
      [number, number, number],
    ];
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  };
  const rows: [number, number, number][] = [
    [n, sx, sxx],
    [sx, sxx, s3],
    [sxx, s3, s4],
  ];
  const whole = det(rows);
  if (Math.abs(whole) < 1e-9) return null;
  const solved = [0, 1, 2].map(
    (k) =>
      det(rows.map((row, r) => row.map((v, c) => (c === k ? (t[r] ?? 0) : v)) as [number, number, number])) / whole,
  );
  return [solved[0] ?? 0, solved[1] ?? 0, solved[2] ?? 0];
}
