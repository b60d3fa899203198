/** Rules run here, and their findings become one judgement: the only place where they meet. */
import type { Policy } from './policy.ts';
import type { Rule, View, Weak } from './rule.ts';
import { type RuleName, rules } from './rules/index.ts';
import type { Session } from './state.ts';
import type { AlertCode, EndReason, Facts, Reason, Severity } from './terms.ts';
import { notice, patchSession, type Work } from './work.ts';

/** What the rules together say of a beat, before its seconds are looked at. */
export interface Judgement {
  /** Refuses everything: the claim itself is not believed. */
  readonly refuse: Reason | null;
  /** So many of the claimed milliseconds, the last ones, were played in the background. */
  readonly backgroundMs: number;
  readonly backgroundReason: Reason;
  /** Per run: its fresh media is not paid, for this reason. */
  readonly unpaid: readonly (Reason | null)[];
  /** The session ends, for this reason. */
  readonly ends: EndReason | null;
}

export const nothing: Judgement = {
  refuse: null,
  backgroundMs: 0,
  backgroundReason: 'backgroundPlayback.hidden',
  unpaid: [],
  ends: null,
};

/** What `step` hands in; the rest of the view is the policy's. */
type Seen = Pick<View<never>, 'event' | 'claim' | 'news' | 'covered'> & { readonly session: Session };

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A rule whose name, memory and thresholds belong together, as the loop below sees it. */
type AnyRule = Rule<RuleName, unknown, unknown>;
type Memories = Partial<Record<RuleName, unknown>>;

/** The rules that a policy switches on, each with its section: looked up once for each policy, not with each event. */
interface SwitchedOn {
  readonly rule: AnyRule;
  readonly thresholds: unknown;
}
const known = new WeakMap<Policy, readonly SwitchedOn[]>();

function rulesOf(policy: Policy): readonly SwitchedOn[] {
  let found = known.get(policy);
  if (found === undefined) {
    found = (rules as readonly AnyRule[]).flatMap((rule) => {
      const thresholds = policy.rules[rule.name];
      return thresholds === undefined ? [] : [{ rule, thresholds }];
    });
    known.set(policy, found);
  }
  return found;
}

/** A memory's place for each rule, in the rules' order: objects of one form are read and copied several times as fast. */
const blankOf = (scope: AnyRule['scope']): Memories =>
  Object.fromEntries(
    (rules as readonly AnyRule[]).flatMap((one) => (one.scope === scope ? [[one.name, undefined]] : [])),
  );
const blank = { session: blankOf('session'), person: blankOf('person') };
const places = { session: Object.keys(blank.session).length, person: Object.keys(blank.person).length };

function copyOf(memories: Memories, scope: AnyRule['scope']): Memories {
  // One that comes from JSON has no places yet.
  return Object.keys(memories).length === places[scope] ? { ...memories } : { ...blank[scope], ...memories };
}

/** Lets every rule that the policy switches on judge, keeps what it remembers, raises what it says. */
export function judge(work: Work, { event, session, claim, news, covered }: Seen): Judgement {
  const { beat, clock, presence } = work.policy;
  let { refuse, backgroundMs, backgroundReason, unpaid, ends } = nothing;
  const weak: Weak[] = [];
  // One view for all, and one copy of what they remember: copies here are most of what a fold costs.
  const view: Mutable<View<unknown>> = {
    at: work.at,
    event,
    thresholds: undefined,
    session,
    claim,
    news,
    weak,
    covered,
    delivered: work.state.delivered ?? [],
    toleranceMs: clock.toleranceMs,
    maxGapMs: presence.maxGapMs,
    beat,
    freeFrom: work.state.freeFrom,
    earnedMs: () => earnedMs(work),
  };
  const ofSession: Memories = work.state.sessions[session.id]?.rules ?? {};
  const ofPerson: Memories = work.state.rules;
  // Copied once, when the first rule remembers something else.
  let [afterSession, afterPerson] = [ofSession, ofPerson];
  for (const { rule, thresholds } of rulesOf(work.policy)) {
    view.thresholds = thresholds;
    const isSessions = rule.scope === 'session';
    const own = (isSessions ? ofSession : ofPerson)[rule.name] ?? rule.first;
    const { own: kept, finding } = rule.judge(own, view);
    if (kept !== own) {
      // As at first is as if absent: JSON leaves it out, and the state stays small.
      const now = kept === rule.first ? undefined : kept;
      if (isSessions) {
        if (afterSession === ofSession) afterSession = copyOf(ofSession, 'session');
        afterSession[rule.name] = now;
      } else {
        if (afterPerson === ofPerson) afterPerson = copyOf(ofPerson, 'person');
        afterPerson[rule.name] = now;
      }
    }
    if (finding === undefined) continue;
    refuse ??= finding.refuse ?? null;
    ends ??= finding.ends ?? null;
    if (finding.background !== undefined && finding.background.ms > backgroundMs) {
      backgroundMs = finding.background.ms;
      backgroundReason = finding.background.reason;
    }
    if (finding.unpaid !== undefined) unpaid = joined(unpaid, finding.unpaid);
    if (finding.weak !== undefined) weak.push({ rule: rule.name, code: rule.code, points: finding.weak });
    if (finding.warn !== undefined) warn(work, session, finding.warn);
    if (finding.alert !== undefined) raise(work, rule, session, finding.alert);
  }
  if (afterSession !== ofSession) patchSession(work, session.id, { rules: afterSession as Session['rules'] });
  if (afterPerson !== ofPerson) work.state.rules = afterPerson as typeof work.state.rules;
  return { refuse, backgroundMs, backgroundReason, unpaid, ends };
}

/** Where two rules refuse to pay the same run, the first one's reason stands. */
function joined(a: Judgement['unpaid'], b: Judgement['unpaid']): Judgement['unpaid'] {
  return a.length === 0 ? b : b.map((reason, run) => a[run] ?? reason);
}

function earnedMs({ state }: Work): number {
  let sum = 0;
  for (const [, creditedMs] of Object.values(state.lessons)) sum += creditedMs;
  for (const { span } of state.held) sum += span.ms;
  return sum;
}

function warn(work: Work, session: Session, reason: Reason): void {
  if (work.state.sessions[session.id]?.told === reason) return;
  patchSession(work, session.id, { told: reason });
  notice(work, session.id, 'denied', reason, 0);
}

/** Raises an alert unless the same rule spoke about this session a moment ago. */
function raise(
  work: Work,
  rule: AnyRule,
  session: Session,
  alert: {
    readonly facts: Facts;
    readonly severity?: Severity;
    readonly with?: readonly string[];
    readonly code?: AlertCode;
  },
): void {
  const code = alert.code ?? rule.code;
  const alerted = work.state.sessions[session.id]?.alerted ?? session.alerted;
  const last = alerted[rule.name];
  if (code === null || (last !== undefined && work.at - last < work.policy.alerts.repeatMs)) return;
  patchSession(work, session.id, { alerted: { ...alerted, [rule.name]: work.at } });
  work.verdicts.push({
    verdict: 'alert',
    code,
    rule: rule.name,
    severity: alert.severity ?? rule.severity,
    session: session.id,
    sessions: [session.id, ...(alert.with ?? [])],
    facts: alert.facts,
  });
}
