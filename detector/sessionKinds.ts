/** The kinds of session. They share lease, proofs, admission and evidence; what they earn differs. */
import type { SessionKind } from './event.ts';

export interface SessionKindUnit {
  /** Whether media played in it earns credit. */
  readonly credits: boolean;
}

export const sessionKinds: Readonly<Record<SessionKind, SessionKindUnit>> = {
  lesson: { credits: true },
  exam: { credits: false },
};
