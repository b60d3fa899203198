/**
 * Leaves a result of an exam to the ledger. Guarantees: in the caller's transaction, so that a result without a
 * leaf is never committed; a correction names the very bytes of the leaf that it corrects.
 */
import { hashOf } from '../../../ledger/canonical.ts';
import { type ExamResult, examLeaf, reasonHash } from '../../../ledger/examLeaf.ts';
import { pseudonym } from '../../../ledger/leaf.ts';
import { leafHash } from '../../../ledger/tree.ts';
import type { Queryable } from '../../db/pool.ts';
import { fail } from '../../errors.ts';
import type { Sealing } from '../../exams/contract.ts';
import { saltsFor } from '../store.ts';
import { examLeafIn } from './join.ts';
import { addPendingResult, findLeafOfResult, proofsOfSitting } from './store.ts';

export async function leaveResult(q: Queryable, sealing: Sealing): Promise<void> {
  const { personKey, result } = sealing;
  const salt = (await saltsFor(q, [personKey])).get(personKey) ?? fail('internal');
  const corrected = result.corrects === null ? null : await correctedBy(q, result.corrects);
  const leaf = examLeaf({
    trainee: pseudonym(salt, personKey),
    class: sealing.classId,
    exam: sealing.examId,
    sitting: sealing.sittingId,
    attempt: sealing.attempt,
    revision: corrected === null ? 1 : corrected.revision + 1,
    corrects: corrected === null ? null : corrected.hash,
    from: sealing.openedAt,
    to: sealing.handedInAt,
    at: result.at,
    paper: result.paperHash,
    answers: result.answersHash,
    score: result.score,
    passed: result.passed,
    policy: result.termsHash,
    proofs: await proofsOfSitting(q, sealing.sittingId),
    ...explained(result),
  });
  await addPendingResult(q, personKey, result.id, leaf);
}

async function correctedBy(q: Queryable, resultId: string): Promise<{ revision: number; hash: string }> {
  const text = await findLeafOfResult(q, resultId);
  const leaf = text === null ? null : examLeafIn(text);
  // Its leaf was set aside in doubt: a person looks (`npm run verify`) before anything is built on it.
  if (text === null || leaf === null) throw new Error(`result ${resultId} has no leaf that a correction could name`);
  return { revision: leaf.revision, hash: leafHash(Buffer.from(text)).toString('hex') };
}

/** Of a correction: why and by whom. */
function explained({ id, reason, byPerson }: Sealing['result']): Pick<ExamResult, 'reason' | 'author'> {
  return reason === null || byPerson === null ? {} : { reason: reasonHash(id, reason), author: hashOf(byPerson) };
}
