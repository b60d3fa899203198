/**
 * proxyAttendance 替课: faces that were asked for and are another person's, or no live person's. One check says
 * little (recognisers err, lights fail): until a face passes again it is a weak sign, and what is held wants more
 * right answers; several of the last ones, and somebody is asked to look. Who wants questions instead of faces has
 * them and is not asked why; only after another person's face does that count. A person determines what it was.
 */
import type { Event, FaceRefusal } from '../event.ts';
import type { Rule } from '../rule.ts';
import type { Facts } from '../terms.ts';

/** Of another person's face, and of what was no live face, until one passes (scale: policy3.ts, `suspicion`). */
const POINTS = { otherPerson: 4, notLive: 2 } as const;

interface Thresholds {
  /** Of the last so many checks that came to an outcome … */
  readonly of: number;
  /** … so many were of another person, or so many no live face's. */
  readonly mismatches: number;
  readonly failures: number;
  /** Or so many were not shown, after one of another person. */
  readonly unshown: number;
  /** 1: with a face that was refused the session then ends; 0: it goes on. */
  readonly ends: number;
}

type Outcome = 'passed' | 'unshown' | FaceRefusal['why'];

interface Memory {
  /** The last checks, oldest first; none, where all of them passed. */
  readonly checks: readonly Outcome[];
  /** A check waits: what comes in its place is a question. Kept only after another person's face. */
  readonly waits?: true;
}

const first: Memory = { checks: [] };

export const faceRefused: Rule<'faceRefused', Memory, Thresholds> = {
  name: 'faceRefused',
  code: 'proxyAttendance',
  severity: 'high',
  scope: 'person',
  thresholds: ['of', 'mismatches', 'failures', 'unshown', 'ends'],
  first,
  judge(own, { event, news, thresholds }) {
    const now = outcomeOf(own, event, news.given !== null);
    if (now === null) {
      const waits = event.kind === 'proofIssued' && event.proof === 'face' && own.checks.includes('otherPerson');
      const points = pointsOf(own.checks);
      return { own: waits ? { ...own, waits } : own, ...(points > 0 ? { finding: { weak: points } } : {}) };
    }
    const checks = [...own.checks, now].slice(-thresholds.of);
    if (!checks.some((one) => one === 'otherPerson' || one === 'notLive')) return { own: first };
    if (now === 'passed') return { own: { checks } };
    const count = (what: Outcome): number => checks.filter((one) => one === what).length;
    const [mismatches, failures, unshown] = [count('otherPerson'), count('notLive'), count('unshown')];
    const weak = pointsOf(checks);
    const isMany =
      now === 'unshown'
        ? unshown >= thresholds.unshown
        : mismatches >= thresholds.mismatches || failures >= thresholds.failures;
    if (!isMany) return { own: { checks }, finding: { weak } };
    const facts = { mismatches, failures, unshown, checks: checks.length, ...measured(event) };
    if (now === 'unshown') return { own: { checks }, finding: { weak, alert: { facts, severity: 'medium' } } };
    const ends = thresholds.ends > 0 ? ({ ends: 'session.faceRefused' } as const) : {};
    return { own: { checks }, finding: { weak, alert: { facts }, ...ends } };
  },
};

/** @param counts somebody waited for it */
function outcomeOf({ waits }: Memory, event: Event, counts: boolean): Outcome | null {
  if (event.kind === 'proofIssued') return waits && event.proof === 'question' ? 'unshown' : null;
  if (event.kind !== 'proofGiven' || event.proof !== 'face' || !counts) return null;
  return event.outcome === 'passed' ? 'passed' : (event.refusal?.why ?? 'notLive');
}

/** By the last face that was seen. */
function pointsOf(checks: readonly Outcome[]): number {
  const last = checks.findLast((one) => one !== 'unshown');
  return last === 'otherPerson' || last === 'notLive' ? POINTS[last] : 0;
}

function measured(event: Event): Facts {
  if (event.kind !== 'proofGiven' || event.refusal === undefined) return {};
  const { distance, limit, reasons } = event.refusal;
  return {
    reasons: reasons.join(' '),
    ...(distance === undefined ? {} : { distance: distance / 1000, mismatchDistance: limit / 1000 }),
  };
}
