/**
 * Policies of schema 3: what they did not say yet, as they meant it, and the two that were shipped, on which
 * today's build. A version that was ever shipped is never edited.
 */
import type { Policy } from './policy.ts';

/** A policy as schema 3 stored it. */
export type Policy3 = Omit<Policy, 'schema'> & { readonly schema: 3 };

/** A face was asked for whenever a proof was due, never because a page opened; no rule spoke of faces. */
export function readPolicy3(stored: Policy3): Policy {
  return { ...stored, schema: 4 };
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export const standard3: Policy3 = {
  schema: 3,
  name: 'standard',
  version: 3,
  clock: { toleranceMs: 2 * second },
  beat: { minIntervalMs: 8 * second, maxIntervalMs: 15 * second },
  // A laptop that sleeps through the night goes on with its page, and with what it had not told yet.
  session: { silentMs: 12 * 60 * minute },
  // A lost line must not cost a lesson, and no label may replace proofs.
  disconnected: { capMs: 10 * minute },
  presence: {
    // A proof due after 15 minutes, and a line that is lost just then for as long as may count, fit in.
    maxGapMs: 30 * minute,
    // Who studies half an hour a week has the five answers of a beginning within four weeks.
    heldForMs: 28 * day,
    ticketOpens: true,
    // 驾培: every 10–15 min. With a question at each lesson's end this stays below 6 an hour.
    minDueMs: 10 * minute,
    maxDueMs: 15 * minute,
    minReturnMs: 20 * second,
    maxReturnMs: 90 * second,
    // Six an hour, until five right answers have been given: then as seldom as above.
    minDoubtMs: 7 * minute,
    maxDoubtMs: 10 * minute,
    retryMs: 10 * second,
    // 5 right answers of forms that cannot be guessed. Of who answers 92 % right, 0.05 % is lost or waits for good; who
    // knows a quarter of the bank and guesses the rest is credited 0.4 %, who guesses all 0.00 % (standing.ts).
    release: { at: 500, wrong: 200, missed: 200, lostAt: -500, decidedEvery: 8 },
    freePauseMs: 45 * minute,
    mostPerHour: 6,
    nearEndMs: 5 * minute,
    endCoverage: 0.9,
  },
  // An image costs a script a reader, and a person nothing much: only where evidence is weak.
  proofs: { question: { windowMs: 60 * second, lateMs: 30 * second, minLatencyMs: 800, rendered: 'whenWeak' } },
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
    // A glance at the notes below is forgiven; three questions one after another, each open for a minute and a half, too.
    outOfView: { graceMs: 10 * second, coveredMs: 5 * minute, alertAfterMs: 5 * minute },
    // Filed lengths are rounded and openings are cut. Advertisements end within three minutes, and none is a stream.
    mediaReplaced: {
      slackMs: 30 * second,
      share: 0.1,
      alertAfterMs: 3 * minute,
      streamAfterMs: 10 * second,
      endlessMs: 1 * minute,
    },
    // A page of an application may be left with its player running on, unseen; not for long before it is noticed.
    mediaMissing: { alertAfterMs: 1 * minute },
    // Questions come each 10–15 min of play: two were answered, or missed, without a hand.
    automated: { quietMs: 30 * minute },
    // Windows are dragged about.
    offScreen: { standingMs: 1 * minute },
    pageSealed: {},
    imageRefused: {},
    noRecord: { standingMs: 1 * minute },
    // Recordings of slides change their picture seldom; for three minutes hardly one does not at all.
    framesAbsent: { minFramesPerSecond: 3, standingMs: 1 * minute, pictureMs: 3 * minute },
    noHand: { quietMs: 60 * minute },
    undelivered: {
      slackMs: 10 * second,
      // As long as browsers and networks are commonly told to keep media.
      keepMs: 30 * day,
      // Ours is told before it leaves: this is for a database that was away just then.
      serverLateMs: 30 * second,
      // A network's real-time log comes within seconds, or minutes; its hourly log is of no use here.
      reportLateMs: 15 * minute,
      missingMs: 30 * second,
      waitingMs: 2 * minute,
      alertAfterMs: 30 * second,
      beats: 3,
    },
    answerWithoutHand: { answers: 4 },
    constantLatency: { sdMs: 120, answers: 6, alertAnswers: 10 },
    answeredHidden: { answers: 3 },
    tooFastToRead: { answers: 3, alertAnswers: 6 },
    // Scale: 1 odd but common, 2 hardly ever of honest people, 4 never seen of them.
    suspicion: { askAt: 2, holdAt: 4, holdMore: 200, alertAt: 6, beats: 3, lastsMs: 30 * minute },
    // Six times what a flood of changes swallowed in an hour of a player that stutters.
    saysPaused: { weakMs: 10 * second, alertMs: minute },
    // An outage of its own for each of 20 to 40 beats in a row; slow lines of three minutes stay below.
    lateLabel: { weakMs: 2 * minute, alertMs: 5 * minute },
    // A phone that was put away and woke again makes one such beat.
    rareBeats: { weakMs: 2 * minute, alertMs: 5 * minute },
    // 40 drawn intervals vary by less than a third of what is expected in one of a million windows.
    constantCadence: { window: 40, share: 0.3, windows: 3 },
    // By chance less than once in 1000 beats: three in a row once in 10⁹.
    stuckSequence: { weakBeats: 3, alertBeats: 6 },
    // 0.6 % by chance: five in a row once in 10⁹; a platform may pause for its own reasons, so eight.
    equalPauses: { weakPauses: 5, alertPauses: 8 },
    // Credits begin at one place, too: people who leave then differ by a second or two.
    fixedEnd: { weakLessons: 5, alertLessons: 20 },
    constantGaps: { oddGaps: 5, weakGaps: 10 },
    smallSkips: { flagShare: 0.5, jumps: 20 },
    // One each 75 s, each with play; by hand it takes a minute to log in and find the place.
    deviceSwitching: { switches: 8, withinMs: 10 * minute },
    parallelLessons: { overlapMs: 30 * second, takeovers: 3, turns: 12, withinMs: 10 * minute },
    // Twice in a row happens on a train; a line that is down at each of eight questions, and up between, does not.
    silentAtQuestions: { weakSilences: 2, alertSilences: 8 },
    // Who attends misses 3 in 100, and pauses on a few: six of eight would be one in a hundred thousand.
    avoidedQuestions: { of: 8, weakAvoided: 4, alertAvoided: 6 },
    // No rule names it; driving schools allow 4 to 8 class hours a day.
    dayCap: { capMs: 8 * hour },
    // A morning or an afternoon of lessons, and the break between two classes.
    studyCap: { capMs: 4 * hour, breakMs: 10 * minute },
  },
};

/** For the demo: a newcomer meets the first question within about a minute. */
export const demo3: Policy3 = {
  ...standard3,
  name: 'demo',
  presence: {
    ...standard3.presence,
    maxGapMs: 5 * minute,
    minDueMs: 40 * second,
    maxDueMs: 60 * second,
    minDoubtMs: 20 * second,
    maxDoubtMs: 30 * second,
    minReturnMs: 10 * second,
    maxReturnMs: 20 * second,
    mostPerHour: 120,
    nearEndMs: 0,
    // A lesson of three minutes has six questions, each one of four: four of them convince here.
    release: { ...standard3.presence.release, at: 250 },
  },
  proofs: { question: { windowMs: 45 * second, lateMs: 15 * second, minLatencyMs: 800, rendered: 'whenWeak' } },
};
