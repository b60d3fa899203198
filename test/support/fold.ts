/** Folds events the way the judge does, with every state frozen, and keeps what a law wants to look at. */

import {
  demoPolicy,
  type Event,
  emptyState,
  type Policy,
  type Span,
  type State,
  step,
  type Verdict,
} from '../../detector/index.ts';
import { alone } from './alone.ts';

export interface Folded {
  readonly state: State;
  readonly verdicts: readonly (readonly Verdict[])[];
  readonly states: readonly State[];
  readonly spans: ReadonlyMap<number, Span>;
}

export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
  return value;
}

export function fold(events: readonly Event[], policy: Policy = alone(demoPolicy), from: State = emptyState): Folded {
  let state = freeze(structuredClone(from));
  const verdicts: (readonly Verdict[])[] = [];
  const states: State[] = [];
  const spans = new Map<number, Span>();
  for (const event of events) {
    const next = step(policy, state, freeze(event));
    state = freeze(next.state);
    states.push(state);
    verdicts.push(next.verdicts);
    for (const verdict of next.verdicts) if ('span' in verdict) spans.set(verdict.span.id, verdict.span);
  }
  return { state, verdicts, states, spans };
}

export function alertsOf(folded: Pick<Folded, 'verdicts'>): string[] {
  return folded.verdicts.flat().flatMap((v) => (v.verdict === 'alert' ? [`${v.code}.${v.rule}`] : []));
}

export function sumMs(spans: Iterable<Span>, fate?: Span['fate']): number {
  let total = 0;
  for (const span of spans) if (fate === undefined || span.fate === fate) total += span.ms;
  return total;
}
