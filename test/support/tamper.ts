/** What somebody with the database's password can do: triggers and foreign keys are no hindrance to them. */
import { type Db, type Queryable, transaction } from '../../server/db/pool.ts';

export async function tamper(db: Db, work: string | ((q: Queryable) => Promise<unknown>)): Promise<void> {
  await transaction(db, async (q) => {
    await q.query('set local session_replication_role = replica');
    await (typeof work === 'string' ? q.query(work) : work(q));
  });
}
