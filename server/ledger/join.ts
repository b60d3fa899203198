/**
 * Whether a leaf joins what it claims to prove: a span, a session, a head and an event; or an exam's
 * result; or a record beside exams. Pure.
 * Guarantees: what is said is about this leaf alone, never about the tree.
 */
import { type CreditLeaf, type Leaf, LeafError, parseLeaf, pseudonym } from '../../ledger/leaf.ts';
import { resultContradictions, type StoredResult } from './exams/join.ts';
import { recordContradictions, type StoredRecord } from './exams/records/join.ts';

/** What a leaf is of: exactly one of the three is there. */
export interface Subject {
  readonly person: string;
  readonly spanId: number | null;
  readonly resultId: string | null;
  /** Of a practice or of another body's result. */
  readonly recordId: string | null;
}

/** @example 'span ann/3', 'result 7d…', 'record 7d…' */
export function subjectName({ person, spanId, resultId, recordId }: Subject): string {
  if (recordId !== null) return `record ${recordId}`;
  return resultId === null ? `span ${person}/${spanId}` : `result ${resultId}`;
}

/** @example 'span', 'result', 'record' */
export function subjectWord({ resultId, recordId }: Pick<Subject, 'resultId' | 'recordId'>): keyof typeof kinds {
  return recordId !== null ? 'record' : resultId !== null ? 'result' : 'span';
}

/** Which leaves may be of what. */
const kinds = {
  span: ['credit'],
  result: ['exam'],
  record: ['practice', 'outside'],
} as const satisfies Readonly<Record<string, readonly Leaf['kind'][]>>;

/** A leaf, sealed or pending, beside what is stored of what it names (null: nothing is). */
export interface Linked extends Subject {
  /** Sealed: index in its tree. Pending: id. */
  readonly at: number;
  readonly leaf: string;
  // ── of a span ──
  readonly fate: string | null;
  /** Null or true: the span may still change. */
  readonly open: boolean | null;
  readonly from: number | null;
  readonly to: number | null;
  readonly ms: number | null;
  readonly session: string | null;
  readonly class: string | null;
  readonly lesson: string | null;
  readonly policy: string | null;
  /** How many events the person's head speaks of. */
  readonly ordinal: number | null;
  /** When the event at the leaf's ordinal was stamped. */
  readonly eventAt: number | null;
  // ── of a result ──
  readonly result: StoredResult | null;
  // ── of a record ──
  readonly record: StoredRecord | null;
  // ── of all ──
  /** null: erased. */
  readonly salt: Buffer | null;
}

/** In words; empty: it joins. */
export function contradictions(row: Linked): string[] {
  const leaf = read(row.leaf);
  if (leaf instanceof LeafError) return [leaf.message];
  const subject = subjectName(row);
  const fitting: readonly Leaf['kind'][] = kinds[subjectWord(row)];
  if (!fitting.includes(leaf.kind)) return [`is a leaf of kind ${leaf.kind} for ${subject}`];
  switch (leaf.kind) {
    case 'credit':
      return row.fate === 'credited'
        ? spanContradictions(leaf, row)
        : [`${subject} is ${row.fate ?? 'missing'}, not credited`];
    case 'exam':
      return row.result === null ? [`${subject} is missing`] : resultContradictions(leaf, row.person, row.result);
    case 'practice':
    case 'outside':
      return row.record === null ? [`${subject} is missing`] : recordContradictions(leaf, row.person, row.record);
    default:
      return leaf satisfies never;
  }
}

function spanContradictions(leaf: CreditLeaf, row: Linked): string[] {
  const found: string[] = [];
  if (row.open !== false) found.push(`${subjectName(row)} is not final`);
  if (leaf.creditedMs !== row.ms) found.push(`says ${leaf.creditedMs} ms credited, the span ${row.ms}`);
  for (const key of ['from', 'to', 'session'] as const) {
    if (leaf[key] !== row[key]) found.push(`says ${key} ${leaf[key]}, the span ${row[key]}`);
  }
  if (row.class === null) found.push(`no session ${leaf.session} of this person is stored`);
  else {
    for (const key of ['class', 'lesson', 'policy'] as const) {
      if (leaf[key] !== row[key]) found.push(`says ${key} ${leaf[key]}, the session ${row[key]}`);
    }
  }
  const { ordinal } = leaf.evidence;
  if (row.ordinal === null || row.ordinal < ordinal) {
    found.push(`rests on event ${ordinal}, the person’s head says ${row.ordinal ?? 'nothing'}`);
  }
  if (row.eventAt === null) found.push(`rests on event ${ordinal}, which is not stored`);
  return found;
}

function read(text: string): Leaf | LeafError {
  try {
    return parseLeaf(text);
  } catch (error) {
    if (!(error instanceof LeafError)) throw error;
    return error;
  }
}

/** Whether a leaf names someone else. Not asked before sealing: a salt may have been erased and made anew since. */
export function namesAnother({ leaf, person, salt }: Pick<Linked, 'leaf' | 'person' | 'salt'>): boolean {
  const told = read(leaf);
  return salt !== null && !(told instanceof LeafError) && told.trainee !== pseudonym(salt, person);
}

/** The event a leaf rests on; 0 where it rests on none or is no leaf: no event has that ordinal. */
export function ordinalIn(text: string): number {
  const leaf = read(text);
  return leaf instanceof LeafError || leaf.kind !== 'credit' ? 0 : leaf.evidence.ordinal;
}
