/**
 * From a state of version 3 to one of version 4: what a person's `upgraded` event does. Nothing that was decided
 * changes, and nothing that waits: version 4 remembers of faces what version 3 never heard.
 */
import type { Asking, State } from './state.ts';
import type { Verdict } from './verdict.ts';

export interface State3 extends Omit<State, 'asking' | 'rules'> {
  readonly asking: Omit<Asking, 'facedAt'>;
  readonly rules: Omit<State['rules'], 'faceRefused'>;
}

/** `at`: the time of the `upgraded` event. */
export function migrate(before: State3, at: number): { state: State; verdicts: readonly Verdict[] } {
  return { state: { ...before, ordinal: before.ordinal + 1, at: Math.max(at, before.at) }, verdicts: [] };
}
