/**
 * courseBrushing 刷课: media advance while the player is said to stand still, before and after.
 *
 * A page tells each change of its player in a beat of its own, so what plays between two beats that both say
 * "paused" is a moment that a flood of changes swallowed. Somebody who wants to earn below what a question or a
 * limit looks at tells a second at a time of it, for hours.
 */
import type { Rule } from '../rule.ts';
import { standing } from '../summed.ts';

interface Thresholds {
  /** Play of such beats in one session that is a weak sign, and that raises an alert. */
  readonly weakMs: number;
  readonly alertMs: number;
}

interface Memory {
  readonly ms: number;
}

export const saysPaused: Rule<'saysPaused', Memory, Thresholds> = {
  name: 'saysPaused',
  code: 'courseBrushing',
  severity: 'medium',
  scope: 'session',
  thresholds: ['weakMs', 'alertMs'],
  first: { ms: 0 },
  judge(own, { claim, session, thresholds }) {
    if (claim === null || claim.played < claim.lengthMs / 2 || claim.lengthMs === 0) return standing(own, thresholds);
    const { beat, played } = claim;
    // As a page closes its player may have stopped already.
    if (session.state === 'playing' || beat.player[0] === 'playing' || beat.cause === 'closing') {
      return standing(own, thresholds);
    }
    const ms = own.ms + played;
    if (ms < thresholds.alertMs) return standing({ ms }, thresholds);
    const facts = { unsaidMs: ms, says: beat.player[0], alertMs: thresholds.alertMs };
    return { own: { ms }, finding: { weak: 2, alert: { facts } } };
  },
};
