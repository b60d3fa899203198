/**
 * backgroundPlayback 非前台播放: visible but not focused, where a policy asks for focus. Two
 * screens are honest, so no shipped policy has this section.
 */
import type { Rule } from '../rule.ts';

/** Polling finds a change of focus within this. */
const POLL_MS = 150;

interface Thresholds {
  /** Unfocused play in one go that raises an alert. */
  readonly afterMs: number;
}

interface Memory {
  /** Unfocused play in one go, so far. */
  readonly ms: number;
}

export const unfocused: Rule<'unfocused', Memory, Thresholds> = {
  name: 'unfocused',
  code: 'backgroundPlayback',
  severity: 'low',
  scope: 'session',
  thresholds: ['afterMs'],
  first: { ms: 0 },
  judge(own, { claim, thresholds }) {
    if (claim === null) return { own };
    const awayMs = claim.lengthMs - claim.beat.page[1];
    const backgroundMs = awayMs > POLL_MS ? Math.min(claim.played, awayMs) : 0;
    if (backgroundMs === 0) return own.ms === 0 ? { own } : { own: { ms: 0 } };
    const ms = own.ms + backgroundMs;
    return {
      own: { ms },
      finding: {
        background: { ms: backgroundMs, reason: 'backgroundPlayback.unfocused' },
        ...(ms > thresholds.afterMs ? { alert: { facts: { unfocusedMs: ms } } } : {}),
      },
    };
  },
};
