/** The little statistics that patterns need. Pure. */

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Of a normal distribution, the standard deviation is so many median absolute deviations. */
const SD_PER_MAD = 1.4826;

/**
 * How many standard deviations a value lies above the others' middle. Medians all the way: the
 * outliers looked for would move a mean and widen a standard deviation until they hide themselves.
 * @param sdMin values closer together than this are no measure of what is far
 */
export function robustScore(value: number, all: readonly number[], sdMin: number): number {
  const middle = median(all);
  const spread = SD_PER_MAD * median(all.map((one) => Math.abs(one - middle)));
  return (value - middle) / Math.max(spread, sdMin);
}

/** log10 of the chance of `hits` or more out of `of`, each with `chance`. */
export function binomialTailLog10(hits: number, of: number, chance: number): number {
  if (hits <= 0) return 0;
  if (chance <= 0) return Number.NEGATIVE_INFINITY;
  if (chance >= 1) return 0;
  // Terms in logarithms: 0.1^200 is no number any more. The largest is taken out before adding.
  const terms: number[] = [];
  let logChoose = 0;
  for (let k = 0; k <= of; k += 1) {
    if (k > 0) logChoose += Math.log(of - k + 1) - Math.log(k);
    if (k >= hits) terms.push(logChoose + k * Math.log(chance) + (of - k) * Math.log1p(-chance));
  }
  const largest = Math.max(...terms);
  return (largest + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - largest), 0))) / Math.LN10;
}
