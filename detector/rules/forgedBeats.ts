/**
 * courseBrushing 刷课, without a player: beats that no media element produced.
 *
 * Measured: in a real player the residual of media against elapsed time has sd 3 ms, max
 * 8 ms, and positions are never round; some browsers step positions by 250 ms. Made-up beats
 * advance by exact amounts, or jitter both sides independently so that the residual's sd is
 * hundreds of milliseconds, ahead of the clock as often as behind it.
 */
import type { BeatClaim, Run } from '../event.ts';
import type { Claim, Judged, Rule, SessionView } from '../rule.ts';

/** Uninterrupted play of this length is comparable with the next; shorter pieces are joined until it is. */
const STRETCH_MS = 2_000;
/** Pieces this close belong together. */
const JOIN_MS = 60;
/** Offsets are rounded separately: neighbours may disagree by a few milliseconds without meaning anything. */
const ROUNDING_MS = 5;
/** Media behind the clock by more than this is a stall nobody reported, not a forgery. */
const BEHIND_MS = 100;
/** A stretch between whole seconds of media that also took exactly as long weighs as much as four that did not. */
const EXACT_MS = 2;
const EXACT_WEIGHT = 4;

interface Thresholds {
  /** Stretches of play looked at together. */
  readonly window: number;
  /** Standard deviation of (media − rate × elapsed) beyond which positions are made up (steps of 250 ms: 95; forged: 390). */
  readonly maxResidualMs: number;
  /** Weight of stretches in a row that begin and end on a whole second of media. By chance at steps of 250 ms: 4^−24. */
  readonly roundWeight: number;
}

interface Memory {
  /** Uninterrupted play not yet long enough to compare, and its rate × 100. */
  readonly begun: readonly [Run, number] | null;
  /** (media − elapsed) of the last stretches. */
  readonly residuals: readonly number[];
  readonly round: number;
}

export const forgedBeats: Rule<'forgedBeats', Memory, Thresholds> = {
  name: 'forgedBeats',
  code: 'courseBrushing',
  severity: 'high',
  scope: 'session',
  thresholds: ['window', 'maxResidualMs', 'roundWeight'],
  first: { begun: null, residuals: [], round: 0 },
  judge(own, { claim, session, thresholds }) {
    if (claim === null) return { own };
    if (impossible(claim.beat, session)) return made(own, { why: 'impossibleRuns' });
    if (claim.beat.runs.length === 0) return { own };
    const { done, begun } = stretches(own.begun, claim);
    let { residuals, round } = own;
    // A hidden page's timers run on whole seconds, and a page without a line beats at one constant pace: a
    // player that steps by 250 ms and stood on a whole second once then does so for minutes. Hidden, nothing is
    // paid anyhow; without a line, only what took exactly as long counts.
    const hidden = claim.lengthMs > 0 && claim.beat.page[0] === 0;
    for (const [[mediaFrom, mediaTo, from, to], rate] of done) {
      const residual = Math.round(mediaTo - mediaFrom - (rate / 100) * (to - from));
      residuals = [...residuals, Math.max(-BEHIND_MS, residual)].slice(-thresholds.window);
      if (hidden) continue;
      const exact = Math.abs(residual) <= EXACT_MS;
      const onSeconds = mediaFrom % 1000 === 0 && mediaTo % 1000 === 0;
      round = onSeconds && (exact || !claim.late) ? round + (exact ? EXACT_WEIGHT : 1) : 0;
    }
    const next = { begun, residuals, round };
    if (round >= thresholds.roundWeight) return made(next, { why: 'roundPositions', weight: round });
    const sd = residuals.length === thresholds.window ? deviation(residuals) : 0;
    if (sd > thresholds.maxResidualMs) return made(next, { why: 'residuals', residualSdMs: Math.round(sd) });
    return { own: next };
  },
};

function made(own: Memory, facts: Readonly<Record<string, string | number>>): Judged<Memory> {
  return { own, finding: { refuse: 'courseBrushing.forgedBeats', alert: { facts } } };
}

/** Runs that cannot have happened: out of order, outside the span, or before what was already told. */
function impossible(beat: BeatClaim, session: SessionView): boolean {
  if (beat.span[0] < session.offset - ROUNDING_MS) return true;
  let edge = beat.span[0];
  for (const [, , from, to] of beat.runs) {
    if (from < edge - ROUNDING_MS || to > beat.span[1] + ROUNDING_MS) return true;
    edge = to;
  }
  return false;
}

/** Joins the beat's runs, each at its rate, to what came before; the stretches that are long enough now, and the rest. */
function stretches(
  before: Memory['begun'],
  { beat }: Claim,
): { done: readonly (readonly [Run, number])[]; begun: Memory['begun'] } {
  const done: (readonly [Run, number])[] = [];
  let begun = before;
  for (const [i, run] of beat.runs.entries()) {
    const rate = beat.rates?.[i] ?? likeliest(run, beat.player[2]);
    const last = begun?.[0];
    const joins =
      last !== undefined && begun?.[1] === rate && Math.abs(run[0] - last[1]) <= JOIN_MS && run[2] - last[3] <= JOIN_MS;
    begun = joins && last !== undefined ? [[last[0], run[1], last[2], run[3]], rate] : [run, rate];
    if (begun[0][3] - begun[0][2] < STRETCH_MS) continue;
    done.push(begun);
    begun = null;
  }
  return { done, begun };
}

/** An older SDK tells the rate at the end only: a run before a change had the rate that players offer and that fits best. */
function likeliest([mediaFrom, mediaTo, from, to]: Run, told: number): number {
  const slope = (100 * (mediaTo - mediaFrom)) / Math.max(1, to - from);
  let best = told;
  for (const rate of [25, 50, 75, 100, 125, 150, 175, 200]) {
    if (Math.abs(rate - slope) < Math.abs(best - slope)) best = rate;
  }
  return best;
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
