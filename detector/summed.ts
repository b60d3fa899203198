/** The weak sign of a rule that adds up play: it stands from a sum on, at each beat, until what was told since made it good. */
import type { Judged } from './rule.ts';

/** Hardly ever honest: see `Finding.weak`. */
const POINTS = 2;

export function standing<Memory extends { readonly ms: number }>(
  own: Memory,
  { weakMs }: { readonly weakMs: number },
): Judged<Memory> {
  return own.ms >= weakMs ? { own, finding: { weak: POINTS } } : { own };
}
