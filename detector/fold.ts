/**
 * Folding a person's events across detector versions: live, rebuilding and replay alike.
 *
 * A person begins at version 1. An `upgraded` event ends the reign of one version: before it
 * the old build folds, after it the new one, from what its `migrate` makes of the old state.
 */
import type { Opaque } from './build.ts';
import { buildOf } from './builds.ts';
import type { Verdict } from './verdict.ts';

export interface Folded {
  /** The version that made `state`, and folds the next event. */
  readonly version: number;
  readonly state: Opaque;
}

export const genesis: Folded = { version: 1, state: buildOf(1).empty };

/** The policy of this hash, as this version reads it. */
export type PolicyFor = (hash: string, version: number) => Opaque;

/** An event of any version, as stored. */
export interface AnyEvent {
  readonly kind: string;
  readonly at: number;
  readonly session: string | null;
}

export function fold(
  { version, state }: Folded,
  event: AnyEvent,
  policyFor: PolicyFor,
): { readonly folded: Folded; readonly verdicts: readonly Verdict[] } {
  if (event.kind === 'upgraded') return upgrade({ version, state }, event as Upgrade);
  const build = buildOf(version);
  const hash = build.policyOf(state, event);
  if (hash === null) {
    // Nothing was ever opened: there is no session the event could speak of.
    const { ordinal } = build.inspect(state);
    return { folded: { version, state: { ...state, ordinal: ordinal + 1 } }, verdicts: [] };
  }
  const next = build.step(policyFor(hash, version), state, event);
  return { folded: { version, state: next.state }, verdicts: next.verdicts };
}

interface Upgrade extends AnyEvent {
  readonly from: number;
  readonly to: number;
}

/** Over all versions between, one after another: the event counts once. */
function upgrade(before: Folded, { at, from, to }: Upgrade): { folded: Folded; verdicts: readonly Verdict[] } {
  if (from !== before.version || to <= from) {
    throw new Error(`a person at detector version ${before.version} cannot be upgraded from ${from} to ${to}`);
  }
  const ordinal = buildOf(from).inspect(before.state).ordinal + 1;
  let { state } = before;
  const verdicts: Verdict[] = [];
  for (let version = from + 1; version <= to; version += 1) {
    const next = buildOf(version).migrate(state, at);
    state = next.state;
    verdicts.push(...next.verdicts);
  }
  return { folded: { version: to, state: { ...state, ordinal } }, verdicts };
}
