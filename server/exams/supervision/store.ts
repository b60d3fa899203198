/** Drawings of supervisors at rest. Guarantees: only ever added to; who was drawn last supervises. */
import type { Queryable } from '../../db/pool.ts';

/** null: nobody was drawn. */
export async function supervisorOf(q: Queryable, examId: string): Promise<string | null> {
  const { rows } = await q.query<{ drawn: string }>(
    'select drawn from supervision_draws where exam_id = $1 order by nth desc limit 1',
    [examId],
  );
  return rows[0]?.drawn ?? null;
}
