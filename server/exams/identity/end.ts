/** How what a sitting asked of who sits comes to its end. Each in the caller's transaction, under the sitting's lock. */
import type { Queryable } from '../../db/pool.ts';
import { addEvent } from '../sittings/store.ts';
import { isUnknown, type ProofOutcome, type SittingProof } from './points.ts';
import { askSupervisor, endProof, proofsOf } from './store.ts';

/** Handed in, by whomever: what was asked and not done is missed, and the rest is asked no more. */
export async function endIdentity(q: Queryable, sittingId: string, at: number): Promise<void> {
  for (const { nth, askedAt, outcome } of await proofsOf(q, sittingId)) {
    if (outcome !== null) continue;
    await endProof(q, sittingId, nth, askedAt === null ? 'notAsked' : 'missed', at);
    if (askedAt !== null) await supervise(q, sittingId, at);
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
