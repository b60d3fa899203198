/**
 * What a sitting asks of who sits, at rest. Guarantees: what one came to is written once; each that was asked has a
 * name for the leaf, which is of no use anywhere else.
 */
import { randomBytes } from 'node:crypto';
import type { Queryable } from '../../db/pool.ts';
import type { Planned, ProofOutcome, SittingProof } from './points.ts';

const columns = 'nth, kind, point, due_ms as "dueAt", asked_ms as "askedAt", outcome';

export async function proofsOf(q: Queryable, sittingId: string): Promise<readonly SittingProof[]> {
  const { rows } = await q.query<SittingProof>(
    `select ${columns} from sitting_proofs where sitting_id = $1 order by nth`,
    [sittingId],
  );
  return rows;
}

export async function planProofs(q: Queryable, sittingId: string, planned: readonly Planned[]): Promise<void> {
  for (const { point, dueAt } of planned) {
    await q.query(
      `insert into sitting_proofs (sitting_id, nth, kind, point, due_ms)
       select $1, coalesce(max(nth), 0) + 1, 'face', $2, $3 from sitting_proofs where sitting_id = $1`,
      [sittingId, point, dueAt],
    );
  }
}

export async function markAsked(q: Queryable, sittingId: string, nth: number, at: number): Promise<void> {
  await q.query('update sitting_proofs set asked_ms = $3, id = $4 where sitting_id = $1 and nth = $2', [
    ...[sittingId, nth, at, nameOfProof()],
  ]);
}

export async function endProof(
  q: Queryable,
  sittingId: string,
  nth: number,
  outcome: ProofOutcome,
  at: number,
): Promise<void> {
  await q.query(
    'update sitting_proofs set outcome = $3, ended_ms = $4 where sitting_id = $1 and nth = $2 and outcome is null',
    [sittingId, nth, outcome, at],
  );
}

/** Somebody is to confirm who sits. @returns false: that is noted already */
export async function askSupervisor(q: Queryable, sittingId: string, at: number): Promise<boolean> {
  const { rowCount } = await q.query(
    `insert into sitting_proofs (sitting_id, nth, kind, point, id, asked_ms, outcome, ended_ms)
     select $1, coalesce(max(nth), 0) + 1, 'supervisor', 'instead', $3, $2, 'asked', $2
       from sitting_proofs where sitting_id = $1
     having count(*) filter (where kind = 'supervisor') = 0`,
    [sittingId, at, nameOfProof()],
  );
  return rowCount === 1;
}

/** Hex, as long as a SHA-256, so that nothing of a check can be told from it. */
const nameOfProof = (): string => randomBytes(32).toString('hex');

export async function notePage(q: Queryable, sittingId: string, showsFace: boolean): Promise<void> {
  await q.query(
    `insert into sitting_pages (sitting_id, shows_face) values ($1, $2)
     on conflict (sitting_id) do update set shows_face = excluded.shows_face`,
    [sittingId, showsFace],
  );
}

export async function pageShows(q: Queryable, sittingId: string): Promise<boolean> {
  const { rowCount } = await q.query('select 1 from sitting_pages where sitting_id = $1 and shows_face', [sittingId]);
  return rowCount === 1;
}
