/**
 * Version 1 in the form of a build. It was frozen as it stood, before builds had a form: this
 * file only translates, and decides nothing.
 */
import type { Build, Inspection, Opaque } from './build.ts';
import * as one from './frozen/1.mjs';
import type { Span, Verdict } from './verdict.ts';

interface State1 {
  readonly ordinal: number;
  readonly at: number;
  readonly policy: string | null;
  readonly holder: string | null;
  readonly sessions: Readonly<Record<string, { readonly lesson: string; readonly policy: string }>>;
  readonly held: readonly { readonly span: Span }[];
  readonly proofs: readonly { readonly at: number; readonly closes: boolean }[];
}

/** Sections that a stored policy of that time may lack are off: values at which its code never speaks. */
const off = {
  rate: { firstViewingMax: 1_000, slackMs: 86_400_000, driftShare: 0 },
  seek: { flagShare: 2 },
  focus: { required: false },
  background: { evidenceMs: 86_400_000, minFramesPerSecond: 0, maxThrottledTicksPerSecond: -1 },
  forgery: { window: 1e9, maxResidualMs: 1e9, roundStretches: 1e9, maxDateDrift: 1e9, refusals: 1e9 },
};

export const first: Build = {
  version: 1,
  empty: one.emptyState,
  migrate() {
    throw new Error('there is no version before the first');
  },
  readPolicy(body) {
    const stored = JSON.parse(body) as { readonly schema?: unknown };
    if (stored.schema !== undefined) throw new Error('this policy is newer than detector version 1');
    return { ...off, ...stored };
  },
  policyOf: one.policyOf,
  step(policy, state, event) {
    const next = one.step(policy, state, event);
    return { state: next.state, verdicts: next.verdicts.map((verdict) => told(verdict, next.state as State1)) };
  },
  wakeAt: (state, policy) => (policy === null ? null : one.wakeAt(policy, state)),
  inspect(opaque): Inspection {
    const { ordinal, at, holder, sessions, held, policy, proofs } = opaque as State1;
    return {
      ordinal,
      at,
      holder,
      // Asked with every beat, needed seldom: made when they are read.
      get provenAt() {
        return proofs.findLast(({ closes }) => closes)?.at ?? null;
      },
      get sessions() {
        return [...new Set([...Object.keys(sessions), ...held.map(({ span }) => span.session)])];
      },
      get policies() {
        const own = Object.values(sessions).map((session) => session.policy);
        return [...new Set([...own, ...(policy === null ? [] : [policy])])];
      },
    };
  },
  totals: one.totalsOf,
  nextBeat(_state, _session, policy) {
    const { minIntervalMs, maxIntervalMs } = (policy as { beat: { minIntervalMs: number; maxIntervalMs: number } })
      .beat;
    return { minMs: minIntervalMs, maxMs: maxIntervalMs };
  },
};

/** A denied span of that version could always grow; what it called a challenge is a proof asked. */
function told(verdict: Opaque, state: State1): Verdict {
  const one = verdict as { readonly verdict: string; readonly span?: Span; readonly session?: string };
  if (one.span !== undefined) {
    return { ...one, span: { ...one.span, open: one.span.fate !== 'credited' } } as Verdict;
  }
  if (one.verdict !== 'challenge') return verdict as Verdict;
  const session = one.session ?? '';
  return { verdict: 'proofAsked', session, kinds: ['question'], lesson: state.sessions[session]?.lesson ?? '' };
}
