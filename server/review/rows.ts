/** From stored rows to what is shown: milliseconds become seconds and ISO instants. Pure. */
import { isoOf } from '../auth/fields.ts';
import { wordsOfReason } from '../reasons.ts';
import type { PromptView, SpanView } from './view.ts';

export interface Totals {
  credited_ms: number;
  held_ms: number;
  denied_ms: number;
}

export interface SpanRow {
  session_id: string;
  class_id: string;
  lesson_id: string;
  policy_hash: string;
  from_ms: number;
  to_ms: number;
  ms: number;
  fate: SpanView['fate'];
  reason: string;
  leaf_index: number | null;
  leaf_origin: string | null;
}

export interface PromptRow {
  id: string;
  session_id: string;
  issued_ms: number;
  deadline_ms: number;
  late_ms: number;
  answered_ms: number | null;
  outcome: PromptView['outcome'];
}

/** Exact: a whole number of milliseconds has at most three decimals as seconds. */
const secondsOf = (ms: number): number => ms / 1000;

export function totalsView(row: Totals): { creditedSeconds: number; heldSeconds: number; deniedSeconds: number } {
  return {
    creditedSeconds: secondsOf(row.credited_ms),
    heldSeconds: secondsOf(row.held_ms),
    deniedSeconds: secondsOf(row.denied_ms),
  };
}

export function spanView(row: SpanRow): SpanView {
  return {
    sessionId: row.session_id,
    classId: row.class_id,
    lessonId: row.lesson_id,
    from: isoOf(row.from_ms),
    to: isoOf(row.to_ms),
    fate: row.fate,
    reason: row.reason,
    reasonWords: wordsOfReason(row.reason),
    seconds: secondsOf(row.ms),
    policyHash: row.policy_hash,
    leafIndex: row.leaf_index,
    leafOrigin: row.leaf_origin,
  };
}

/** What an answer came to. */
const ofAnswers: ReadonlySet<string> = new Set(['right', 'wrong', 'tooFast']);

/**
 * A prompt whose time has passed without an answer was missed, whether or not that is stored yet.
 * @param exact whether the reader may know what one answer came to: whoever learns that learns the bank
 */
export function promptView(row: PromptRow, nowMs: number, exact: boolean): PromptView {
  const over = row.deadline_ms + row.late_ms < nowMs;
  return {
    id: row.id,
    issuedAt: isoOf(row.issued_ms),
    deadlineAt: isoOf(row.deadline_ms),
    answeredAt: row.answered_ms === null ? null : isoOf(row.answered_ms),
    outcome:
      row.outcome === null ? (over ? 'missed' : null) : exact || !ofAnswers.has(row.outcome) ? row.outcome : 'taken',
  };
}
