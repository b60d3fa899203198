/**
 * One person's events folded twice, side by side: as they were judged, and with another policy in
 * place of that of the sessions in question. Guarantees: only those sessions' policy differs; while
 * there was none of them, both sides are one and cost one.
 */
import {
  type AnyEvent,
  buildOf,
  type Folded,
  fold,
  genesis,
  type PolicyFor,
  type Verdict,
} from '../../detector/index.ts';

export interface Sides {
  readonly live: Folded;
  /** The same object as `live` until the first session in question. */
  readonly other: Folded;
}

export const bothGenesis: Sides = { live: genesis, other: genesis };

export interface Beside {
  readonly policyFor: PolicyFor;
  /** The other policy: its name, and its text, which `policyFor` gives too. */
  readonly hash: string;
  readonly body: string;
  /** Asked when a session's `opened` event comes. */
  readonly inQuestion: (session: string) => boolean;
}

export interface Stepped {
  readonly sides: Sides;
  readonly live: readonly Verdict[];
  readonly other: readonly Verdict[];
  /** judged: a session in question opens under the other policy. kept: its detector version cannot read that one. */
  readonly opens: 'judged' | 'kept' | null;
}

export function foldBeside({ live, other }: Sides, event: AnyEvent, beside: Beside): Stepped {
  const opens = opening(other.version, event, beside);
  const told = opens === 'judged' ? ({ ...event, policy: beside.hash } as AnyEvent) : event;
  const next = fold(live, event, beside.policyFor);
  const second = live === other && told === event ? next : fold(other, told, beside.policyFor);
  return {
    sides: { live: next.folded, other: second.folded },
    live: next.verdicts,
    other: second.verdicts,
    opens,
  };
}

function opening(version: number, { kind, session }: AnyEvent, beside: Beside): Stepped['opens'] {
  if (kind !== 'opened' || session === null || !beside.inQuestion(session)) return null;
  return reads(version, beside.body) ? 'judged' : 'kept';
}

/** A version from before the policy's schema cannot judge by it. */
function reads(version: number, body: string): boolean {
  try {
    buildOf(version).readPolicy(body);
    return true;
  } catch {
    return false;
  }
}
