/**
 * The words of the rules over exams. A rule sees all sittings of one exam that were handed in, and says what a
 * person should look at; it changes no score. One file a rule: thresholds, and a pure function.
 */
import type { Severity } from '../../../detector/index.ts';
import type { SavedAnswer } from '../grade.ts';
import type { PaperItem } from '../paper.ts';

/** The alert codes that these rules raise; each is in the catalogue of alerts. */
export type ExamCode = 'examBrushing' | 'examImpersonation' | 'examEasing';

/** A sitting as it is stored. */
export interface Sat {
  readonly id: string;
  readonly personKey: string;
  readonly traineeId: string;
  readonly attempt: number;
  readonly openedAt: number;
  readonly handedInAt: number;
  readonly items: readonly PaperItem[];
  /** In the order of saving. */
  readonly answers: readonly SavedAnswer[];
  /** Of each page that held it. */
  readonly devices: readonly string[];
  /** Keyed hashes of the addresses it was opened from, and of their networks. */
  readonly addresses: readonly string[];
  readonly networks: readonly string[];
  /** Where the person's lessons of this class were opened from, as far as it is kept. */
  readonly lessonDevices: readonly string[];
  readonly lessonNetworks: readonly string[];
  /** Facts of the page about whether it was looked at, in their order. */
  readonly looks: readonly { readonly fact: string; readonly at: number }[];
  readonly score: number;
  readonly passed: boolean;
}

/** An exam with all that were handed in. */
export interface Held {
  readonly examId: string;
  readonly classId: string;
  readonly platformId: string;
  readonly region: string;
  readonly institution: string;
  /** Items in its bank. */
  readonly bankItems: number;
  readonly sat: readonly Sat[];
}

export type Facts = Readonly<Record<string, string | number | boolean>>;

export interface Finding {
  /** The sitting that it is about, by its trainee; null: the exam's institution. */
  readonly sat: Sat | null;
  readonly facts: Facts;
}

export interface ExamRule<N extends string = string> {
  readonly name: N;
  readonly code: ExamCode;
  readonly severity: Severity;
  readonly judge: (held: Held) => readonly Finding[];
}

export const examRule = <const N extends string>(rule: ExamRule<N>): ExamRule<N> => rule;

/** What the server's clock saw between one saved answer and the one before it, or the opening, ms. */
export function gapsOf({ openedAt, answers }: Sat): readonly number[] {
  return answers.map(({ at }, i) => at - (answers[i - 1]?.at ?? openedAt));
}

/** Characters of an item that must be read, in its shorter language. */
export function charactersOf({ asked }: PaperItem): number {
  const texts = [asked.text, ...('choices' in asked ? asked.choices : [])];
  const sum = (of: 'zh' | 'en'): number => texts.reduce((total, words) => total + [...words[of]].length, 0);
  return Math.min(sum('zh'), sum('en'));
}
