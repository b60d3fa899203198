/**
 * The kinds of proof, as the detector knows them. What a proof consists of (which question,
 * which face action) is the business of its provider on the server.
 */
import type { ProofKind } from './event.ts';

export interface ProofKindUnit {
  /** Counts only as the answer to the proof that was asked; otherwise a person of ours may give it unasked. */
  readonly asked: boolean;
}

export const proofKinds: Readonly<Record<ProofKind, ProofKindUnit>> = {
  question: { asked: true },
  face: { asked: true },
  supervisor: { asked: false },
};
