/**
 * The detector's front door: what the judge's shell, replay and tests may use.
 *
 * `fold`, `builds` and what a build offers work for every version; the types below are those
 * of the version that this source is.
 */
export { type Build, build as currentBuild, type Inspection, type Opaque } from './build.ts';
export { buildOf, builds, isFrozen, newest } from './builds.ts';
export {
  type BeatClaim,
  type DeliveredBy,
  type Event,
  type FaceRefusal,
  type Manner,
  type ProofKind,
  type SessionKind,
  Sign,
  Unseen,
  type Upgraded,
} from './event.ts';
export { type AnyEvent, type Folded, fold, genesis, type PolicyFor } from './fold.ts';
export type { AskedProof, Policy } from './policy.ts';
export { readPolicy } from './readPolicy.ts';
export { type RuleName, rules } from './rules/index.ts';
export { type Shipped, shipped } from './shipped.ts';
export { demoPolicy, standardPolicy } from './standard.ts';
export { emptyState, type Lesson, type Session, type State, type Totals, totalsOf } from './state.ts';
export { policyOf, step, wakeAt } from './step.ts';
export type { AlertCode, EndReason, Facts, Fate, Reason, Severity } from './terms.ts';
export type { NoticeKind, Span, Verdict } from './verdict.ts';
