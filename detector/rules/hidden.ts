/**
 * backgroundPlayback 非前台播放: playing in a page that says it is hidden.
 *
 * The seconds are denied and the trainee is told at once. An alert wants duration or
 * repetition: people look at a message for three seconds.
 */
import type { Rule } from '../rule.ts';
import { hiddenMsOf, isHidden, spoofSigns } from '../signs.ts';

/** Polling finds a hidden page within this; less is granularity, not background. */
const POLL_MS = 150;

interface Thresholds {
  /** Hidden play in one go that raises an alert. */
  readonly afterMs: number;
  /** Hiding so many times within so long while it plays does as well. */
  readonly times: number;
  readonly withinMs: number;
}

interface Memory {
  /** Hidden play in one go, so far. */
  readonly ms: number;
  /** When the page was last hidden while it played. */
  readonly hidAts: readonly number[];
}

export const hidden: Rule<'hidden', Memory, Thresholds> = {
  name: 'hidden',
  code: 'backgroundPlayback',
  severity: 'low',
  scope: 'session',
  thresholds: ['afterMs', 'times', 'withinMs'],
  first: { ms: 0, hidAts: [] },
  judge(own, { claim, at, thresholds: { afterMs, times, withinMs } }) {
    if (claim === null) return { own };
    const { beat, played } = claim;
    const goes = beat.cause === 'hidden' && beat.player[0] === 'playing';
    const hiddenMs = hiddenMsOf(beat);
    const backgroundMs = hiddenMs > POLL_MS ? Math.min(played, hiddenMs) : 0;
    if (backgroundMs === 0 && !goes && own.ms === 0) return { own };
    const ms = backgroundMs > 0 ? own.ms + backgroundMs : 0;
    const hidAts = goes ? [...own.hidAts, at].filter((one) => at - one <= withinMs).slice(-times) : own.hidAts;
    // A page that lies about it is another rule's.
    const worth = (beat.signs & spoofSigns) === 0 && (ms > afterMs || (goes && hidAts.length >= times));
    return {
      // Seen again as the beat ends: the next time is another time.
      own: { ms: isHidden(beat) ? ms : 0, hidAts },
      finding: {
        ...(backgroundMs > 0 ? { background: { ms: backgroundMs, reason: 'backgroundPlayback.hidden' } } : {}),
        ...(goes ? { warn: 'backgroundPlayback.hidden' } : {}),
        ...(worth ? { alert: { facts: { hiddenMs: ms, times: hidAts.length } } } : {}),
      },
    };
  },
};
