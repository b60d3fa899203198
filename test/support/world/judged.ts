/**
 * What the detector said in one world, and whether it was right to say it. Held time that is
 * credited within seven days counts as credited; what stays held longer is lost.
 */
import type { Heard, Submitted } from './detectorPort.ts';
import type { Truth } from './truth.ts';

/** From the product's promise to honest people, not from the rules' code. */
const HIDDEN_MS = 10_000;
const HIDDEN_TIMES = 5;
const HIDDEN_WITHIN_MS = 600_000;
const TOO_FAST_MS = 10_000;
const MISSED_IN_ROW = 3;
const WRONG_OF_EIGHT = 5;
/** An alert may speak of what was so much play ago: it waited for a connection, or for a machine to wake. */
const LATE_MS = 20 * 60_000;
/** Looks, latency and commits lie between a moment and what is said of it. */
const EDGE_MS = 2000;
const WEEK_MS = 7 * 86_400_000;

export interface Alert {
  readonly at: number;
  /** Wall ms of all play up to then. */
  readonly playedMs: number;
  readonly rule: string;
  readonly facts: string;
}

interface Fate {
  lesson: string;
  ms: number;
  fate: 'credited' | 'held' | 'denied';
  reason: string;
  heldSince: number | null;
  /** True time at which it was first told of. */
  readonly since: number;
}

export interface Judged {
  heard(at: number, event: Submitted, heard: Heard): void;
  creditedMs(lesson?: string): number;
  /** Of what was first told of at this true time or later. */
  creditedSinceMs(at: number): number;
  /** When something was first credited; null: never. */
  firstCredited(): { readonly at: number; readonly playedMs: number } | null;
  heldMs(): number;
  /** Denied, and credited too late, by reason. */
  deniedMs(): ReadonlyMap<string, number>;
  readonly alerts: readonly Alert[];
  questions(): number;
  /** Ticks that moved nothing forward are a storm in the making. */
  ticks(): number;
  events(): number;
}

/** @param playedMs wall ms of all play so far */
export function createJudged(playedMs: () => number): Judged {
  const fates = new Map<number, Fate>();
  const alerts: Alert[] = [];
  let questions = 0;
  let ticks = 0;
  let events = 0;
  let first: { at: number; playedMs: number } | null = null;

  return {
    heard(at, event, heard) {
      events += 1;
      if (event.kind === 'asked') questions += 1;
      if (event.kind === 'tick') ticks += 1;
      for (const { rule, facts } of heard.alerts) alerts.push({ at, playedMs: playedMs(), rule, facts });
      for (const { id, lesson, ms, fate, reason } of heard.spans) {
        const before = fates.get(id);
        const since = before?.heldSince ?? (fate === 'held' ? at : null);
        const late = fate === 'credited' && since !== null && at - since > WEEK_MS;
        fates.set(id, {
          lesson,
          ms,
          fate: late ? 'denied' : fate,
          reason: late ? 'held longer than a week' : reason,
          heldSince: since,
          since: before?.since ?? at,
        });
        if (fate === 'credited') first ??= { at, playedMs: playedMs() };
      }
    },
    creditedSinceMs(from) {
      let sum = 0;
      for (const one of fates.values()) if (one.fate === 'credited' && one.since >= from) sum += one.ms;
      return sum;
    },
    firstCredited: () => first,
    creditedMs(lesson) {
      let sum = 0;
      for (const one of fates.values())
        if (one.fate === 'credited' && (lesson === undefined || one.lesson === lesson)) sum += one.ms;
      return sum;
    },
    heldMs() {
      let sum = 0;
      for (const one of fates.values()) if (one.fate === 'held') sum += one.ms;
      return sum;
    },
    deniedMs() {
      const sums = new Map<string, number>();
      for (const { fate, reason, ms } of fates.values())
        if (fate === 'denied') sums.set(reason, (sums.get(reason) ?? 0) + ms);
      return sums;
    },
    alerts,
    questions: () => questions,
    ticks: () => ticks,
    events: () => events,
  };
}

/**
 * Whether what the alert says was so. `unclaimed`: some play never reached the server, so media
 * that were watched as they should be may look new when they are watched again, fast.
 */
export function warranted({ at, playedMs, rule }: Alert, truth: Truth, unclaimed = false): boolean {
  const name = rule.slice(rule.indexOf('.') + 1);
  // Who was away from so many while it played was away; who paused on each was not, and is accused of nothing.
  if (name === 'promptMissed' || name === 'avoidedQuestions') return truth.mostMissed() >= MISSED_IN_ROW;
  if (name === 'promptGuessing') return truth.mostWrongOfEight() >= WRONG_OF_EIGHT;
  if (name === 'playbackRate') {
    const counts = truth.fast.filter(({ fresh }) => fresh || unclaimed);
    return counts.some(({ from, to }) => from <= at + EDGE_MS && to - from >= TOO_FAST_MS);
  }
  if (name !== 'hidden') return false;
  const recent = truth.hidden.filter(({ from, playedBy }) => playedBy > playedMs - LATE_MS && from <= at + EDGE_MS);
  if (recent.some(({ from, to }) => to - from >= HIDDEN_MS - EDGE_MS)) return true;
  return recent.some(({ from }, i) => {
    const fifth = recent[i + HIDDEN_TIMES - 1];
    return fifth !== undefined && fifth.from - from <= HIDDEN_WITHIN_MS;
  });
}
