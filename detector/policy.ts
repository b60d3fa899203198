/**
 * The policy: every threshold and rule switch the detector uses, frozen, and named by
 * the SHA-256 of its own bytes (the server hashes; the detector never sees the name).
 * A session is judged under the policy it was opened with, for ever (law 9).
 *
 * Units: milliseconds, unless the name says otherwise. Each default's reason stands beside it.
 */
export interface Policy {
  readonly name: string;
  readonly version: number;
  readonly clock: {
    /** How far before the last beat's arrival a beat's time may reach: network jitter. Law 4's tolerance. */
    readonly toleranceMs: number;
  };
  readonly beat: {
    /** The server chooses the next interval uniformly in this range, so beats cannot be prepared. */
    readonly minIntervalMs: number;
    readonly maxIntervalMs: number;
  };
  readonly session: {
    /** A session silent for so long is closed. */
    readonly silentMs: number;
  };
  readonly rate: {
    /** Fastest first viewing that earns credit (AQ 8011-2023 线上: 屏蔽快进). */
    readonly firstViewingMax: number;
    /** Media ahead of wall × max that is put down to measurement; carried between beats, paid back by honest play. */
    readonly slackMs: number;
    /** Share of the wall time that two clocks may drift apart: 2 % is far beyond any crystal. */
    readonly driftShare: number;
  };
  readonly seek: {
    /** A forward seek over more unseen media than this share of the lesson is flagged. */
    readonly flagShare: number;
  };
  readonly focus: {
    /** Whether a visible but unfocused page earns. Dual monitors are honest, so the default is false. */
    readonly required: boolean;
  };
  readonly background: {
    /** Playing time, over as many beats as it takes, after which silent frames contradict "visible". */
    readonly evidenceMs: number;
    /** Fewer animation frames a second than this is a frozen page (hidden: 0; faked by timers: 1.3; slow phones: 15). */
    readonly minFramesPerSecond: number;
    /** A page timer of 100 ms gets 1/s when hidden, 10/s when visible; a Worker always gets 10/s. */
    readonly maxThrottledTicksPerSecond: number;
  };
  readonly offline: {
    /** Most wall time, since the last live beat, that beats queued without a connection may claim. */
    readonly capMs: number;
  };
  readonly presence: {
    /** Law 5: two proofs bracket a credited second at most so far apart. */
    readonly maxGapMs: number;
    /** Whether a fresh ticket opens a bracket. It never closes one. */
    readonly ticketOpens: boolean;
    /** The next prompt comes uniformly in this range after a proof (驾培: every 10–15 min; K: 5–15). */
    readonly minPromptMs: number;
    readonly maxPromptMs: number;
    /** Time to answer, on the server's clock. */
    readonly windowMs: number;
    /** An answer this late is still a proof: networks are slow, and people are. */
    readonly lateMs: number;
    /** Pause before a new question after a missed, wrong or too fast answer; doubled with each wrong one. */
    readonly retryMs: number;
    /** A right answer faster than a person reads is no proof. */
    readonly minLatencyMs: number;
    /** Consecutive missed prompts that raise an alert. */
    readonly alertAfterMisses: number;
    /** Wrong answers in a row that end the bracket: what is held is lost, as if nobody had been there. */
    readonly mostWrong: number;
    /** Wrong answers among the last eight that look like guessing. */
    readonly guessesOfEight: number;
  };
  readonly forgery: {
    /** Stretches of play looked at together. */
    readonly window: number;
    /** Standard deviation of (media − rate × elapsed) beyond which positions are made up (real: 3 ms; forged: 673 ms). */
    readonly maxResidualMs: number;
    /** So many stretches in a row that begin and end on a whole second of media are not a player's. */
    readonly roundStretches: number;
    /** `Date` may drift from the monotonic clock by this share before it counts as hooked. */
    readonly maxDateDrift: number;
    /** Refused beats (bad MAC, replay, wrong nonce) in one session that raise an alert. */
    readonly refusals: number;
  };
  readonly alerts: {
    /** The same rule speaks again about the same session after this long. */
    readonly repeatMs: number;
  };
}

const second = 1000;
const minute = 60 * second;

export const standardPolicy: Policy = {
  name: 'standard',
  version: 1,
  clock: { toleranceMs: 2 * second },
  beat: { minIntervalMs: 8 * second, maxIntervalMs: 15 * second },
  session: { silentMs: 15 * minute },
  rate: { firstViewingMax: 1, slackMs: 400, driftShare: 0.02 },
  seek: { flagShare: 0.3 },
  focus: { required: false },
  background: { evidenceMs: 2500, minFramesPerSecond: 3, maxThrottledTicksPerSecond: 3 },
  offline: { capMs: 2 * minute },
  presence: {
    maxGapMs: 20 * minute,
    ticketOpens: true,
    minPromptMs: 5 * minute,
    maxPromptMs: 15 * minute,
    windowMs: 60 * second,
    lateMs: 30 * second,
    retryMs: 20 * second,
    minLatencyMs: 800,
    alertAfterMisses: 2,
    mostWrong: 4,
    guessesOfEight: 4,
  },
  forgery: { window: 6, maxResidualMs: 250, roundStretches: 5, maxDateDrift: 0.25, refusals: 3 },
  alerts: { repeatMs: minute },
};

/** For the demo: a newcomer meets the first prompt within about a minute. */
export const demoPolicy: Policy = {
  ...standardPolicy,
  name: 'demo',
  presence: {
    ...standardPolicy.presence,
    maxGapMs: 5 * minute,
    minPromptMs: 40 * second,
    maxPromptMs: 60 * second,
    windowMs: 45 * second,
    retryMs: 10 * second,
    alertAfterMisses: 1,
  },
};
