/**
 * Leaves a practice or another body's result to the ledger. Guarantees: in the caller's transaction, so that a
 * record without a leaf is never committed; a correction names the bytes of the leaf that it corrects, a practice
 * those of its theory's leaf.
 */
import { hashOf } from '../../../../ledger/canonical.ts';
import { pseudonym } from '../../../../ledger/leaf.ts';
import { outsideLeaf } from '../../../../ledger/outsideLeaf.ts';
import { practiceLeaf } from '../../../../ledger/practiceLeaf.ts';
import type { Queryable } from '../../../db/pool.ts';
import { fail } from '../../../errors.ts';
import type { RecordSealing } from '../../../exams/contract.ts';
import { saltsFor } from '../../store.ts';
import { findLeafOfResult } from '../store.ts';
import { hashOfLeaf, leafIn } from './join.ts';
import { addPendingRecord, findLeafOfRecord } from './store.ts';

export async function leaveRecord(q: Queryable, sealing: RecordSealing): Promise<void> {
  const { personKey, id } = sealing;
  const salt = (await saltsFor(q, [personKey])).get(personKey) ?? fail('internal');
  const head = {
    trainee: pseudonym(salt, personKey),
    class: sealing.classId,
    ...(await revisionOf(q, sealing.corrects)),
    record: hashOf(sealing.record),
    passed: sealing.passed,
    at: sealing.at,
  };
  await addPendingRecord(q, personKey, id, await leafOf(q, sealing, head));
}

type Head = Pick<
  Parameters<typeof outsideLeaf>[0],
  'trainee' | 'class' | 'revision' | 'corrects' | 'record' | 'passed' | 'at'
>;

async function leafOf(q: Queryable, sealing: RecordSealing, head: Head): Promise<string> {
  switch (sealing.kind) {
    case 'practice': {
      const { examId: exam, sittingId: sitting, attempt, score, termsHash: policy, byPerson } = sealing;
      const theory = hashOfLeaf(await leafThere(findLeafOfResult(q, sealing.theory)));
      return practiceLeaf({ ...head, exam, sitting, attempt, theory, score, policy, examiner: hashOf(byPerson) });
    }
    case 'outside': {
      const { assessment, issuer, issued, document } = sealing;
      return outsideLeaf({ ...head, assessment, issuer, issued, document });
    }
    default:
      return sealing satisfies never;
  }
}

async function revisionOf(q: Queryable, corrects: string | null): Promise<Pick<Head, 'revision' | 'corrects'>> {
  if (corrects === null) return { revision: 1, corrects: null };
  const text = await leafThere(findLeafOfRecord(q, corrects));
  const leaf = leafIn(text);
  if (leaf?.kind !== 'practice' && leaf?.kind !== 'outside')
    throw new Error('what is corrected has no leaf of a record');
  return { revision: leaf.revision + 1, corrects: hashOfLeaf(text) };
}

/** One that was set aside in doubt is not there: a person looks (`npm run verify`) before anything is built on it. */
async function leafThere(found: Promise<string | null>): Promise<string> {
  return (await found) ?? Promise.reject(new Error('a leaf that must be named is not there'));
}
