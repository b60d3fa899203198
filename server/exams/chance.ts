/** The little statistics of rules over pairs of candidates. Pure. */

/** Holm (1979): the smallest chance against alpha / n, the next against alpha / (n − 1), until one does not pass. */
export function holm<P extends { readonly chanceLog10: number }>(
  pairs: readonly P[],
  alpha: number,
  /** How many were held against chance, where not all of them are here. */
  of: number = pairs.length,
): readonly (P & { readonly limitLog10: number })[] {
  const named: (P & { readonly limitLog10: number })[] = [];
  for (const [i, pair] of pairs.toSorted((one, other) => one.chanceLog10 - other.chanceLog10).entries()) {
    const limitLog10 = Math.log10(alpha / Math.max(1, of - i));
    if (pair.chanceLog10 > limitLog10) break;
    named.push({ ...pair, limitLog10 });
  }
  return named;
}

/** log10 of the chance of `hits` or more of `of`, each with `chance`. */
export function tailLog10(hits: number, of: number, chance: number): number {
  if (hits <= 0 || chance >= 1) return 0;
  const terms: number[] = [];
  let choose = 0;
  for (let k = 0; k <= of; k++) {
    if (k > 0) choose += Math.log(of - k + 1) - Math.log(k);
    if (k >= hits) terms.push(choose + k * Math.log(chance) + (of - k) * Math.log1p(-chance));
  }
  const largest = Math.max(...terms);
  return Math.min(0, (largest + Math.log(terms.reduce((sum, one) => sum + Math.exp(one - largest), 0))) / Math.LN10);
}

/**
 * Fisher's exact test, one-sided: log10 of the chance that of all `hits + otherHits` so many or more fall to the
 * first `of`, where it makes no difference.
 */
export function fisherLog10(hits: number, of: number, otherHits: number, otherOf: number): number {
  const all = hits + otherHits;
  const terms: number[] = [];
  for (let k = hits; k <= Math.min(of, all); k++) {
    if (all - k > otherOf) continue;
    terms.push(chooseLog(of, k) + chooseLog(otherOf, all - k) - chooseLog(of + otherOf, all));
  }
  if (terms.length === 0) return 0;
  const largest = Math.max(...terms);
  return Math.min(0, (largest + Math.log(terms.reduce((sum, one) => sum + Math.exp(one - largest), 0))) / Math.LN10);
}

function chooseLog(of: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i++) sum += Math.log(of - k + i) - Math.log(i);
  return sum;
}
