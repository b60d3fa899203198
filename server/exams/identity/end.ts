/** How what a sitting asked of who sits comes to its end. Each in the caller's transaction, under the sitting's lock. */
import type { Queryable } from '../../db/pool.ts';
import type { HandedInBy } from '../sitting.ts';
import { addEvent } from '../sittings/store.ts';
import { isUnknown, type ProofOutcome, type SittingProof, wasOwed } from './points.ts';
import { askSupervisor, endProof, proofsOf } from './store.ts';

/**
 * Handed in: what was asked and not done is missed, and the rest is asked no more. Whoever sends nothing until the
 * clock hands in is asked for no face: what was owed until then is for a supervisor, as what is missed.
 */
export async function endIdentity(q: Queryable, sittingId: string, at: number, by: HandedInBy): Promise<void> {
  for (const proof of await proofsOf(q, sittingId)) {
    if (proof.outcome !== null) continue;
    await endProof(q, sittingId, proof.nth, proof.askedAt === null ? 'notAsked' : 'missed', at);
    if (wasOwed(proof, at, by)) await supervise(q, sittingId, at);
  }
}

export async function conclude(
  q: Queryable,
  sittingId: string,
  { nth, point }: SittingProof,
  outcome: ProofOutcome,
  at: number,
): Promise<void> {
  await endProof(q, sittingId, nth, outcome, at);
  await addEvent(q, sittingId, { kind: 'faceEnded', facts: { point, outcome }, at });
  if (isUnknown(outcome)) await supervise(q, sittingId, at);
}

/** Noted once: somebody is to confirm who sits. */
export async function supervise(q: Queryable, sittingId: string, at: number): Promise<void> {
  if (await askSupervisor(q, sittingId, at)) await addEvent(q, sittingId, { kind: 'supervisorAsked', facts: {}, at });
}
