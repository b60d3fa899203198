/** Every rule over exams. A new one is its file, a line here, and its words in the catalogue of alerts. */
import { examCycling } from './examCycling.ts';
import { examEvenGaps } from './examEvenGaps.ts';
import { examHarvest } from './examHarvest.ts';
import { examLockstep } from './examLockstep.ts';
import { examLookup } from './examLookup.ts';
import { examManyAttempts } from './examManyAttempts.ts';
import { examNoSpread } from './examNoSpread.ts';
import { examPace } from './examPace.ts';
import { examSameAddress } from './examSameAddress.ts';
import { examSameWrong } from './examSameWrong.ts';
import { examSharedDevice } from './examSharedDevice.ts';
import { examTooFast } from './examTooFast.ts';
import { examUnlikeLessons } from './examUnlikeLessons.ts';

export const examRules = [
  examTooFast,
  examPace,
  examEvenGaps,
  examCycling,
  examHarvest,
  examManyAttempts,
  examLookup,
  examSharedDevice,
  examSameWrong,
  examLockstep,
  examSameAddress,
  examUnlikeLessons,
  examNoSpread,
] as const;

/**
 * Two look at no exam as a whole: `examScoreChanged` at stored results (`../audit.ts`), `examOtherFace` at one
 * sitting while it lasts (`examOtherFace.ts`).
 */
export type ExamRuleName = (typeof examRules)[number]['name'] | 'examScoreChanged' | 'examOtherFace';
