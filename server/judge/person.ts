/**
 * One trainee in memory: the committed state and what waits to be judged.
 *
 * A person is in one of these modes:
 *   absent   nothing is loaded; the next draft starts loading
 *   loading  the head, the snapshot and the events after it are being folded
 *   resting  loaded, and nothing waits
 *   waiting  loaded, in line for the next batch
 *   writing  a batch with this person is on its way to the store; new drafts wait for it
 * A failed or fenced commit leads back to absent: the next load folds the evidence again, by
 * the same `fold` that judges live.
 */
import type { Folded } from '../../detector/index.ts';
import type { Committed } from './contract.ts';
import type { AnyDraft } from './stamp.ts';

/** What the catalogue knows of a session: stands in alerts and leaves. */
export interface Filing {
  readonly id: string;
  readonly traineeId: string;
  readonly platformId: string;
  readonly classId: string;
  readonly region: string;
  readonly lessonId: string;
  readonly policyHash: string;
}

export interface Waiting {
  readonly draft: AnyDraft;
  /** When it was let in, server time. */
  readonly admittedAt: number;
  readonly resolve: (committed: Committed) => void;
  readonly reject: (error: unknown) => void;
}

/** The head of a person's evidence, as last read or written. */
export interface Head {
  readonly epoch: number;
  readonly ordinal: number;
  readonly chain: Buffer;
  /** The detector version that wrote it. */
  readonly detector: number;
}

export interface Loaded {
  readonly head: Head;
  readonly folded: Folded;
  readonly filings: ReadonlyMap<string, Filing>;
  /** The person's name in leaves. */
  readonly pseudonym: string;
}

export type Mode = 'absent' | 'loading' | 'resting' | 'waiting' | 'writing';

export interface Person {
  readonly key: string;
  mode: Mode;
  /** Null while absent or loading. */
  loaded: Loaded | null;
  queue: Waiting[];
  /** When the detector wants a tick. */
  wakeAt: number | null;
  touchedAt: number;
  /** A page of this person is connected to this process. */
  here: boolean;
  /** Commits lost in a row to another process. */
  fenced: number;
  /** Drafts still to be judged one by one, since one among them was refused by the database. */
  alone: number;
}

export function createPerson(key: string, now: number): Person {
  return {
    key,
    mode: 'absent',
    loaded: null,
    queue: [],
    wakeAt: null,
    touchedAt: now,
    here: false,
    fenced: 0,
    alone: 0,
  };
}
