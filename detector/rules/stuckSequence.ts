/**
 * courseBrushing 刷课: what varies in every real page stands still, or jumps by a constant.
 *
 * Values: length, frames, timer ticks and input of two beats in a row are all equal by chance less than once in
 * a thousand: frames alone differ by one or two, and the server draws the length. Gaps: a player goes on where it
 * stopped, or tells that it was moved; play that begins a constant way further each time is taken from a list.
 */
import type { BeatClaim } from '../event.ts';
import type { Claim, Judged, Rule, SessionView } from '../rule.ts';

/** A gap that a player's steps of 250 ms cannot make. */
const LEAST_GAP_MS = 500;
const SAME_GAP_MS = 5;

interface Thresholds {
  /** Beats in a row with the same values, or after the same gap, that are a weak sign, and that raise an alert. */
  readonly weakBeats: number;
  readonly alertBeats: number;
}

interface Memory {
  /** Of the last beat's values. */
  readonly digest: number;
  /** Beats in a row that repeated it. */
  readonly same: number;
  /** The last gap without a cause, and beats in a row that began after one like it. */
  readonly gapMs: number;
  readonly gaps: number;
  /** The last beat told of a move: the next one begins elsewhere. */
  readonly moved: boolean;
}

export const stuckSequence: Rule<'stuckSequence', Memory, Thresholds> = {
  name: 'stuckSequence',
  code: 'courseBrushing',
  severity: 'medium',
  scope: 'session',
  thresholds: ['weakBeats', 'alertBeats'],
  first: { digest: 0, same: 0, gapMs: 0, gaps: 0, moved: false },
  judge(own, { claim, session, thresholds }) {
    // Hidden, nothing moves; without a line, the pace is constant.
    if (claim === null || claim.late || claim.played === 0 || claim.beat.page[0] < claim.lengthMs / 2) {
      return standing(own, thresholds);
    }
    const digest = digestOf(claim);
    const same = digest === own.digest ? own.same + 1 : 0;
    const moved = claim.beat.seeks.length > 0;
    const gapMs = moved || own.moved ? 0 : gapOf(claim.beat, session);
    const gaps = gapMs === 0 ? 0 : Math.abs(gapMs - own.gapMs) <= SAME_GAP_MS ? own.gaps + 1 : 1;
    const next = { digest, same, gapMs, gaps, moved };
    const beats = Math.max(same, gaps);
    if (beats < thresholds.alertBeats) return standing(next, thresholds);
    const facts = same >= gaps ? { why: 'sameValues', beats } : { why: 'sameGaps', beats, gapMs };
    return { own: next, finding: { weak: 2, alert: { facts } } };
  },
};

function standing(own: Memory, { weakBeats }: Thresholds): Judged<Memory> {
  return Math.max(own.same, own.gaps) >= weakBeats ? { own, finding: { weak: 2 } } : { own };
}

/** How far beyond the last one this beat's play begins, though nobody moved it. */
function gapOf(beat: BeatClaim, { state, position }: SessionView): number {
  const gapMs = (beat.runs[0]?.[0] ?? position) - position;
  return state === 'playing' && gapMs >= LEAST_GAP_MS ? gapMs : 0;
}

function digestOf({ beat, lengthMs, played }: Claim): number {
  let digest = Math.imul(lengthMs, 31) + played;
  for (const list of [beat.frames, beat.clocks, beat.input]) {
    for (const value of list) digest = (Math.imul(digest, 31) + value) | 0;
  }
  return (Math.imul(digest, 31) + (beat.busy ?? 0)) | 0;
}
