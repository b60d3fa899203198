/**
 * Leaves: the exact bytes that the ledger seals, one line of JSON with a fixed key order.
 *
 * Guarantees: one spelling for one meaning (`parseLeaf` accepts only what the writer of
 * its kind writes), under 64 KiB as tlog-tiles demands, and nothing personal: the trainee stands as
 * SHA-256(salt ‖ personKey), and erasing the salt unlinks the leaf from the person.
 *
 * `creditedMs` are the credited seconds × 1000, whole, so that sums are exact.
 * `evidence.chain` is the hash chain (chain.ts) over the person's event lines up to and
 * including `evidence.ordinal`: it commits to everything the detector had folded.
 *
 * @example {"kind":"credit","v":1,"trainee":"9f…","class":"c1","lesson":"l1","session":"s1","from":1767225600000,"to":1767225612345,"creditedMs":12345,"policy":"ab…","detector":"1","evidence":{"ordinal":7,"chain":"cd…"}}
 */
import { createHash } from 'node:crypto';
import { type ExamLeaf, examLeaf } from './examLeaf.ts';
import { expect, isCount, isHash, isId, LeafError } from './fields.ts';
import { type OutsideLeaf, outsideLeaf } from './outsideLeaf.ts';
import { type PracticeLeaf, practiceLeaf } from './practiceLeaf.ts';

export { LeafError } from './fields.ts';

export interface Credit {
  /** Pseudonym, hex: see `pseudonym`. */
  readonly trainee: string;
  readonly class: string;
  readonly lesson: string;
  readonly session: string;
  /** Server wall time, ms since the epoch. */
  readonly from: number;
  readonly to: number;
  /** Whole ms credited; at most `to − from`. */
  readonly creditedMs: number;
  /** Hex SHA-256 of the policy's bytes. */
  readonly policy: string;
  readonly detector: string;
  readonly evidence: { readonly ordinal: number; readonly chain: string };
}

export interface CreditLeaf extends Credit {
  readonly kind: 'credit';
  readonly v: 1;
}
export type Leaf = CreditLeaf | ExamLeaf | PracticeLeaf | OutsideLeaf;

/** Hex SHA-256(salt ‖ personKey): the trainee's name in leaves. */
export function pseudonym(salt: Buffer, personKey: string): string {
  return createHash('sha256').update(salt).update(personKey).digest('hex');
}

/** The leaf's exact text. Throws `LeafError` on a value that may not be sealed. */
export function creditLeaf(credit: Credit): string {
  const { from, to, creditedMs, evidence } = credit;
  for (const key of ['trainee', 'policy'] as const) expect(isHash(credit[key]), key);
  for (const key of ['class', 'lesson', 'session', 'detector'] as const) expect(isId(credit[key]), key);
  expect(isCount(from), 'from');
  expect(isCount(to) && to >= from, 'to');
  expect(isCount(creditedMs) && creditedMs <= to - from, 'creditedMs');
  expect(isCount(evidence.ordinal), 'evidence.ordinal');
  expect(isHash(evidence.chain), 'evidence.chain');
  return JSON.stringify({
    kind: 'credit',
    v: 1,
    trainee: credit.trainee,
    class: credit.class,
    lesson: credit.lesson,
    session: credit.session,
    from,
    to,
    creditedMs,
    policy: credit.policy,
    detector: credit.detector,
    evidence: { ordinal: evidence.ordinal, chain: evidence.chain },
  });
}

/** Reads a leaf. Throws `LeafError` unless writing it again gives the same bytes. */
export function parseLeaf(text: string): Leaf {
  const leaf = parsed(text);
  let written: string;
  try {
    written = writtenLeaf(leaf);
  } catch (error) {
    if (error instanceof LeafError) throw error;
    throw new LeafError('a leaf is a JSON object of its kind');
  }
  if (written !== text) throw new LeafError('a leaf has one spelling: fixed keys in fixed order');
  return leaf;
}

function writtenLeaf(leaf: Leaf): string {
  switch (leaf.kind) {
    case 'credit':
      return creditLeaf(leaf);
    case 'exam':
      return examLeaf(leaf);
    case 'practice':
      return practiceLeaf(leaf);
    case 'outside':
      return outsideLeaf(leaf);
    default:
      leaf satisfies never;
      throw new LeafError('a leaf of no kind that is known');
  }
}

function parsed(text: string): Leaf {
  try {
    // Believed only after it was written again, byte for byte.
    return Object.freeze(JSON.parse(text) as Leaf);
  } catch {
    throw new LeafError('a leaf is one line of JSON');
  }
}
