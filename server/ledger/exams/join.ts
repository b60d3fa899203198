/**
 * Whether an exam's leaf joins what it claims to prove: a result, its sitting and its exam, with the paper, the
 * answers and the terms themselves, not only the hashes that are stored beside them. Pure.
 */
import { canonical } from '../../../ledger/canonical.ts';
import type { ExamLeaf, ExamProof } from '../../../ledger/examLeaf.ts';
import { LeafError, parseLeaf } from '../../../ledger/leaf.ts';
import { leafHash } from '../../../ledger/tree.ts';

/** What is stored of a result. */
export interface StoredResult {
  readonly person: string;
  readonly class: string;
  readonly exam: string;
  readonly sitting: string;
  readonly attempt: number;
  readonly from: number;
  readonly to: number | null;
  readonly at: number;
  readonly score: number;
  readonly passed: boolean;
  /** Hashes of why and by whom it was corrected; null: it is no correction. */
  readonly reason: string | null;
  readonly author: string | null;
  /** The hashes that the result names, and those that what is stored comes to now. */
  readonly named: Hashes;
  readonly come: Hashes;
  /** Of who sat. */
  readonly proofs: readonly ExamProof[];
  /** The result that it corrects; null: it is the first of its sitting. */
  readonly corrects: string | null;
  /** That one's leaf, sealed or pending; null: there is none. */
  readonly corrected: string | null;
}

interface Hashes {
  readonly paper: string;
  readonly answers: string;
  readonly policy: string;
}

/** In words; empty: it joins. */
export function resultContradictions(leaf: ExamLeaf, person: string, stored: StoredResult): string[] {
  const found: string[] = [];
  if (stored.person !== person) found.push('the sitting is another person’s');
  for (const key of ['class', 'exam', 'sitting', 'attempt', 'from', 'to', 'at', 'score', 'passed'] as const) {
    if (leaf[key] !== stored[key]) found.push(`says ${key} ${leaf[key]}, the result ${stored[key]}`);
  }
  for (const key of ['paper', 'answers', 'policy'] as const) {
    const hash = leaf[key];
    if (hash !== stored.named[key]) found.push(`says ${key} ${hash}, the result ${stored.named[key]}`);
    if (hash !== stored.come[key]) found.push(`says ${key} ${hash}, what is stored comes to ${stored.come[key]}`);
  }
  const [said, kept] = [leaf.proofs, stored.proofs].map((proofs) => canonical(proofs));
  if (said !== kept) found.push(`says proofs ${said}, stored are ${kept}`);
  found.push(...correctionOf(leaf, stored));
  // Version 1 does not say why.
  if (leaf.v === 2) {
    for (const key of ['reason', 'author'] as const) {
      if (leaf[key] !== stored[key]) found.push(`says ${key} ${leaf[key]}, the result comes to ${stored[key]}`);
    }
  }
  return found;
}

function correctionOf(leaf: ExamLeaf, { corrects, corrected }: StoredResult): string[] {
  if (corrects === null) return leaf.revision === 1 ? [] : ['corrects, and the result corrects nothing'];
  if (leaf.corrects === null) return [`corrects nothing, and the result corrects ${corrects}`];
  if (corrected === null) return [`corrects ${corrects}, which has no leaf`];
  if (leafHash(Buffer.from(corrected)).toString('hex') !== leaf.corrects) {
    return [`corrects another leaf than that of ${corrects}`];
  }
  const before = examLeafIn(corrected);
  if (before === null) return ['corrects what is no leaf of an exam'];
  if (before.sitting !== leaf.sitting) return [`corrects a leaf of sitting ${before.sitting}`];
  if (before.revision !== leaf.revision - 1) return [`is revision ${leaf.revision} and corrects ${before.revision}`];
  return [];
}

/** null: it is none. */
export function examLeafIn(text: string): ExamLeaf | null {
  try {
    const leaf = parseLeaf(text);
    return leaf.kind === 'exam' ? leaf : null;
  } catch (error) {
    if (error instanceof LeafError) return null;
    throw error;
  }
}
