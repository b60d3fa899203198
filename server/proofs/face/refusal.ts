/** What a failed check tells the judge: why, how far apart the faces were, and the limit. No picture, no descriptor. */
import type { FaceRefusal } from '../../../detector/index.ts';
import type { Judgement } from './judge.ts';
import { defaultFacePolicy, type FacePolicy } from './policy.ts';

/** Distances are told in thousandths: evidence holds whole numbers. */
const PER = 1_000;

export function refusalOf(
  { outcome, reasons, distance }: Pick<Judgement, 'outcome' | 'reasons' | 'distance'>,
  { mismatchDistance }: FacePolicy = defaultFacePolicy,
): FaceRefusal {
  return {
    why: outcome === 'mismatch' ? 'otherPerson' : 'notLive',
    ...(distance === null ? {} : { distance: Math.round(distance * PER) }),
    limit: Math.round(mismatchDistance * PER),
    reasons: [...new Set(reasons.map(({ code }) => code))],
  };
}
