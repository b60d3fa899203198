/**
 * backgroundPlayback 非前台播放: playing in a visible page where the picture cannot be seen: scrolled or cut away, one
 * pixel large, not drawn, transparent, or under something opaque.
 *
 * People scroll to the notes and back, and a question lies over the picture while it plays on: a while is forgiven, and
 * forgiven again once as much was watched. What goes on beyond it is denied and told at once; an alert wants minutes.
 */
import type { Rule } from '../rule.ts';
import { Unseen } from '../signs.ts';

interface Thresholds {
  /** Unseen play that is forgiven; watching earns it back. */
  readonly graceMs: number;
  /** The same while something lies over the picture: longer than questions stay open. */
  readonly coveredMs: number;
  /** Unseen play in one go that raises an alert. */
  readonly alertAfterMs: number;
}

interface Memory {
  /** Unseen play that is not made up for by watching: out of view, and under something. */
  readonly owedMs: number;
  readonly coveredMs: number;
  /** Unseen play in one go, so far. */
  readonly ms: number;
}

const hindrances = ['detached', 'notDrawn', 'transparent', 'clipped', 'tiny', 'covered'] as const;

export const outOfView: Rule<'outOfView', Memory, Thresholds> = {
  name: 'outOfView',
  code: 'backgroundPlayback',
  severity: 'low',
  scope: 'session',
  thresholds: ['graceMs', 'coveredMs', 'alertAfterMs'],
  first: { owedMs: 0, coveredMs: 0, ms: 0 },
  judge(own, { claim, thresholds }) {
    const view = claim?.beat.view;
    if (claim === null || view === undefined || claim.played === 0) return { own };
    const [unseenMs, percent, why] = view;
    const missed = Math.min(claim.played, unseenMs);
    if (missed === 0 && own.owedMs === 0 && own.coveredMs === 0 && own.ms === 0) return { own };
    const watched = claim.played - missed;
    let owedMs = Math.max(0, own.owedMs - watched);
    let coveredMs = Math.max(0, own.coveredMs - watched);
    let overMs = 0;
    // What was covered for a part of it is forgiven as such: which part, nobody tells.
    if ((why & Unseen.covered) !== 0) {
      coveredMs += missed;
      overMs = coveredMs - thresholds.coveredMs;
      coveredMs = Math.min(coveredMs, thresholds.coveredMs);
    } else {
      owedMs += missed;
      overMs = owedMs - thresholds.graceMs;
      owedMs = Math.min(owedMs, thresholds.graceMs);
    }
    // Mostly watched: the next time is another time.
    const ms = 2 * missed > claim.played ? own.ms + missed : 0;
    const kept = { owedMs, coveredMs, ms };
    if (overMs <= 0) return { own: kept };
    const hindrance = hindrances.filter((name) => (why & Unseen[name]) !== 0).join(' ');
    return {
      own: kept,
      finding: {
        background: { ms: Math.min(missed, overMs), reason: 'backgroundPlayback.outOfView' },
        ...(ms >= thresholds.alertAfterMs ? { alert: { facts: { unseenMs: ms, percent, hindrance } } } : {}),
      },
    };
  },
};
