/**
 * backgroundPlayback 非前台播放: playing in a page nobody can see.
 *
 * Honest visibility first (prototype getters, polled), then what a spoofed page cannot
 * hide: the browser's own visibility record; frames that stop; page timers throttled to
 * 1/s while a Worker keeps 10/s. Measured in a really hidden Chromium tab: frames 0/s, faked
 * frames 1.3/s, timers 1/s, Worker 10/s. `totalVideoFrames` keeps rising and is no signal.
 */
import { type BeatArrived, type BeatClaim, Sign } from '../event.ts';
import type { Policy } from '../policy.ts';
import type { Session } from '../state.ts';
import type { Reason } from '../verdict.ts';
import { raise, type Work } from '../work.ts';

/** Polling finds a hidden page within this; less is granularity, not background. */
const POLL_MS = 150;
/** The record and the poll may disagree by this much around a transition. */
const RECORD_SLACK_MS = 1_000;
/** A Worker that is itself starved says nothing about the page. */
const WORKER_ALIVE_PER_SECOND = 7;

const spoofSigns = Sign.ownVisibility | Sign.visibilityMismatch | Sign.canarySwallowed;

export interface Background {
  readonly ms: number;
  readonly reason: Reason;
  /** Contradictions found; empty where the page was open about it. */
  readonly contradictions: readonly string[];
}

/** How much of the claimed play was in the background, and what contradicts a claim of foreground. */
export function judgeBackground(policy: Policy, beat: BeatClaim, played: number): Background {
  const length = beat.span[1] - beat.span[0];
  const [visibleMs, focusedMs, recordedHiddenMs] = beat.page;
  const hiddenMs = Math.max(0, length - visibleMs);
  const contradictions: string[] = [];
  if (recordedHiddenMs > hiddenMs + RECORD_SLACK_MS) contradictions.push('visibilityRecord');

  const seconds = Math.min(visibleMs, length) / 1000;
  const [animation, video] = beat.frames;
  const [, pageTicks, workerTicks] = beat.clocks;
  const enough = seconds * 1000 >= policy.background.evidenceMs && played >= policy.background.evidenceMs;
  const frozen =
    enough &&
    animation < policy.background.minFramesPerSecond * seconds &&
    video < policy.background.minFramesPerSecond * seconds;
  const throttled =
    enough &&
    pageTicks <= policy.background.maxThrottledTicksPerSecond * seconds &&
    workerTicks >= WORKER_ALIVE_PER_SECOND * seconds;
  if (frozen) contradictions.push('frames');
  if (throttled) contradictions.push('timers');

  // One source may fail on an honest machine; the browser's own record, or two sources, may not.
  if (contradictions.includes('visibilityRecord') || contradictions.length >= 2) {
    return { ms: played, reason: 'backgroundPlayback.spoofedVisibility', contradictions };
  }
  if (hiddenMs > POLL_MS) {
    const spoofed = (beat.signs & spoofSigns) !== 0;
    return {
      ms: Math.min(played, hiddenMs),
      reason: spoofed ? 'backgroundPlayback.spoofedVisibility' : 'backgroundPlayback.hidden',
      contradictions: spoofed ? ['pageScripts'] : [],
    };
  }
  if (policy.focus.required && length - focusedMs > POLL_MS) {
    return { ms: Math.min(played, length - focusedMs), reason: 'backgroundPlayback.unfocused', contradictions: [] };
  }
  return { ms: 0, reason: 'backgroundPlayback.hidden', contradictions: [] };
}

/** Speaks at the moment of hiding, before a single background second has been claimed. */
export function alertBackground(work: Work, event: BeatArrived, session: Session, background: Background): void {
  const { beat } = event;
  const goesHidden = beat.cause === 'hidden' && beat.player[0] === 'playing';
  if (background.ms === 0 && !goesHidden) return;
  const spoofed = background.contradictions.length > 0 || (goesHidden && (beat.signs & spoofSigns) !== 0);
  const rule = spoofed
    ? 'spoofedVisibility'
    : background.reason === 'backgroundPlayback.unfocused'
      ? 'unfocused'
      : 'hidden';
  raise(work, 'backgroundPlayback', rule, spoofed ? 'high' : 'low', session, {
    backgroundMs: background.ms,
    ...(background.contradictions.length > 0 ? { contradictions: background.contradictions.join(' ') } : {}),
    ...(beat.signs !== 0 ? { signs: beat.signs } : {}),
  });
}
