/**
 * From a state of version 2 to one of version 3: what a person's `upgraded` event does.
 *
 * Nothing that was decided changes: credited media stays credited, held spans stay held with the ids they
 * have, and open denied spans go on growing.
 */
import type { State } from './state.ts';
import type { Verdict } from './verdict.ts';

/** What version 2 remembered; what version 3 knows beside it begins as at first. */
export type State2 = State;

/** `at`: the time of the `upgraded` event. */
export function migrate(before: State2, at: number): { state: State; verdicts: readonly Verdict[] } {
  return { state: { ...before, ordinal: before.ordinal + 1, at: Math.max(at, before.at) }, verdicts: [] };
}
