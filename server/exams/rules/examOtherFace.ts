/**
 * Faces in a sitting that were another person's, or no live one doing what was asked. Told as soon as there are so
 * many as the exam's terms say, by what each check came to; a check that nobody did, or that showed nothing, never
 * counts. Pure. The limits of the comparison go with it, so that a person can weigh what was seen.
 */
import type { SittingProof } from '../identity/points.ts';
import type { Facts } from './rule.ts';

export interface FaceLimits {
  /** Of the last check, median over its frames; null: none could be compared. */
  readonly distance: number | null;
  readonly passDistance: number;
  readonly mismatchDistance: number;
}

/** `null`: not so many. @param limit of the exam's terms */
export function otherFace(
  proofs: readonly SittingProof[],
  limit: number,
  { distance, passDistance, mismatchDistance }: FaceLimits,
): Facts | null {
  const of = (outcome: SittingProof['outcome']): number => proofs.filter((one) => one.outcome === outcome).length;
  const [mismatches, failures] = [of('mismatch'), of('failed')];
  if (mismatches + failures < limit) return null;
  return {
    ...{ mismatches, failures, limit, passes: of('passed'), passDistance, mismatchDistance },
    ...(distance === null ? {} : { distance: Math.round(distance * 1000) / 1000 }),
  };
}
