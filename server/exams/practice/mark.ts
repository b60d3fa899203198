/**
 * What an examiner marks on site (实操). Pure. Guarantees: every criterion of the terms has points within its
 * bounds, and nothing else has; the score is whole points of 100, rounded down, as the theory's is; the record is
 * the text that the ledger names by its hash, so whoever is shown it and the terms can mark again.
 */
import { canonical } from '../../../ledger/canonical.ts';
import type { PracticeTerms } from '../terms.ts';

/** What shows that it took place: a file that is kept elsewhere, by its hash. */
export interface Evidence {
  readonly sha256: string;
  /** Content type. */
  readonly type: string;
  readonly bytes: number;
  /** Where it is kept: an archive's number, an address. */
  readonly ref: string;
}

export interface Marking {
  readonly place: string;
  readonly practisedAt: number;
  /** Points by the criterion's id. */
  readonly marks: Readonly<Record<string, number>>;
  readonly evidence: readonly Evidence[];
}

export interface PracticeRecord extends Marking {
  readonly sitting: string;
  readonly attempt: number;
  readonly examiner: string;
  /** Of a correction. */
  readonly reason: string | null;
}

export const recordText = (record: PracticeRecord): string => canonical(record);

/** In words, for whoever marks; empty: it may be stored. */
export function problemsOf({ criteria }: PracticeTerms, { practisedAt, marks }: Marking, now: number): string[] {
  const known = new Map(criteria.map(({ id, points }) => [id, points]));
  return [
    ...criteria
      .filter(({ id }) => !Object.hasOwn(marks, id))
      .map(({ id, title }) => `marks.${id}：缺少「${title}」的得分 · has no points`),
    ...Object.entries(marks).flatMap(([id, points]) => {
      const most = known.get(id);
      if (most === undefined) return [`marks.${id}：没有这个评分项 · is no criterion`];
      return points > most ? [`marks.${id}：${points} > ${most}`] : [];
    }),
    ...(practisedAt > now ? ['practisedAt：不能晚于现在 · must not be in the future'] : []),
  ];
}

export function scored(
  { criteria, passMark }: PracticeTerms,
  marks: Marking['marks'],
): { readonly score: number; readonly passed: boolean } {
  const of = criteria.reduce((sum, { points }) => sum + points, 0);
  const got = criteria.reduce((sum, { id }) => sum + (Object.hasOwn(marks, id) ? (marks[id] ?? 0) : 0), 0);
  const score = Math.floor((got * 100) / of);
  return { score, passed: score >= passMark };
}

/** Of all that was marked, what stands: nobody corrected it. */
export function standing<T extends { readonly id: string; readonly corrects: string | null }>(
  all: readonly T[],
): readonly T[] {
  const corrected = new Set(all.map(({ corrects }) => corrects));
  return all.filter(({ id }) => !corrected.has(id));
}

/**
 * Whether a sitting completes the training: theory passed, and practice where the terms ask for it.
 * @param theory the standing result; null: not handed in
 */
export function isCompleted(
  asked: PracticeTerms | null,
  theory: { readonly passed: boolean } | null,
  marks: readonly { readonly id: string; readonly corrects: string | null; readonly passed: boolean }[],
): boolean {
  if (theory?.passed !== true) return false;
  return asked === null || standing(marks).some(({ passed }) => passed);
}
