/**
 * One detector version as the shell sees it. This file is what a frozen build is made of
 * (`npm run freeze`): everything it imports is bundled, nothing else is needed to fold.
 *
 * States and policies of different versions have different forms, so they are opaque here:
 * only the version that made one reads it.
 */
import type { Event } from './event.ts';
import { migrate, type State3 } from './migrate.ts';
import type { Policy } from './policy.ts';
import { readPolicy } from './readPolicy.ts';
import { emptyState, type State, type Totals, totalsOf } from './state.ts';
import { policyOf, step, wakeAt } from './step.ts';
import type { Verdict } from './verdict.ts';

/** What only the version that made it can read. */
export type Opaque = object;

/** What the shell must know of a state, whatever its version. */
export interface Inspection {
  readonly ordinal: number;
  readonly at: number;
  /** The session that holds the lease. */
  readonly holder: string | null;
  /** When presence was last proven; null: never, or too long ago to be remembered. */
  readonly provenAt: number | null;
  /** Sessions that can still appear in a verdict. */
  readonly sessions: readonly string[];
  /** Hashes of the policies that the next events may be judged under. */
  readonly policies: readonly string[];
}

export interface Build {
  readonly version: number;
  readonly empty: Opaque;
  /** From a state of the version before; `at`: the time of the `upgraded` event, which counts as folded. */
  migrate(before: Opaque, at: number): { readonly state: Opaque; readonly verdicts: readonly Verdict[] };
  /** Throws when the policy's schema is newer than this version. */
  readPolicy(body: string): Opaque;
  /** The hash of the policy an event is judged under; null: nothing was ever opened. */
  policyOf(state: Opaque, event: Opaque): string | null;
  step(policy: Opaque, state: Opaque, event: Opaque): { readonly state: Opaque; readonly verdicts: readonly Verdict[] };
  /** `policy`: that of `inspect(state).policies`' last; version 1 needs it. */
  wakeAt(state: Opaque, policy: Opaque | null): number | null;
  inspect(state: Opaque): Inspection;
  totals(state: Opaque, lesson: string): Totals;
  /** When the next beat is wanted after this state, ms; null: whenever the policy says. */
  nextBeat(state: Opaque, session: string, policy: Opaque): { readonly minMs: number; readonly maxMs: number };
}

/** Asked several times with every beat, each time for little: what is asked for is made when it is read. */
class Seen implements Inspection {
  private readonly state: State;
  constructor(state: State) {
    this.state = state;
  }
  get ordinal() {
    return this.state.ordinal;
  }
  get at() {
    return this.state.at;
  }
  get holder() {
    return this.state.holder;
  }
  get provenAt() {
    return this.state.brackets.findLast(([, , closes]) => closes)?.[0] ?? null;
  }
  get sessions() {
    const { sessions, held } = this.state;
    return [...new Set([...Object.keys(sessions), ...held.map(({ span }) => span.session)])];
  }
  get policies() {
    const { sessions, policy } = this.state;
    const own = Object.values(sessions).map((session) => session.policy);
    return [...new Set([...own, ...(policy === null ? [] : [policy])])];
  }
}

/** Right after this much hidden play the next beat is wanted: within a second of the alert's condition. */
const JUST_AFTER_MS = { minMs: 100, maxMs: 400 };

export const build: Build = {
  version: 4,
  empty: emptyState,
  migrate: (before, at) => migrate(before as State3, at),
  readPolicy,
  policyOf: (state, event) => policyOf(state as State, event as Event),
  step: (policy, state, event) => step(policy as Policy, state as State, event as Event),
  wakeAt: (state) => wakeAt(state as State),
  inspect: (state) => new Seen(state as State),
  totals: (state, lesson) => totalsOf(state as State, lesson),
  nextBeat(state, session, policy) {
    const { beat, rules } = policy as Policy;
    const afterMs = rules.hidden?.afterMs;
    if (afterMs === undefined || (state as State).sessions[session]?.playsHidden !== true) {
      return { minMs: beat.minIntervalMs, maxMs: beat.maxIntervalMs };
    }
    return { minMs: afterMs + JUST_AFTER_MS.minMs, maxMs: afterMs + JUST_AFTER_MS.maxMs };
  },
};
