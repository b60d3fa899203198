/** Policies under which each right answer releases by itself: for tests that are about something else. */
import { demoPolicy, type Policy } from '../../detector/index.ts';

export function alone<P extends Policy>(policy: P): P {
  const release = { at: 100, wrong: 200, missed: 100, lostAt: -500 };
  const { minDueMs: minDoubtMs, maxDueMs: maxDoubtMs } = policy.presence;
  return { ...policy, presence: { ...policy.presence, minDoubtMs, maxDoubtMs, release } };
}

export const aloneDemo: Policy = alone(demoPolicy);
