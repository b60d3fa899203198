/**
 * When a sitting asks who sits, and what follows from the answers. Pure: the randomness is handed in. Guarantees:
 * nobody but the server knows the random moments beforehand; once a face cannot be asked for any more in a
 * sitting (declined, no camera, consent withdrawn), no further one is; nothing but judged checks ever counts
 * against anybody.
 */
import type { HandedInBy } from '../sitting.ts';
import type { FaceTerms } from '../terms.ts';

/** `again`: soon after a face that was another person's. `instead`: of a supervisor, where no face can be asked. */
export type Point = 'start' | 'random' | 'again' | 'handIn' | 'instead';

export type ProofOutcome =
  | 'passed'
  | 'mismatch'
  | 'failed'
  | 'unclear'
  | 'missed'
  | 'declined'
  | 'noCamera'
  | 'unconsented'
  | 'asked'
  | 'notAsked';

/** What is to be asked, or was. */
export interface SittingProof {
  readonly nth: number;
  readonly kind: 'face' | 'supervisor';
  readonly point: Point;
  /** `null`: at the hand-in. */
  readonly dueAt: number | null;
  readonly askedAt: number | null;
  readonly outcome: ProofOutcome | null;
}

export type Planned = Pick<SittingProof, 'point' | 'dueAt'>;

/** Of the sitting's time, the first and the last tenth have checks of their own. */
const EDGE_SHARE = 0.1;
/** After a face that was another person's: soon, and not at once. */
const AGAIN_MIN_MS = 60_000;
const AGAIN_SPREAD_MS = 180_000;

/**
 * Random moments lie one in each of equal parts of the time between, so that no long stretch is without one.
 * @param random 0 to 1
 */
export function planOf(
  { atStart, atRandom, atHandIn }: FaceTerms,
  openedAt: number,
  deadlineAt: number,
  random: () => number,
): readonly Planned[] {
  const length = deadlineAt - openedAt;
  const part = (length * (1 - 2 * EDGE_SHARE)) / Math.max(1, atRandom);
  const dueAt = (i: number): number => Math.round(openedAt + length * EDGE_SHARE + part * (i + random()));
  return [
    ...(atStart ? [{ point: 'start', dueAt: openedAt } as const] : []),
    ...Array.from({ length: atRandom }, (_, i) => ({ point: 'random', dueAt: dueAt(i) }) as const),
    ...(atHandIn ? [{ point: 'handIn', dueAt: null } as const] : []),
  ];
}

export function againAt(at: number, random: () => number): number {
  return Math.round(at + AGAIN_MIN_MS + AGAIN_SPREAD_MS * random());
}

/** What was asked and has no end yet. */
export function openOf(proofs: readonly SittingProof[]): SittingProof | null {
  return proofs.find(({ askedAt, outcome }) => askedAt !== null && outcome === null) ?? null;
}

export interface Due {
  readonly proof: SittingProof;
  /** Due as well: one check answers them all. */
  readonly merged: readonly SittingProof[];
}

/** What is to be asked now. */
export function dueOf(proofs: readonly SittingProof[], at: number, handingIn: boolean): Due | null {
  const due = proofs.filter(
    ({ askedAt, outcome, dueAt }) => askedAt === null && outcome === null && (dueAt === null ? handingIn : dueAt <= at),
  );
  const proof = due.at(-1);
  return proof === undefined ? null : { proof, merged: due.slice(0, -1) };
}

/** The check of the hand-in, as long as it was not asked. */
export function atHandIn(proofs: readonly SittingProof[]): SittingProof | null {
  return (
    proofs.find(
      ({ dueAt, askedAt, outcome, kind }) => kind === 'face' && dueAt === null && askedAt === null && outcome === null,
    ) ?? null
  );
}

/** Of a sitting that ends: whether this was to be shown until then, and was not. One that was stopped owes no hand-in. */
export function wasOwed({ askedAt, dueAt }: SittingProof, at: number, by: HandedInBy): boolean {
  if (askedAt !== null) return true;
  return dueAt === null ? by === 'clock' : dueAt <= at;
}

/** Whether a face was refused in this sitting, or cannot be had. */
export function turnedAway(proofs: readonly SittingProof[]): boolean {
  return proofs.some(({ outcome }) => outcome === 'declined' || outcome === 'noCamera' || outcome === 'unconsented');
}

/** Whether somebody else is to confirm who sits, after a face came to this. */
export function isUnknown(outcome: ProofOutcome): boolean {
  switch (outcome) {
    case 'unclear':
    case 'missed':
    case 'declined':
    case 'noCamera':
    case 'unconsented':
    case 'notAsked':
      return true;
    case 'passed':
    case 'mismatch':
    case 'failed':
    case 'asked':
      return false;
    default:
      return outcome satisfies never;
  }
}
