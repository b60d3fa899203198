/**
 * The rules, in order: where two say the same of a beat, the first one's reason stands.
 * Every name here derives a type that words, catalogue and console must cover.
 */
import type { Rule } from '../rule.ts';
import { answeredHidden } from './answeredHidden.ts';
import { answerWithoutHand } from './answerWithoutHand.ts';
import { automated } from './automated.ts';
import { avoidedQuestions } from './avoidedQuestions.ts';
import { clockHook } from './clockHook.ts';
import { constantCadence } from './constantCadence.ts';
import { constantGaps } from './constantGaps.ts';
import { constantLatency } from './constantLatency.ts';
import { dayCap } from './dayCap.ts';
import { deviceSwitching } from './deviceSwitching.ts';
import { equalPauses } from './equalPauses.ts';
import { faceRefused } from './faceRefused.ts';
import { fasterThanClock } from './fasterThanClock.ts';
import { fixedEnd } from './fixedEnd.ts';
import { forgedBeats } from './forgedBeats.ts';
import { framesAbsent } from './framesAbsent.ts';
import { hidden } from './hidden.ts';
import { imageRefused } from './imageRefused.ts';
import { lateLabel } from './lateLabel.ts';
import { mediaMissing } from './mediaMissing.ts';
import { mediaReplaced } from './mediaReplaced.ts';
import { noHand } from './noHand.ts';
import { outOfView } from './outOfView.ts';
import { pageSealed } from './pageSealed.ts';
import { parallelLessons } from './parallelLessons.ts';
import { playbackRate } from './playbackRate.ts';
import { presenceGap } from './presenceGap.ts';
import { promptGuessing } from './promptGuessing.ts';
import { promptMissed } from './promptMissed.ts';
import { rareBeats } from './rareBeats.ts';
import { replayedBeats } from './replayedBeats.ts';
import { saysPaused } from './saysPaused.ts';
import { secondDevice, secondPage } from './secondPlace.ts';
import { seekAhead } from './seekAhead.ts';
import { silentAtQuestions } from './silentAtQuestions.ts';
import { smallSkips } from './smallSkips.ts';
import { spoofedVisibility } from './spoofedVisibility.ts';
import { noRecord, offScreen } from './standingSign.ts';
import { stuckSequence } from './stuckSequence.ts';
import { studyCap } from './studyCap.ts';
import { suspicion } from './suspicion.ts';
import { syntheticInput } from './syntheticInput.ts';
import { tooFastToRead } from './tooFastToRead.ts';
import { undelivered } from './undelivered.ts';
import { unfocused } from './unfocused.ts';

export const rules = [
  fasterThanClock,
  forgedBeats,
  spoofedVisibility,
  hidden,
  mediaReplaced,
  mediaMissing,
  outOfView,
  unfocused,
  playbackRate,
  secondDevice,
  secondPage,
  seekAhead,
  clockHook,
  replayedBeats,
  promptMissed,
  promptGuessing,
  presenceGap,
  syntheticInput,
  automated,
  offScreen,
  pageSealed,
  imageRefused,
  noRecord,
  framesAbsent,
  noHand,
  undelivered,
  saysPaused,
  lateLabel,
  rareBeats,
  constantCadence,
  stuckSequence,
  equalPauses,
  fixedEnd,
  constantGaps,
  smallSkips,
  deviceSwitching,
  parallelLessons,
  silentAtQuestions,
  avoidedQuestions,
  dayCap,
  studyCap,
  answerWithoutHand,
  constantLatency,
  answeredHidden,
  tooFastToRead,
  faceRefused,
  // Last: it adds up what the others see.
  suspicion,
] as const;

type Each = (typeof rules)[number];
export type RuleName = Each['name'];

type Named<N extends RuleName> = Extract<Each, { name: N }>;
/** What each rule remembers. */
export type RuleMemories = { [N in RuleName]: Named<N> extends Rule<N, infer Memory, infer _> ? Memory : never };
/** The section of each rule in a policy; absent: the rule is off. */
export type RuleThresholds = {
  readonly [N in RuleName]?: Named<N> extends Rule<N, infer _, infer Thresholds> ? Thresholds : never;
};
