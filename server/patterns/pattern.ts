/**
 * The words of this room: what a pattern is, and what it finds.
 *
 * A pattern looks at many people at once, over what is already stored. It changes no credit: it
 * says what a person should look at. One unit a file in `rules/`: its thresholds, its reading (SQL
 * in a store file beside) and a pure function from rows to findings.
 */
import type { Facts, Severity } from '../../detector/index.ts';
import type { Queryable } from '../db/pool.ts';

/** The alert codes that patterns raise; each is in the catalogue of alerts. */
export type PatternCode = 'courseBrushing' | 'proxyAttendance' | 'learningRecordForgery';

export type Subject =
  | { readonly kind: 'person'; readonly id: string }
  | { readonly kind: 'class'; readonly id: string }
  | { readonly kind: 'institution'; readonly id: string };

/** A stretch of server time, both ends inclusive, ms since the epoch. */
export interface Window {
  readonly fromAt: number;
  readonly toAt: number;
}

/** What a pattern says of one subject. */
export interface Finding {
  readonly subject: Subject;
  /** Observed values beside the thresholds they passed. Counts of people and places, never their names or keys. */
  readonly facts: Facts;
  readonly region: string;
  readonly sessions: readonly string[];
  readonly traineeId: string | null;
  readonly classId: string | null;
  /** The platform that may see it; null: people only. */
  readonly platformId: string | null;
  /** The newest moment among what it rests on, ms since the epoch: the same evidence is raised once. */
  readonly evidenceAt: number;
}

export interface Pattern<N extends string = string> {
  readonly name: N;
  readonly code: PatternCode;
  readonly severity: Severity;
  /** Reads the evidence up to now and judges it. */
  find(q: Queryable, now: number): Promise<readonly Finding[]>;
}

interface Unit<N extends string, Evidence> {
  readonly name: N;
  readonly code: PatternCode;
  readonly severity: Severity;
  readonly windowMs: number;
  readonly read: (q: Queryable, window: Window) => Promise<Evidence>;
  readonly judge: (evidence: Evidence) => readonly Finding[];
}

export function pattern<const N extends string, Evidence>(unit: Unit<N, Evidence>): Pattern<N> {
  const { name, code, severity, windowMs, read, judge } = unit;
  return {
    name,
    code,
    severity,
    find: async (q, now) => judge(await read(q, { fromAt: now - windowMs, toAt: now })),
  };
}
