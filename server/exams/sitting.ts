/**
 * A sitting: one candidate's attempt at one exam. Pure: from what is stored and a command to what is stored next,
 * or to the reason why not.
 *
 * States: none → `answering` → `handedIn`, and no way back. While it is `answering`, a page holds the lease or
 * none does (`paused`): it was closed, or has not come back since a crash. Whoever opens with a fresh ticket
 * takes the lease, on the same or on another device, and the page before is refused from then on. The clock
 * never stops: its end is drawn when the sitting opens.
 *
 * Guarantees: nothing is saved before the window, after the deadline, after the hand-in, or by a page that lost
 * the lease; the clock hands in only what is past its deadline.
 */
import type { Terms } from './terms.ts';

export type Sitting = Answering | HandedIn;

interface Answering {
  readonly phase: 'answering';
  /** Rises each time a page takes it. */
  readonly lease: number;
  /** No page holds it. */
  readonly paused: boolean;
  readonly openedAt: number;
  readonly deadlineAt: number;
}

/** `stopped`: by the exam's terms, see `identity/`. */
export type HandedInBy = 'candidate' | 'clock' | 'stopped';

interface HandedIn {
  readonly phase: 'handedIn';
  readonly by: HandedInBy;
  readonly at: number;
}

export type Command =
  | { readonly kind: 'resume' }
  | { readonly kind: 'pause'; readonly lease: number }
  | { readonly kind: 'save'; readonly lease: number }
  | { readonly kind: 'handIn'; readonly lease: number }
  /** The server's own, when time is up. */
  | { readonly kind: 'expire' }
  /** The server's own, by the exam's terms. */
  | { readonly kind: 'stop' };

/** Each is the code of an error, see the table of errors. */
export type Refusal =
  | 'examNotOpen'
  | 'examClosed'
  | 'examAttemptsUsed'
  | 'examContentIncomplete'
  | 'examOfflineShort'
  | 'sittingTakenOver'
  | 'sittingTimeUp'
  | 'sittingHandedIn';

export type Decided<T> = { readonly next: T } | { readonly refused: Refusal };

/** What is known of a candidate before a paper is drawn. */
export interface Standing {
  /** Sittings of this exam so far. */
  readonly attempts: number;
  /** Of the lesson of which the least is credited, the share that is; 1 of a class without lessons. */
  readonly contentShare: number;
  /** `null`: nobody knows. */
  readonly offlineShare: number | null;
}

/** Whether a first or a further attempt may be opened. */
export function open(terms: Terms, { attempts, contentShare, offlineShare }: Standing, at: number): Decided<Answering> {
  if (at < terms.opensAt) return { refused: 'examNotOpen' };
  if (at >= terms.closesAt) return { refused: 'examClosed' };
  if (attempts >= terms.attempts) return { refused: 'examAttemptsUsed' };
  if (terms.contentShareMin !== null && contentShare < terms.contentShareMin) {
    return { refused: 'examContentIncomplete' };
  }
  if (terms.offlineShareMin !== null && (offlineShare ?? 0) < terms.offlineShareMin) {
    return { refused: 'examOfflineShort' };
  }
  // Whoever begins late has what is left of the window.
  const deadlineAt = Math.min(at + terms.durationMs, terms.closesAt);
  return { next: { phase: 'answering', lease: 1, paused: false, openedAt: at, deadlineAt } };
}

export function decide(sitting: Sitting, command: Command, at: number): Decided<Sitting> {
  if (sitting.phase === 'handedIn') return { refused: 'sittingHandedIn' };
  const late = at >= sitting.deadlineAt;
  switch (command.kind) {
    case 'expire':
      // The clock hands in at its own moment, whenever the server came to do it.
      return { next: late ? { phase: 'handedIn', by: 'clock', at: sitting.deadlineAt } : sitting };
    case 'stop':
      return {
        next: late
          ? { phase: 'handedIn', by: 'clock', at: sitting.deadlineAt }
          : { phase: 'handedIn', by: 'stopped', at },
      };
    case 'resume':
      return late ? { refused: 'sittingTimeUp' } : { next: { ...sitting, lease: sitting.lease + 1, paused: false } };
    case 'pause':
      if (command.lease !== sitting.lease) return { refused: 'sittingTakenOver' };
      return { next: { ...sitting, paused: true } };
    case 'save':
      if (command.lease !== sitting.lease) return { refused: 'sittingTakenOver' };
      return late ? { refused: 'sittingTimeUp' } : { next: { ...sitting, paused: false } };
    case 'handIn':
      if (command.lease !== sitting.lease) return { refused: 'sittingTakenOver' };
      return late ? { refused: 'sittingTimeUp' } : { next: { phase: 'handedIn', by: 'candidate', at } };
    default:
      return command satisfies never;
  }
}
