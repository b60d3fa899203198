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
import { type Seen, type Session, unseen } from '../state.ts';
import type { Reason } from '../verdict.ts';
import { patchSession, raise, type Work } from '../work.ts';

/** Polling finds a hidden page within this; less is granularity, not background. */
const POLL_MS = 150;
/** The record and the poll may disagree by this much around a transition. */
const RECORD_SLACK_MS = 1_000;
/** A Worker that is itself starved says nothing about the page. */
const WORKER_ALIVE_PER_SECOND = 7;
/** A beat counts as visible play when this share of it was. */
const MOSTLY = 0.8;

const spoofSigns = Sign.ownVisibility | Sign.visibilityMismatch | Sign.canarySwallowed;

export interface Background {
  readonly ms: number;
  readonly reason: Reason;
  /** Contradictions found; empty where the page was open about it. */
  readonly contradictions: readonly string[];
}

const inFront: Background = { ms: 0, reason: 'backgroundPlayback.hidden', contradictions: [] };

/** How much of the claimed play was in the background, and what contradicts a claim of foreground. */
export function judgeBackground(work: Work, beat: BeatClaim, session: Session, played: number): Background {
  const { policy } = work;
  const length = beat.span[1] - beat.span[0];
  const [visibleMs, focusedMs, recordedHiddenMs] = beat.page;
  const hiddenMs = Math.max(0, length - visibleMs);
  const seen = look(session.seen, beat, played);
  const contradictions = contradict(policy, seen);
  if (recordedHiddenMs > hiddenMs + RECORD_SLACK_MS) contradictions.push('visibilityRecord');
  patchSession(work, session.id, { seen: seen.ms >= policy.background.evidenceMs ? unseen : seen });

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
  return inFront;
}

/** Adds a beat's evidence to what is not judged yet. Only visible play counts: a still page owes no frames. */
function look(seen: Seen, beat: BeatClaim, played: number): Seen {
  const length = beat.span[1] - beat.span[0];
  const visible = Math.min(beat.page[0], length);
  if (length === 0 || visible < MOSTLY * length || played < MOSTLY * length) return seen;
  const sum = (a: number, b: number) => (a < 0 || b < 0 ? -1 : a + b);
  return {
    ms: seen.ms + visible,
    animation: seen.animation + beat.frames[0],
    video: sum(seen.video, beat.frames[1]),
    pageTicks: seen.pageTicks + beat.clocks[1],
    workerTicks: sum(seen.workerTicks, beat.clocks[2]),
  };
}

function contradict({ background }: Policy, seen: Seen): string[] {
  if (seen.ms < background.evidenceMs) return [];
  const seconds = seen.ms / 1000;
  const few = background.minFramesPerSecond * seconds;
  const out: string[] = [];
  if (seen.animation < few && seen.video < few) out.push('frames');
  const throttled = seen.pageTicks <= background.maxThrottledTicksPerSecond * seconds;
  if (throttled && seen.workerTicks >= WORKER_ALIVE_PER_SECOND * seconds) out.push('timers');
  return out;
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
