/**
 * backgroundPlayback 非前台播放: a picture that is in view by all accounts, and a browser that draws nothing. Only a weak
 * sign here; with page timers slowed as well it is `spoofedVisibility`.
 *
 * A recording of slides may show one picture for minutes: then the page itself is still drawn.
 */
import type { Claim, Rule } from '../rule.ts';
import { Unseen } from '../signs.ts';

/** Shorter beats say nothing. */
const LONG_ENOUGH_MS = 2_000;
/** A beat counts when this share of it was played, visible, and had a thread that ran. */
const MOSTLY = 0.8;

interface Thresholds {
  /** Fewer animation frames a second than this is a page that is not drawn (slow phones: 15). */
  readonly minFramesPerSecond: number;
  /** Play in which neither the page nor the video was drawn. */
  readonly standingMs: number;
  /** Play in which the video alone was not. */
  readonly pictureMs: number;
}

interface Memory {
  readonly ms: number;
  readonly pictureMs: number;
}

export const framesAbsent: Rule<'framesAbsent', Memory, Thresholds> = {
  name: 'framesAbsent',
  code: null,
  severity: 'low',
  scope: 'session',
  thresholds: ['minFramesPerSecond', 'standingMs', 'pictureMs'],
  first: { ms: 0, pictureMs: 0 },
  judge(own, { claim, thresholds: { minFramesPerSecond, standingMs, pictureMs: longMs } }) {
    if (claim === null) return { own };
    let { ms, pictureMs } = own;
    if (isPlainlySeen(claim)) {
      const [animation, video] = claim.beat.frames;
      const few = (minFramesPerSecond * claim.lengthMs) / 1000;
      ms = animation < few && video < few ? Math.min(standingMs, ms + claim.played) : 0;
      // −1: this browser does not tell.
      pictureMs = video === 0 ? Math.min(longMs, pictureMs + claim.played) : 0;
    }
    const kept = ms === own.ms && pictureMs === own.pictureMs ? own : { ms, pictureMs };
    const weak = ms >= standingMs ? 2 : pictureMs >= longMs ? 1 : 0;
    return weak > 0 ? { own: kept, finding: { weak } } : { own: kept };
  },
};

function isPlainlySeen({ beat, lengthMs, played }: Claim): boolean {
  const { view, page, busy } = beat;
  if (view === undefined || busy === undefined || lengthMs < LONG_ENOUGH_MS) return false;
  const [unseenMs, percent, why] = view;
  const inView = unseenMs === 0 && percent > 0 && (why & Unseen.noPicture) === 0;
  return inView && Math.min(page[0], played, lengthMs - busy) >= MOSTLY * lengthMs;
}
