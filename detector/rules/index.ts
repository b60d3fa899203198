/**
 * The rules, in order: where two say the same of a beat, the first one's reason stands.
 * Every name here derives a type that words, catalogue and console must cover.
 */
import type { Rule } from '../rule.ts';
import { answeredHidden } from './answeredHidden.ts';
import { answerWithoutHand } from './answerWithoutHand.ts';
import { clockHook } from './clockHook.ts';
import { constantLatency } from './constantLatency.ts';
import { fasterThanClock } from './fasterThanClock.ts';
import { forgedBeats } from './forgedBeats.ts';
import { hidden } from './hidden.ts';
import { playbackRate } from './playbackRate.ts';
import { presenceGap } from './presenceGap.ts';
import { promptGuessing } from './promptGuessing.ts';
import { promptMissed } from './promptMissed.ts';
import { replayedBeats } from './replayedBeats.ts';
import { secondDevice, secondPage } from './secondPlace.ts';
import { seekAhead } from './seekAhead.ts';
import { spoofedVisibility } from './spoofedVisibility.ts';
import { suspicion } from './suspicion.ts';
import { syntheticInput } from './syntheticInput.ts';
import { tooFastToRead } from './tooFastToRead.ts';
import { unfocused } from './unfocused.ts';

export const rules = [
  fasterThanClock,
  forgedBeats,
  spoofedVisibility,
  hidden,
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
  answerWithoutHand,
  constantLatency,
  answeredHidden,
  tooFastToRead,
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
