/** Policies under which each right answer releases by itself: for tests that are about something else. */
import { demoPolicy, type Policy } from '../../detector/index.ts';

/** The points of a right answer to one of four choices; one that can hardly be guessed is worth 100. */
export const ONE_OF_FOUR = 63;

/** @param at the points of the answers that the test gives */
export function alone<P extends Policy>(policy: P, at = 100): P {
  const release = { at, wrong: 200, missed: 100, lostAt: -500, decidedEvery: 1 };
  const { minDueMs: minDoubtMs, maxDueMs: maxDoubtMs } = policy.presence;
  return { ...policy, presence: { ...policy.presence, minDoubtMs, maxDoubtMs, release } };
}

export const aloneDemo: Policy = alone(demoPolicy);
