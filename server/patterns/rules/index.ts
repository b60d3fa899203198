/** Every pattern, in the order in which they run. A new one is its file, a line here, and its words in the catalogue of alerts. */
import { assistedEverywhere } from './assistedEverywhere.ts';
import { classOutlier } from './classOutlier.ts';
import { clonedTiming } from './clonedTiming.ts';
import { completionBurst } from './completionBurst.ts';
import { knownBank } from './knownBank.ts';
import { lockstep } from './lockstep.ts';
import { oneFace } from './oneFace.ts';
import { oneHand } from './oneHand.ts';
import { sharedAnswers } from './sharedAnswers.ts';
import { sharedDevice } from './sharedDevice.ts';

export const patterns = [
  sharedDevice,
  lockstep,
  clonedTiming,
  sharedAnswers,
  knownBank,
  oneHand,
  oneFace,
  assistedEverywhere,
  completionBurst,
  classOutlier,
] as const;

export type PatternName = (typeof patterns)[number]['name'];
