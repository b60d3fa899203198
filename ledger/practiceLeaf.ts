/**
 * A leaf of an exam's practice part, as an examiner marked it on site.
 *
 * `theory` is the tree's hash (`leafHash`) of the leaf of the theory's result that stood when it was marked, a leaf
 * of the same sitting: both passed are the completion of an exam that asks for practice, and either may be
 * corrected after. `record` is the hash of the stored text that was entered: where and when, the points of each
 * criterion, hashes of the evidence, a correction's reason. `examiner` is the hash of the examiner's account.
 *
 * Revision 1 is what was marked; a correction is the next revision of the same attempt and names, in `corrects`,
 * the hash of the leaf that it corrects.
 *
 * @example {"kind":"practice","v":1,"trainee":"9f…","class":"c1","exam":"e1","sitting":"s1","attempt":1,"revision":1,"corrects":null,"theory":"12…","at":1767229200000,"record":"ab…","score":85,"passed":true,"policy":"ef…","examiner":"cd…"}
 */
import { expect, isCount, isHash, isId } from './fields.ts';

export interface PracticeResult {
  /** Pseudonym, hex. */
  readonly trainee: string;
  readonly class: string;
  readonly exam: string;
  readonly sitting: string;
  /** The how manyth practice of this sitting, from 1. */
  readonly attempt: number;
  /** From 1; each correction is one more. */
  readonly revision: number;
  readonly corrects: string | null;
  readonly theory: string;
  /** When it was entered: server wall time, ms since the epoch. */
  readonly at: number;
  readonly record: string;
  /** Whole points of 100. */
  readonly score: number;
  readonly passed: boolean;
  readonly policy: string;
  readonly examiner: string;
}

export interface PracticeLeaf extends PracticeResult {
  readonly kind: 'practice';
  readonly v: 1;
}

/** The leaf's exact text. Throws `LeafError` on a value that may not be sealed. */
export function practiceLeaf(result: PracticeResult): string {
  const { attempt, revision, corrects, at, score, passed } = result;
  for (const key of ['trainee', 'theory', 'record', 'policy', 'examiner'] as const) expect(isHash(result[key]), key);
  for (const key of ['class', 'exam', 'sitting'] as const) expect(isId(result[key]), key);
  expect(isCount(attempt) && attempt > 0, 'attempt');
  expect(isCount(revision) && revision > 0, 'revision');
  expect(revision === 1 ? corrects === null : isHash(corrects), 'corrects');
  expect(isCount(at), 'at');
  expect(isCount(score) && score <= 100, 'score');
  expect(typeof passed === 'boolean', 'passed');
  return JSON.stringify({
    ...{ kind: 'practice', v: 1, trainee: result.trainee, class: result.class, exam: result.exam },
    ...{ sitting: result.sitting, attempt, revision, corrects, theory: result.theory, at, record: result.record },
    ...{ score, passed, policy: result.policy, examiner: result.examiner },
  });
}
