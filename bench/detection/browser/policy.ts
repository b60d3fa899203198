/**
 * The standard policy with its questions sixty times as often, so that a run of minutes meets as many as an
 * attacker would in as many hours. Only presence and the pace of beats change: the rules' thresholds stay.
 */
import { type Policy, standardPolicy } from '../../../detector/index.ts';

/** A minute here asks as many questions as an hour of the standard policy. */
export const FASTER = 60;

/** Shorter pauses between two askings than this ask for more than a person, or a bot that imitates one, can do. */
const LEAST_MS = 3_000;

/** Wall time that is no pace: how long held time waits, and the time to answer, which nobody can do in a second. */
const KEPT = ['heldForMs'];

export const quickPolicy: Policy = {
  ...standardPolicy,
  name: `standard, ${FASTER} times as often`,
  beat: { minIntervalMs: 2_500, maxIntervalMs: 5_000 },
  presence: {
    ...quickened(standardPolicy.presence),
    mostPerHour: FASTER * standardPolicy.presence.mostPerHour,
    nearEndMs: 0,
    // Time to answer cannot shrink as the gaps do: with 30 s between two proofs a busy machine would be late.
    maxGapMs: 90_000,
  },
  proofs: { question: { windowMs: 20_000, lateMs: 5_000, minLatencyMs: 800 } },
};

function quickened<T extends object>(section: T): T {
  const entries = Object.entries(section).map(([name, value]) => {
    const pace = name.endsWith('Ms') && !KEPT.includes(name) && typeof value === 'number' && value > 0;
    return [name, pace ? Math.max(LEAST_MS, Math.round(value / FASTER)) : value];
  });
  return Object.fromEntries(entries) as T;
}
