/**
 * Who supervises an exam (派员随机督导), drawn so that it can be checked later. Pure.
 *
 * The list of who may be drawn is sorted and named by its hash. From a seed of 32 random bytes, HMAC-SHA256 over
 * the exam, the number of the drawing, the list's hash and a counter gives numbers; the first that is not beyond
 * the last whole multiple of the list's length names its place, so that everybody is as likely. The commitment,
 * SHA-256 of the seed and of the same words, is told at once, the seed and the list once the exam is over: whoever
 * has them draws again and sees that nobody else was drawn, and that neither seed nor list was chosen afterwards.
 * What it cannot show: that the server took the first seed that it drew.
 */
import { createHash, createHmac } from 'node:crypto';
import { canonical, hashOf } from '../../../ledger/canonical.ts';

export interface Drawing {
  readonly examId: string;
  /** From 1; a redraw is the next. */
  readonly nth: number;
  readonly eligible: readonly string[];
}

/** The list as it is stored. */
export const eligibleText = (eligible: readonly string[]): string => canonical(eligible.toSorted());
export const eligibleHash = (eligible: readonly string[]): string => hashOf(eligibleText(eligible));

const wordsOf = ({ examId, nth, eligible }: Drawing): string => canonical([examId, nth, eligibleHash(eligible)]);

export function commitmentOf(seed: Buffer, drawing: Drawing): string {
  return createHash('sha256').update(seed).update(wordsOf(drawing)).digest('hex');
}

const BYTES = 6;

/** null: nobody may be drawn. */
export function drawnOf(seed: Buffer, drawing: Drawing): string | null {
  const sorted = drawing.eligible.toSorted();
  if (sorted.length === 0) return null;
  const fair = 2 ** (8 * BYTES) - (2 ** (8 * BYTES) % sorted.length);
  for (let counter = 0; ; counter++) {
    const number = createHmac('sha256', seed)
      .update(`${wordsOf(drawing)}|${counter}`)
      .digest()
      .readUIntBE(0, BYTES);
    if (number < fair) return sorted[number % sorted.length] ?? null;
  }
}

/** Whoever was drawn last is not drawn again where another can be. */
export function withoutLast(eligible: readonly string[], last: string | null): readonly string[] {
  const others = eligible.filter((id) => id !== last);
  return others.length > 0 ? others : eligible;
}
