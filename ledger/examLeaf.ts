/**
 * A leaf of an exam's result, and what its hashes are of.
 *
 * `paper` and `policy` are hashes of the paper's and the terms' stored texts; `answers` that of everything the
 * candidate saved (`answersHash`). So whoever is shown paper, answers and terms can grade again and knows that
 * nothing was changed since, and whoever is not learns nothing of them.
 *
 * Revision 1 is what the sitting came to when it was handed in. A correction is the next revision of the same
 * sitting, and `corrects` is the tree's hash (`leafHash`) of the leaf that it corrects: it names these bytes,
 * wherever in whichever year's tree they stand. Version 2 is of corrections: `reason` and `author` are hashes of why
 * and by whom it was corrected (`reasonHash`, and the account's). Corrections of before are of version 1.
 *
 * @example {"kind":"exam","v":1,"trainee":"9f…","class":"c1","exam":"e1","sitting":"s1","attempt":1,"revision":1,"corrects":null,"from":1767225600000,"to":1767229200000,"at":1767229200000,"paper":"ab…","answers":"cd…","score":85,"passed":true,"policy":"ef…","proofs":[]}
 */
import { canonical, hashOf } from './canonical.ts';
import { expect, isCount, isHash, isId } from './fields.ts';

/** A proof of presence that was given in the sitting. */
export interface ExamProof {
  /** Like `face` or `supervisor`. */
  readonly kind: string;
  readonly id: string;
  readonly outcome: string;
}

export interface ExamResult {
  /** Pseudonym, hex: see `pseudonym`. */
  readonly trainee: string;
  readonly class: string;
  readonly exam: string;
  readonly sitting: string;
  /** The trainee's how manyth sitting of this exam, from 1. */
  readonly attempt: number;
  /** From 1; each correction is one more. */
  readonly revision: number;
  readonly corrects: string | null;
  /** When it was opened, handed in, and when this came of it: server wall time, ms since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly paper: string;
  readonly answers: string;
  /** Whole points of 100. */
  readonly score: number;
  readonly passed: boolean;
  readonly policy: string;
  readonly proofs: readonly ExamProof[];
  /** Of a correction, version 2: both, or neither. */
  readonly reason?: string;
  readonly author?: string;
}

export interface ExamLeaf extends ExamResult {
  readonly kind: 'exam';
  readonly v: 1 | 2;
}

/** Many times what a sitting asks for; a leaf stays far under the 64 KiB of tlog-tiles. */
const PROOFS_MAX = 64;

/** The leaf's exact text. Throws `LeafError` on a value that may not be sealed. */
export function examLeaf(result: ExamResult): string {
  const { attempt, revision, corrects, from, to, at, score, passed, proofs } = result;
  for (const key of ['trainee', 'paper', 'answers', 'policy'] as const) expect(isHash(result[key]), key);
  for (const key of ['class', 'exam', 'sitting'] as const) expect(isId(result[key]), key);
  expect(isCount(attempt) && attempt > 0, 'attempt');
  expect(isCount(revision) && revision > 0, 'revision');
  expect(revision === 1 ? corrects === null : isHash(corrects), 'corrects');
  // In any order: processes whose clocks differ must not keep a sitting from being handed in.
  for (const [key, moment] of Object.entries({ from, to, at })) expect(isCount(moment), key);
  expect(isCount(score) && score <= 100, 'score');
  expect(typeof passed === 'boolean', 'passed');
  expect(Array.isArray(proofs) && proofs.length <= PROOFS_MAX, 'proofs');
  for (const proof of proofs) expect(isId(proof.kind) && isId(proof.id) && isId(proof.outcome), 'proofs');
  const { reason, author } = result;
  const explained = reason !== undefined || author !== undefined;
  if (explained) expect(revision > 1 && isHash(reason) && isHash(author), 'reason');
  return JSON.stringify({
    kind: 'exam',
    v: explained ? 2 : 1,
    trainee: result.trainee,
    class: result.class,
    exam: result.exam,
    sitting: result.sitting,
    attempt,
    revision,
    corrects,
    from,
    to,
    at,
    paper: result.paper,
    answers: result.answers,
    score,
    passed,
    policy: result.policy,
    proofs: proofs.map(({ kind, id, outcome }) => ({ kind, id, outcome })),
    ...(explained ? { reason, author } : {}),
  });
}

/** Why a result was corrected, by the result's id: the same words of two corrections have two hashes, and cannot be guessed. */
export const reasonHash = (resultId: string, reason: string): string => hashOf(canonical([resultId, reason]));

/** One answer as it was saved. */
export interface Answered {
  /** In the order of saving, from 1 without a gap. */
  readonly seq: number;
  /** The item's place in the paper. */
  readonly n: number;
  readonly given: unknown;
  /** How long the candidate had the item before the eyes, by the page's word, ms. */
  readonly tookMs: number;
  /** Server time, ms since the epoch. */
  readonly at: number;
}

/** Names everything that was saved, changed answers and times too. */
export function answersHash(answers: readonly Answered[]): string {
  const inOrder = answers
    .toSorted((one, other) => one.seq - other.seq)
    .map(({ seq, n, given, tookMs, at }) => ({ seq, n, given, tookMs, at }));
  return hashOf(canonical(inOrder));
}
