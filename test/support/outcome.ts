/** What a list of events comes to, in the words that a rule's test wants: fates, reasons, alerts, notices. */
import type { BeatClaim, Event, Policy, Span, Verdict } from '../../detector/index.ts';
import type { Desk } from './desk.ts';
import { alertsOf, type Folded, fold, sumMs } from './fold.ts';
import { start } from './lesson.ts';

export const minute = 60_000;

export function stage() {
  const events: Event[] = [];
  const clock = { now: start };
  return { events, clock };
}

export function outcome(events: readonly Event[], policy?: Policy) {
  const folded = fold(events, policy);
  return { folded, ...saidBy(folded.verdicts) };
}

/** The same of a desk, up to now. */
export function outcomeOf(desk: Desk) {
  desk.settle();
  return { folded: { verdicts: desk.verdicts }, ...saidBy(desk.verdicts) };
}

function saidBy(verdicts: readonly (readonly Verdict[])[]) {
  const told = new Map<number, Span>();
  for (const verdict of verdicts.flat()) if ('span' in verdict) told.set(verdict.span.id, verdict.span);
  const spans = [...told.values()];
  const reasons: Record<string, number> = {};
  for (const span of spans) reasons[span.reason] = (reasons[span.reason] ?? 0) + span.ms;
  return {
    spans,
    credited: sumMs(spans, 'credited'),
    held: sumMs(spans, 'held'),
    denied: sumMs(spans, 'denied'),
    reasons,
    alerts: alertsOf({ verdicts }),
  };
}

export const noticesOf = (folded: Pick<Folded, 'verdicts'>) =>
  folded.verdicts.flat().flatMap((v) => (v.verdict === 'notice' ? [`${v.kind} ${v.session} ${v.reason}`] : []));
export const askedOf = (folded: Pick<Folded, 'verdicts'>) =>
  folded.verdicts.flat().filter((v) => v.verdict === 'proofAsked').length;

/** A really hidden Chromium tab, as measured: no frames, page timers at 1/s, the Worker at 10/s. */
export function hiddenTab(ms: number, claims: 'hidden' | 'visible'): Partial<BeatClaim> {
  const s = ms / 1000;
  return {
    page: [claims === 'visible' ? ms : 0, 0, -1],
    frames: [0, 0],
    clocks: [ms, Math.round(s), Math.round(10 * s)],
    input: [0, 0, 0, 0],
  };
}
