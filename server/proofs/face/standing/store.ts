/** What every transaction about one person's faces begins with. */
import type { Queryable } from '../../../db/pool.ts';

/** Two transactions about one person's faces wait for each other. */
export async function alone(q: Queryable, personKey: string): Promise<void> {
  await q.query(`select pg_advisory_xact_lock(hashtextextended('face|' || $1, 0))`, [personKey]);
}

/** Whether a consent stands, and until the transaction's end nobody ends it. */
export async function consented(q: Queryable, personKey: string): Promise<boolean> {
  await alone(q, personKey);
  const { rowCount } = await q.query('select 1 from face_consents where person_key = $1 and ended_ms is null', [
    personKey,
  ]);
  return rowCount === 1;
}

/** Whether consent to this version of the notice stands, and templates that were made between these moments are in use. */
export async function isEnrolled(
  q: Queryable,
  personKey: string,
  notice: string,
  [fromMs, toMs]: readonly [number, number],
): Promise<boolean> {
  const { rowCount } = await q.query(
    `select 1 from face_consents c
      where c.person_key = $1 and c.ended_ms is null and c.notice = $2
        and exists (select 1 from face_templates t
                     where t.person_key = $1 and t.retired_ms is null
                       and t.made_ms between $3 and $4)`,
    [personKey, notice, fromMs, toMs],
  );
  return rowCount === 1;
}
