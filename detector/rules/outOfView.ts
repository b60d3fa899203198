/**
 * backgroundPlayback 非前台播放: playing in a visible page where the picture cannot be seen: scrolled or cut away, one
 * pixel large, not drawn, transparent, or under something opaque.
 *
 * People scroll to the notes and back, and a question lies over the picture, or pushes it away, while it plays on: a
 * while is forgiven, and forgiven again once as much was watched. What goes on beyond it is denied and told at once; an alert wants minutes.
 */
import type { Rule } from '../rule.ts';
import { Unseen } from '../signs.ts';

interface Thresholds {
  /** Unseen play that is forgiven; watching earns it back. */
  readonly graceMs: number;
  /** The same while something lies over the picture, or a question is asked: longer than questions stay open. */
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
  /** Until when a question may be answered that is asked; 0: none is. */
  readonly askedUntil: number;
}

const first: Memory = { owedMs: 0, coveredMs: 0, ms: 0, askedUntil: 0 };

const hindrances = ['detached', 'notDrawn', 'transparent', 'clipped', 'tiny', 'covered'] as const;

export const outOfView: Rule<'outOfView', Memory, Thresholds> = {
  name: 'outOfView',
  code: 'backgroundPlayback',
  severity: 'low',
  scope: 'session',
  thresholds: ['graceMs', 'coveredMs', 'alertAfterMs'],
  first,
  judge(own, { claim, event, news, thresholds }) {
    if (event.kind === 'proofIssued') return { own: { ...own, askedUntil: event.deadlineAt } };
    if (news.given !== null) return { own: memory({ ...own, askedUntil: 0 }) };
    const view = claim?.beat.view;
    if (claim === null || view === undefined || claim.played === 0) return { own };
    const [unseenMs, percent, why] = view;
    const missed = Math.min(claim.played, unseenMs);
    const asked = claim.origin + claim.beat.span[0] <= own.askedUntil;
    const askedUntil = asked ? own.askedUntil : 0;
    if (missed === 0 && own.owedMs === 0 && own.coveredMs === 0 && own.ms === 0 && askedUntil === own.askedUntil)
      return { own };
    const watched = claim.played - missed;
    let owedMs = Math.max(0, own.owedMs - watched);
    let coveredMs = Math.max(0, own.coveredMs - watched);
    let overMs = 0;
    // What was covered for a part of it is forgiven as such: which part, nobody tells. And who is asked reads the
    // question, wherever the page puts the picture meanwhile.
    if (asked || (why & Unseen.covered) !== 0) {
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
    const kept = memory({ owedMs, coveredMs, ms, askedUntil });
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

function memory(now: Memory): Memory {
  return now.owedMs === 0 && now.coveredMs === 0 && now.ms === 0 && now.askedUntil === 0 ? first : now;
}
