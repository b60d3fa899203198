/**
 * Hands in what is past its deadline. Guarantees: several processes do it at once and none does it twice (a
 * sitting that another has in hand is skipped); one that fails keeps none of the others from being handed in.
 */
import { transaction } from '../../db/pool.ts';
import type { ExamsDeps } from '../contract.ts';
import { decide } from '../sitting.ts';
import { findExam } from '../store.ts';
import { handIn } from './handIn.ts';
import { lockDue, sittingOf } from './store.ts';

/** In one run; what is left is due in the next one. */
const RUN_MAX = 2000;

/** @returns how many were handed in. */
export async function handInDue(deps: ExamsDeps): Promise<number> {
  const failed: string[] = [];
  let done = 0;
  while (done + failed.length < RUN_MAX) {
    let id: string | null = null;
    try {
      const found = await transaction(deps.db, async (q) => {
        const at = deps.now();
        const row = await lockDue(q, at, failed);
        if (row === null) return false;
        id = row.id;
        const exam = await findExam(q, row.examId);
        const decided = decide(sittingOf(row), { kind: 'expire' }, at);
        if (exam === null || !('next' in decided) || decided.next.phase !== 'handedIn') {
          throw new Error('a sitting that is due cannot be handed in');
        }
        await handIn(q, deps, exam, row, decided.next);
        return true;
      });
      if (!found) break;
      done += 1;
    } catch (err) {
      // Without a sitting in hand it is the database that fails: the next run tries again.
      if (id === null) throw err;
      failed.push(id);
      deps.log.error({ sitting: id, err }, 'a sitting could not be handed in by the clock');
    }
  }
  return done;
}
