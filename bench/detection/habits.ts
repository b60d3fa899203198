/**
 * How often what happens to honest people, in times an hour of play, and for how long.
 * These are the numbers of the published measure: a change here is a change of the measure.
 */
export const habits = {
  /** Lessons of a course, each of this length. */
  lessons: 12,
  lessonMs: 15 * 60_000,
  /** Sittings that end in the middle of a lesson. */
  leavesMidLesson: 0.4,
  /** Of those, how many just shut the lid. */
  shutsTheLid: 0.2,
  /** Answers. Latency: a few seconds to read, then an exponential tail. */
  wrong: 0.05,
  missed: 0.03,
  readMs: 3000,
  thinkMs: 8000,
  slowestMs: 40_000,
  /** Pauses the video and goes away although a question waits. */
  pausesOnQuestion: 0.08,
  /**
   * Face checks: how long until the burst is sent, and what becomes of an honest one. Assumed, for filmed people are
   * missing: several times what bench/face.md measured of a recogniser's errors.
   */
  face: { fastestMs: 8000, slowestMs: 25_000, unclear: 0.08, notLive: 0.01, otherPerson: 0.002 },
  /** What happens, times an hour of play. */
  perHour: {
    notification: 3,
    rateUpForASecond: 0.4,
    slowDown: 0.3,
    rewatchFast: 0.3,
    seekBack: 0.5,
    shortPause: 2,
    longPause: 0.25,
    sleep: 0.1,
    reload: 0.3,
    crash: 0.03,
    disconnect: 0.25,
    slowLine: 0.3,
    starve: 1,
    busyPage: 0.4,
    unfocus: 0.5,
    secondTab: 0.05,
    otherDevice: 0.08,
    /** Of those who share a machine. */
    handsOver: 0.6,
    dateStep: 0.05,
    databaseStall: 0.1,
    serverRestart: 0.04,
    clockStep: 0.05,
    otherProcess: 0.05,
  },
} as const;

export type Happening = keyof typeof habits.perHour;
