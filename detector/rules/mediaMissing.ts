/**
 * courseBrushing 刷课: play is claimed of an element that plays nothing, or that is in no document, where nobody
 * can see it.
 *
 * A page that is left tears its player down while the last beat is made: only an element that still claims to play
 * at the beat's end, or that was out of the document for a while, is meant.
 */
import type { Rule } from '../rule.ts';
import { Unseen } from '../signs.ts';

interface Thresholds {
  /** Such play in one go that raises an alert. */
  readonly alertAfterMs: number;
}

interface Memory {
  /** Such play in one go, so far. */
  readonly ms: number;
}

const reason = 'courseBrushing.mediaMissing';

export const mediaMissing: Rule<'mediaMissing', Memory, Thresholds> = {
  name: 'mediaMissing',
  code: 'courseBrushing',
  severity: 'medium',
  scope: 'session',
  thresholds: ['alertAfterMs'],
  first: { ms: 0 },
  judge(own, { claim, thresholds }) {
    if (claim === null || claim.played === 0) return { own };
    const { source, view, player } = claim.beat;
    if (source === undefined && view === undefined) return { own };
    const empty = source?.[0] === 'none' && player[0] === 'playing';
    const apart = view !== undefined && (view[2] & Unseen.detached) !== 0 ? Math.min(claim.played, view[0]) : 0;
    const missed = empty ? claim.played : apart;
    if (missed === 0) return own.ms === 0 ? { own } : { own: { ms: 0 } };
    const ms = own.ms + missed;
    return {
      own: { ms },
      finding: {
        ...(empty ? { refuse: reason } : { background: { ms: missed, reason } }),
        ...(ms >= thresholds.alertAfterMs ? { alert: { facts: { missingMs: ms, detached: !empty } } } : {}),
      },
    };
  },
};
