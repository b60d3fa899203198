/**
 * Policies of schema 2: what they did not say yet, as they meant it, and the two that were shipped.
 * A version that was ever shipped is never edited.
 */
import type { Presence, Release } from './policy.ts';
import type { Policy3 } from './policy3.ts';

type Presence2 = Omit<Presence, 'minDoubtMs' | 'maxDoubtMs' | 'release'> & { readonly mostWrong: number };

/** A policy as schema 2 stored it. */
export type Policy2 = Omit<Policy3, 'schema' | 'presence'> & { readonly schema: 2; readonly presence: Presence2 };

/** A right answer, also of one of four choices, releases by itself; after a wrong one it takes two; the third wrong one loses. */
export const alone: Release = { at: 60, wrong: 120, missed: 60, lostAt: -300, decidedEvery: 1 };

export function readPolicy2(stored: Policy2): Policy3 {
  const { mostWrong, ...presence } = stored.presence;
  const { minDueMs, maxDueMs } = presence;
  const release: Release = { ...alone, lostAt: alone.at - mostWrong * alone.wrong };
  return { ...stored, schema: 3, presence: { ...presence, minDoubtMs: minDueMs, maxDoubtMs: maxDueMs, release } };
}

const second = 1000;
const minute = 60 * second;
const day = 24 * 60 * minute;

export const standard2: Policy2 = {
  schema: 2,
  name: 'standard',
  version: 2,
  clock: { toleranceMs: 2 * second },
  beat: { minIntervalMs: 8 * second, maxIntervalMs: 15 * second },
  // A laptop that sleeps through the night goes on with its page, and with what it had not told yet.
  session: { silentMs: 12 * 60 * minute },
  // A lost line must not cost a lesson, and no label may replace proofs.
  disconnected: { capMs: 10 * minute },
  presence: {
    // A proof due after 15 minutes, and a line that is lost just then for as long as may count, fit in.
    maxGapMs: 30 * minute,
    heldForMs: 7 * day,
    ticketOpens: true,
    // 驾培: every 10–15 min. With a question at each lesson's end this stays below 6 an hour.
    minDueMs: 10 * minute,
    maxDueMs: 15 * minute,
    minReturnMs: 20 * second,
    maxReturnMs: 90 * second,
    retryMs: 10 * second,
    mostWrong: 3,
    freePauseMs: 45 * minute,
    mostPerHour: 6,
    nearEndMs: 5 * minute,
    endCoverage: 0.9,
  },
  proofs: { question: { windowMs: 60 * second, lateMs: 30 * second, minLatencyMs: 800 } },
  alerts: { repeatMs: minute },
  rules: {
    hidden: { afterMs: 10 * second, times: 5, withinMs: 10 * minute },
    spoofedVisibility: { evidenceMs: 2500, minFramesPerSecond: 3, maxThrottledTicksPerSecond: 3 },
    secondDevice: { overlapMs: 10 * second },
    secondPage: { overlapMs: 10 * second },
    playbackRate: { firstViewingMax: 1, slackMs: 400, driftShare: 0.02, alertAfterMs: 2 * minute },
    seekAhead: { flagShare: 0.5, jumps: 3 },
    fasterThanClock: { aheadMs: 30 * second, driftShare: 0.02 },
    clockHook: { maxDateDrift: 0.25, beats: 5 },
    forgedBeats: { window: 6, maxResidualMs: 220, roundWeight: 24 },
    replayedBeats: { refusals: 3 },
    promptMissed: { misses: 3 },
    promptGuessing: { wrong: 5, of: 8 },
    presenceGap: { lapsedMs: 1 * minute },
    syntheticInput: { events: 5, beats: 3 },
  },
};

/** For the demo: a newcomer meets the first question within about a minute. */
export const demo2: Policy2 = {
  ...standard2,
  name: 'demo',
  presence: {
    ...standard2.presence,
    maxGapMs: 5 * minute,
    minDueMs: 40 * second,
    maxDueMs: 60 * second,
    minReturnMs: 10 * second,
    maxReturnMs: 20 * second,
    mostPerHour: 120,
    nearEndMs: 0,
  },
  proofs: { question: { windowMs: 45 * second, lateMs: 15 * second, minLatencyMs: 800 } },
};
