/** The closed lists of words in which rules and verdicts speak. */

/** The prohibited behaviours of the rules (十九条措施 (七)) that a rule here can raise. */
export type AlertCode =
  | 'concurrentLogin'
  | 'multiPagePlayback'
  | 'backgroundPlayback'
  | 'courseBrushing'
  | 'idleAttendance'
  | 'proxyAttendance';

export type Severity = 'low' | 'medium' | 'high';

export type Facts = Readonly<Record<string, string | number | boolean>>;

/** Why a session was ended from here. */
export type EndReason = 'session.silent' | 'session.faceRefused';

export type Fate = 'credited' | 'held' | 'denied';

/**
 * Why a span has its fate. Reasons before the dot that are alert codes accuse; the others
 * (`presence`, `coverage`, `clock`, `disconnected`, `session`) explain.
 */
export type Reason =
  | 'presence.awaiting'
  | 'presence.proven'
  | 'presence.lapsed'
  | 'presence.none'
  | 'presence.missed'
  | 'presence.failed'
  | 'disconnected.awaiting'
  | 'disconnected.overCap'
  | 'coverage.seen'
  | 'coverage.slow'
  | 'coverage.beyondLesson'
  | 'coverage.fragmented'
  | 'clock.exceeded'
  | 'session.exam'
  | 'session.dayCap'
  | 'session.studyCap'
  | 'concurrentLogin.leaseLost'
  | 'multiPagePlayback.leaseLost'
  | 'backgroundPlayback.hidden'
  | 'backgroundPlayback.spoofedVisibility'
  | 'backgroundPlayback.unfocused'
  | 'backgroundPlayback.outOfView'
  | 'courseBrushing.playbackRate'
  | 'courseBrushing.fasterThanClock'
  | 'courseBrushing.forgedBeats'
  | 'courseBrushing.mediaReplaced'
  | 'courseBrushing.mediaMissing'
  | 'courseBrushing.undelivered'
  | 'idleAttendance.syntheticInput';
