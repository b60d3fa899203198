/**
 * One trainee in memory: the committed state and what waits to be judged.
 *
 * States:  absent ─load─▶ resting ─submit─▶ queued ─take─▶ committing ─▶ resting
 * A failed or fenced commit drops the state: the next load folds the evidence again, by
 * the same `fold` that judges live.
 */
import { type Event, emptyState, type Policy, policyOf, type State, step, type Verdict } from '../../detector/index.ts';
import type { Committed, Draft, NewSession } from './contract.ts';

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
  readonly draft: Draft | { readonly kind: 'opened'; readonly session: NewSession };
  readonly resolve: (committed: Committed) => void;
  readonly reject: (error: unknown) => void;
}

/** The head of a person's evidence, as last read or written. */
export interface Head {
  readonly epoch: number;
  readonly ordinal: number;
  readonly chain: Buffer;
}

export interface Loaded {
  readonly head: Head;
  readonly state: State;
  readonly filings: ReadonlyMap<string, Filing>;
  /** The person's name in leaves. */
  readonly pseudonym: string;
}

export interface Person {
  readonly key: string;
  loaded: Loaded | null;
  queue: Waiting[];
  /** Loading or committing: leave it alone until that ends. */
  busy: boolean;
  /** When the detector wants a tick. */
  wakeAt: number | null;
  touchedAt: number;
  /** Commits lost in a row to another process. */
  fenced: number;
}

export function createPerson(key: string, now: number): Person {
  return { key, loaded: null, queue: [], busy: false, wakeAt: null, touchedAt: now, fenced: 0 };
}

/** Folds one event; `policies` holds every policy the person's sessions were opened under. */
export function foldOne(
  state: State,
  event: Event,
  policies: ReadonlyMap<string, Policy>,
): { state: State; verdicts: readonly Verdict[] } {
  const hash = policyOf(state, event);
  // Nothing was ever opened: there is no session the event could speak of.
  if (hash === null) return { state: { ...state, ordinal: state.ordinal + 1 }, verdicts: [] };
  const policy = policies.get(hash);
  if (policy === undefined) throw new Error(`the policy ${hash} is not loaded`);
  return step(policy, state, event);
}

export { emptyState };
