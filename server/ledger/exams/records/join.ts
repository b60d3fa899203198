/**
 * Whether a leaf of a practice, or of another body's result, joins what is stored of it: the row, and the text that
 * was entered, by its hash. Pure.
 */
import { type Leaf, LeafError, parseLeaf } from '../../../../ledger/leaf.ts';
import type { OutsideLeaf } from '../../../../ledger/outsideLeaf.ts';
import type { PracticeLeaf } from '../../../../ledger/practiceLeaf.ts';
import { leafHash } from '../../../../ledger/tree.ts';

interface Stored {
  readonly person: string;
  readonly class: string;
  readonly at: number;
  readonly passed: boolean;
  /** What the stored text comes to. */
  readonly record: string;
  /** The record that it corrects; null: it is the first. */
  readonly corrects: string | null;
  /** That one's leaf, sealed or pending; null: there is none. */
  readonly corrected: string | null;
  readonly correctedPerson: string | null;
}

export interface StoredPractice extends Stored {
  readonly kind: 'practice';
  readonly exam: string;
  readonly sitting: string;
  readonly attempt: number;
  readonly score: number;
  /** What the terms that are stored come to. */
  readonly policy: string;
  /** Hash of the examiner's account. */
  readonly examiner: string;
  /** The theory's result, its sitting, and its leaf (null: there is none). */
  readonly theory: string;
  readonly theorySitting: string;
  readonly theoryLeaf: string | null;
}

export interface StoredOutside extends Stored {
  readonly kind: 'outside';
  readonly assessment: string;
  readonly issuer: string;
  readonly issued: string;
  readonly document: string;
}

export type StoredRecord = StoredPractice | StoredOutside;

/** In words; empty: it joins. */
export function recordContradictions(leaf: PracticeLeaf | OutsideLeaf, person: string, stored: StoredRecord): string[] {
  const found = stored.person === person ? [] : ['the record is another person’s'];
  if (leaf.kind === 'practice') {
    if (stored.kind !== 'practice') return [...found, 'is of a practice, and the record of another body’s result'];
    const same = [
      'class',
      'exam',
      'sitting',
      'attempt',
      'at',
      'score',
      'passed',
      'policy',
      'record',
      'examiner',
    ] as const;
    return [...found, ...differing(same, leaf, stored), ...theoryOf(leaf, stored), ...correctionOf(leaf, stored)];
  }
  if (stored.kind !== 'outside') return [...found, 'is of another body’s result, and the record of a practice'];
  const same = ['class', 'assessment', 'issuer', 'issued', 'document', 'at', 'passed', 'record'] as const;
  return [...found, ...differing(same, leaf, stored), ...correctionOf(leaf, stored)];
}

function differing<K extends string>(
  keys: readonly K[],
  leaf: Readonly<Record<K, unknown>>,
  stored: Readonly<Record<K, unknown>>,
): string[] {
  return keys
    .filter((key) => leaf[key] !== stored[key])
    .map((key) => `says ${key} ${leaf[key]}, the record comes to ${stored[key]}`);
}

function theoryOf(leaf: PracticeLeaf, { theory, theorySitting, theoryLeaf, sitting }: StoredPractice): string[] {
  if (theorySitting !== sitting) return [`rests on the theory of sitting ${theorySitting}`];
  if (theoryLeaf === null) return [`rests on theory ${theory}, which has no leaf`];
  return hashOfLeaf(theoryLeaf) === leaf.theory ? [] : [`rests on another leaf than that of theory ${theory}`];
}

function correctionOf(leaf: PracticeLeaf | OutsideLeaf, stored: StoredRecord): string[] {
  const { corrects, corrected, correctedPerson, person } = stored;
  if (corrects === null) return leaf.revision === 1 ? [] : ['corrects, and the record corrects nothing'];
  if (leaf.corrects === null) return [`corrects nothing, and the record corrects ${corrects}`];
  if (corrected === null) return [`corrects ${corrects}, which has no leaf`];
  if (hashOfLeaf(corrected) !== leaf.corrects) return [`corrects another leaf than that of ${corrects}`];
  const before = leafIn(corrected);
  if (before?.kind !== leaf.kind) return ['corrects a leaf of another kind'];
  if (correctedPerson !== person || before.class !== leaf.class) return ['corrects a leaf of somebody else'];
  if (before.kind === 'practice' && leaf.kind === 'practice') {
    if (before.sitting !== leaf.sitting) return [`corrects a leaf of sitting ${before.sitting}`];
    if (before.attempt !== leaf.attempt) return [`corrects a leaf of attempt ${before.attempt}`];
  }
  return before.revision === leaf.revision - 1 ? [] : [`is revision ${leaf.revision} and corrects ${before.revision}`];
}

export const hashOfLeaf = (leaf: string): string => leafHash(Buffer.from(leaf)).toString('hex');

/** null: it is none. */
export function leafIn(text: string): Leaf | null {
  try {
    return parseLeaf(text);
  } catch (error) {
    if (error instanceof LeafError) return null;
    throw error;
  }
}
