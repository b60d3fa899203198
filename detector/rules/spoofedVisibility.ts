/**
 * backgroundPlayback 非前台播放: playing in a page nobody can see, which claims to be seen.
 *
 * What a spoofed page cannot hide: the browser's own visibility record; frames that stop
 * while the page's thread runs on; page timers throttled to 1/s while a Worker keeps 10/s.
 * Measured in a really hidden Chromium tab: frames 0/s, faked frames 1.3/s, timers 1/s,
 * Worker 10/s. `totalVideoFrames` keeps rising and is no signal.
 *
 * Frames and page timers share one thread: when that is blocked both stop in front of an
 * honest person. So only time in which the thread is known to have run is looked at.
 */
import type { Claim, Rule } from '../rule.ts';
import { hiddenMsOf, spoofSigns } from '../signs.ts';

/** Polling finds a hidden page within this. */
const POLL_MS = 150;
/** The record and the poll may disagree by this much around a transition. */
const RECORD_SLACK_MS = 1_000;
/** A Worker that is itself starved says nothing about the page. */
const WORKER_ALIVE_PER_SECOND = 7;
/** A beat counts as visible play when this share of it was. */
const MOSTLY = 0.8;

interface Thresholds {
  /** Playing time, over as many beats as it takes, after which silent frames contradict "visible". */
  readonly evidenceMs: number;
  /** Fewer animation frames a second than this is a frozen page (hidden: 0; faked by timers: 1.3; slow phones: 15). */
  readonly minFramesPerSecond: number;
  /** A page timer of 100 ms gets 1/s when hidden, 10/s when visible; a Worker always gets 10/s. */
  readonly maxThrottledTicksPerSecond: number;
}

/** Sums over visible play: ms, animation and video frames, page and Worker ticks (−1: no such source). */
interface Memory {
  readonly ms: number;
  readonly animation: number;
  readonly video: number;
  readonly pageTicks: number;
  readonly workerTicks: number;
}

const first: Memory = { ms: 0, animation: 0, video: 0, pageTicks: 0, workerTicks: 0 };

export const spoofedVisibility: Rule<'spoofedVisibility', Memory, Thresholds> = {
  name: 'spoofedVisibility',
  code: 'backgroundPlayback',
  severity: 'high',
  scope: 'session',
  thresholds: ['evidenceMs', 'minFramesPerSecond', 'maxThrottledTicksPerSecond'],
  first,
  judge(own, { claim, thresholds }) {
    if (claim === null) return { own };
    const { beat, played } = claim;
    const [, , recordedHiddenMs] = beat.page;
    const hiddenMs = hiddenMsOf(beat);
    const seen = sum(own, claim);
    const enough = seen.ms >= thresholds.evidenceMs;
    const contradictions = enough && frozen(seen, thresholds) ? ['frames', 'timers'] : [];
    if (recordedHiddenMs > hiddenMs + RECORD_SLACK_MS) contradictions.push('visibilityRecord');
    const next = enough ? first : seen;

    if (contradictions.length > 0) {
      const facts = { backgroundMs: played, contradictions: contradictions.join(' '), signs: beat.signs };
      return { own: next, finding: { background: { ms: played, reason }, alert: { facts } } };
    }
    const spoofs = (beat.signs & spoofSigns) !== 0;
    const goes = beat.cause === 'hidden' && beat.player[0] === 'playing';
    if (!spoofs || !(goes || (hiddenMs > POLL_MS && played > 0))) return { own: next };
    const backgroundMs = hiddenMs > POLL_MS ? Math.min(played, hiddenMs) : 0;
    const facts = { backgroundMs, contradictions: 'pageScripts', signs: beat.signs };
    return {
      own: next,
      finding: { ...(backgroundMs > 0 ? { background: { ms: backgroundMs, reason } } : {}), alert: { facts } },
    };
  },
};

const reason = 'backgroundPlayback.spoofedVisibility';

/** Adds a beat's evidence to what is not judged yet. Only visible play counts: a still page owes no frames. */
function sum(seen: Memory, { beat, lengthMs, played }: Claim): Memory {
  // An SDK that does not tell when its thread was blocked gives no evidence either way.
  if (beat.busy === undefined) return seen;
  const ran = lengthMs - beat.busy;
  const visible = Math.min(beat.page[0], ran);
  if (ran <= 0 || beat.busy > lengthMs / 2 || visible < MOSTLY * ran || played < MOSTLY * lengthMs) return seen;
  const plus = (a: number, b: number) => (a < 0 || b < 0 ? -1 : a + b);
  return {
    ms: seen.ms + visible,
    animation: seen.animation + beat.frames[0],
    video: plus(seen.video, beat.frames[1]),
    pageTicks: seen.pageTicks + beat.clocks[1],
    workerTicks: plus(seen.workerTicks, beat.clocks[2]),
  };
}

/** No frames, and timers throttled beside a Worker that is not: what only a hidden page does. */
function frozen(seen: Memory, { minFramesPerSecond, maxThrottledTicksPerSecond }: Thresholds): boolean {
  const seconds = seen.ms / 1000;
  const few = minFramesPerSecond * seconds;
  const throttled = seen.pageTicks <= maxThrottledTicksPerSecond * seconds;
  return seen.animation < few && seen.video < few && throttled && seen.workerTicks >= WORKER_ALIVE_PER_SECOND * seconds;
}
