/**
 * Whether a stored result is still what its paper and its answers come to. Pure. Guarantees: it is graded again
 * from what is stored, by the same grading; each way of being other has a word. A correction is no tampering: it
 * names the result that it corrects, says why and by whom.
 */
import { answersHash } from '../../ledger/examLeaf.ts';
import { grade, type SavedAnswer } from './grade.ts';
import { type Paper, paperHash } from './paper.ts';
import type { Result } from './store.ts';

export type Tampering = 'paper' | 'answers' | 'answeredAfter' | 'score' | 'correction' | 'missing';

export interface Audited {
  readonly paper: string;
  readonly paperHash: string;
  readonly passMark: number;
  readonly handedInAt: number;
  readonly answers: readonly SavedAnswer[];
  /** The first one first. */
  readonly results: readonly Result[];
}

export function tamperingOf({ paper, passMark, handedInAt, answers, results, ...stored }: Audited): Tampering | null {
  const [first, ...corrections] = results;
  if (first === undefined) return 'missing';
  const hash = paperHash(paper);
  if (hash !== stored.paperHash || hash !== first.paperHash) return 'paper';
  if (answers.some(({ at }) => at > handedInAt)) return 'answeredAfter';
  if (answersHash(answers) !== first.answersHash) return 'answers';
  const again = grade(JSON.parse(paper) as Paper, answers, passMark);
  if (first.score !== again.score || first.passed !== again.passed) return 'score';
  const named = corrections.every(
    ({ corrects, reason, byPerson }, i) => corrects === results[i]?.id && reason !== null && byPerson !== null,
  );
  return named ? null : 'correction';
}
