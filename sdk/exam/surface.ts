/** What a platform's page sees of an exam: options in, an `Exam` out. */
import type { FaceChallenge, Given, Picture, Words } from '../wire.ts';

/**
 * waiting: the candidate has not entered yet · opening: no sitting yet · answering: what is given is saved ·
 * disconnected: it is kept here, and saved when the line is back · timeUp: the server hands in ·
 * handedIn: the result is there · takenOver: the sitting goes on elsewhere · failed: it cannot go on here ·
 * closed: by `close()`.
 */
export type ExamState =
  | 'waiting'
  | 'opening'
  | 'answering'
  | 'disconnected'
  | 'timeUp'
  | 'handedIn'
  | 'takenOver'
  | 'failed'
  | 'closed';

/**
 * Of one item. none: nothing was given · waiting: given, and not saved · saved: the server said that it is durable ·
 * refused: the server will not take it.
 */
export type Saved = 'none' | 'waiting' | 'saved' | 'refused';

export type Language = 'zh-CN' | 'en';

/** An item of the paper. Its key never leaves the server. */
export interface ExamItem {
  /** Its place in the paper, from 1. */
  readonly n: number;
  /** How many items the paper has. */
  readonly of: number;
  readonly form: 'single' | 'multiple' | 'order' | 'number' | 'point';
  readonly text: Words;
  /** In the order in which they are shown; empty for `number` and `point`. */
  readonly choices: readonly { readonly id: string; readonly text: Words }[];
  readonly unit?: Words;
  /** In which a place is pointed at. */
  readonly picture?: Picture;
  /** What was saved before: this page goes on with a sitting. */
  readonly given?: Given;
}

export interface ExamResult {
  /** Points of 100. */
  readonly score: number;
  readonly passed: boolean;
  readonly passMark: number;
  readonly topics: Readonly<Record<string, { readonly right: number; readonly of: number }>>;
  readonly corrected: boolean;
  /** ISO 8601. */
  readonly handedInAt: string;
  /** stopped: by the exam's terms, after face checks that were another person's. */
  readonly handedInBy: 'candidate' | 'clock' | 'stopped';
  /** Where the public ledger has it; null: not yet. */
  readonly leafIndex: number | null;
}

/** Something went wrong. */
export interface ExamTrouble {
  /** Stable: the server's error code, or one of `ticketMissing` `ticketFetch` `pageError` `disconnected`. */
  readonly code: string;
  readonly words: Words;
  /** Whether it cannot go on here. */
  readonly fatal: boolean;
}

export interface ExamOptions {
  /** A ticket for the exam, minted by the platform's backend. It opens or resumes once. */
  readonly ticket?: string;
  /** Fetches a fresh ticket; needed to enter again after a lost reply, and for `retake`. */
  readonly getTicket?: () => Promise<string>;
  /** Origin of the Zhenxue server; default: where this script came from. */
  readonly endpoint?: string;
  /** Default: the language of the element, or of the page; zh-CN where it is neither. */
  readonly language?: Language;
  /** Asks the browser for fullscreen when the candidate enters. Leaving it is told as a fact, and stops nothing. */
  readonly fullscreen?: boolean;
  /**
   * Draws the items itself: called for each item of the paper in order, once the sitting is open. Nothing is drawn
   * into the element then. `answer` resolves once the server has it: show "saved" then, never before.
   */
  readonly onItem?: (item: ExamItem, answer: (given: Given) => Promise<void>) => void;
  readonly onState?: (state: ExamState) => void;
  readonly onSaved?: (n: number, saved: Saved) => void;
  /** Each second while it is answered, by the server's clock. */
  readonly onRemaining?: (remainingMs: number) => void;
  /** The result; once more when the ledger has it. */
  readonly onResult?: (result: ExamResult) => void;
  /**
   * Shows itself what the server asks of who sits here, as `sdk/wire.ts` says; default: `face.mjs` does. A hand-in
   * waits for the promise that it returns, and goes ahead whatever became of the check.
   */
  readonly onFace?: (challenge: FaceChallenge, sitting: string) => unknown;
  readonly onError?: (trouble: ExamTrouble) => void;
}

export interface Exam {
  readonly state: ExamState;
  /** The sitting's name; null before it has one. */
  readonly sitting: string | null;
  /** Enters: opens the sitting or goes on with it. The button that is drawn does it; with `onItem` it is done at once. */
  enter(): void;
  /** Resolves once it is durable. Rejects with an Error carrying `code` where it never will be. */
  answer(n: number, given: Given): Promise<void>;
  /** Hands in what was given, once all of it is saved. */
  handIn(): void;
  /** Takes the sitting back here, after `takenOver` or `failed`. Needs `getTicket`. */
  retake(): void;
  setLanguage(language: Language): void;
  /** Leaves: the clock runs on. Unregisters everything. */
  close(): void;
}
