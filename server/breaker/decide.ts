/**
 * When a rule's breaker trips. Pure. A rule that suddenly accuses many people at once on one
 * platform more likely met a new browser or a broken line than as many new cheats; few people must
 * never be able to switch a rule off, and nobody a proof.
 */
import { type RuleName, rules } from '../../detector/index.ts';

export const HOUR_MS = 3_600_000;

/** So often the rate of its own baseline. */
const TIMES = 10;
/** Different people accused: one person with many sessions is one. */
export const PEOPLE = 30;
/** Below it every rule is quiet: 30 people in less than 300 credited hours are needed to trip one that never spoke. */
const LOWEST_BASELINE = 0.01;
/** Hours that a baseline needs: three days of learning, or there is none. */
const BASELINE_HOURS = 72;
/** An hour with less credit says nothing, nor does a time in which nobody is credited: that is no rule's doing. */
const HOUR_CREDIT_MS = HOUR_MS;

/** What speaks of proofs stays: time without presence must never count. */
const never: readonly RuleName[] = [
  ...(['promptMissed', 'promptGuessing', 'presenceGap', 'silentAtQuestions', 'avoidedQuestions'] as const),
  ...(['answerWithoutHand', 'constantLatency', 'answeredHidden', 'tooFastToRead', 'suspicion'] as const),
];

export function mayTrip(rule: string): boolean {
  return rules.some(({ name }) => name === rule && !never.includes(name));
}

export interface Spell {
  /** Different people with an alert of the rule. */
  readonly people: number;
  readonly creditedMs: number;
}

/** For whoever asks why. People per credited hour. */
export interface TripFacts {
  readonly people: number;
  readonly creditedHours: number;
  readonly rate: number;
  readonly baseline: number;
  readonly baselineHours: number;
}

/** @param hours of the fourteen days before; `null`: nothing trips */
export function decide(now: Spell, hours: readonly Spell[]): TripFacts | null {
  if (now.people < PEOPLE || now.creditedMs < HOUR_CREDIT_MS) return null;
  const rates = hours.filter(({ creditedMs }) => creditedMs >= HOUR_CREDIT_MS).map(rateOf);
  if (rates.length < BASELINE_HOURS) return null;
  const baseline = Math.max(median(rates), LOWEST_BASELINE);
  const rate = rateOf(now);
  if (rate < TIMES * baseline) return null;
  return { people: now.people, creditedHours: now.creditedMs / HOUR_MS, rate, baseline, baselineHours: rates.length };
}

const rateOf = ({ people, creditedMs }: Spell): number => people / (creditedMs / HOUR_MS);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
