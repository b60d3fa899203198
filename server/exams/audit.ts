/**
 * Whether a stored result is still what its paper and its answers come to. Pure. Guarantees: it is graded again
 * from what is stored, by the same grading; each way of being other has a word. A correction is no tampering: it
 * names the result that it corrects, says why and by whom.
 */
import { canonical, hashOf } from '../../ledger/canonical.ts';
import { answersHash } from '../../ledger/examLeaf.ts';
import { grade, type SavedAnswer } from './grade.ts';
import { type Paper, paperHash } from './paper.ts';
import { type PracticeRecord, scored } from './practice/mark.ts';
import type { PracticeMark } from './practice/store.ts';
import type { Result } from './store.ts';
import type { PracticeTerms } from './terms.ts';

export type Tampering = 'paper' | 'answers' | 'answeredAfter' | 'score' | 'correction' | 'missing' | 'practice';

export interface Audited {
  readonly paper: string;
  readonly paperHash: string;
  readonly passMark: number;
  readonly handedInAt: number;
  readonly answers: readonly SavedAnswer[];
  /** The first one first. */
  readonly results: readonly Result[];
  readonly practice: PracticeTerms | null;
  readonly marks: readonly Pick<PracticeMark, 'id' | 'record' | 'score' | 'passed'>[];
}

/** Names what is stored of a sitting and what is wrong with it: another name, and people are told again. */
export function stateOf({ paper, answers, results, marks }: Audited, tampering: Tampering): string {
  return hashOf(canonical([tampering, paperHash(paper), answersHash(answers), results, marks]));
}

export function tamperingOf({
  paper,
  passMark,
  handedInAt,
  answers,
  results,
  practice,
  marks,
  ...stored
}: Audited): Tampering | null {
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
  if (!named) return 'correction';
  return marks.every((mark) => isMarkedSo(practice, mark)) ? null : 'practice';
}

function isMarkedSo(asked: PracticeTerms | null, { record, score, passed }: Audited['marks'][number]): boolean {
  if (asked === null) return false;
  const again = scored(asked, (JSON.parse(record) as PracticeRecord).marks);
  return again.score === score && again.passed === passed;
}
