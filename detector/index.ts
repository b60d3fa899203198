/** The detector's front door: what the judge's shell, replay and tests may use. */
export { type BeatClaim, type Event, Sign } from './event.ts';
export { demoPolicy, type Policy, standardPolicy } from './policy.ts';
export { emptyState, type Lesson, type State, totalsOf } from './state.ts';
export { DETECTOR_VERSION, policyOf, step, wakeAt } from './step.ts';
export type { AlertCode, Fate, Reason, Severity, Span, Verdict } from './verdict.ts';
