/** What verdicts come to in the shadow's table. Pure. Guarantees: each final span counts once, each alert each time it is raised. */
import type { Verdict } from '../../../detector/index.ts';

export interface ShadowCount {
  /** China's, YYYY-MM-DD. */
  readonly day: string;
  readonly classId: string;
  readonly what: 'alert' | 'credited' | 'denied';
  /** `code.rule` of an alert, the reason of a span. */
  readonly rule: string;
  /** Alerts, or milliseconds. */
  readonly live: number;
  readonly shadow: number;
}

type Side = 'live' | 'shadow';

export interface Counting {
  /** @param at of the event, ms since the epoch */
  add(side: Side, verdicts: readonly Verdict[], at: number): void;
  counts(): ShadowCount[];
}

/** The same the whole year. */
const CHINA_OFFSET_MS = 8 * 3_600_000;

/** @param classOf the class of a session in question; of any other: undefined, and it is not counted */
export function createCounting(classOf: (session: string) => string | undefined): Counting {
  const found = new Map<string, { live: number; shadow: number; named: Omit<ShadowCount, Side> }>();

  function count(side: Side, session: string, at: number, what: ShadowCount['what'], rule: string, by: number): void {
    const classId = classOf(session);
    if (classId === undefined) return;
    const named = { day: dayOf(at), classId, what, rule };
    const key = JSON.stringify(named);
    const row = found.get(key) ?? { live: 0, shadow: 0, named };
    row[side] += by;
    found.set(key, row);
  }

  return {
    add(side, verdicts, at) {
      for (const verdict of verdicts) {
        if (verdict.verdict === 'alert')
          count(side, verdict.session, at, 'alert', `${verdict.code}.${verdict.rule}`, 1);
        // What is held, or denied and growing, is said again; its last word is final.
        if (!('span' in verdict) || verdict.span.open || verdict.span.fate === 'held') continue;
        const { session, to, fate, reason, ms } = verdict.span;
        count(side, session, to, fate, reason, ms);
      }
    },
    counts: () => [...found.values()].map(({ named, live, shadow }) => ({ ...named, live, shadow })),
  };
}

/** @example dayOf(Date.parse('2026-03-01T16:00:00Z')) // '2026-03-02' */
export function dayOf(at: number): string {
  return new Date(at + CHINA_OFFSET_MS).toISOString().slice(0, 10);
}
