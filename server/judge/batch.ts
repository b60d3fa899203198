/**
 * A batch: what several persons' waiting drafts come to, as rows for one statement.
 * Pure: nothing is changed until the commit has succeeded; then `apply` is called.
 */
import { randomInt, randomUUID } from 'node:crypto';
import {
  DETECTOR_VERSION,
  type Event,
  type Policy,
  type Span,
  type State,
  totalsOf,
  type Verdict,
} from '../../detector/index.ts';
import type { Committed, Sealing, SessionChange, StoredAlert } from './contract.ts';
import { writeLine } from './line.ts';
import { type Filing, foldOne, type Head, type Loaded, type Person, type Waiting } from './person.ts';

export interface EventRow {
  readonly ordinal: number;
  readonly session: string;
  readonly seq: number | null;
  readonly mac: string | null;
  readonly at: number;
  readonly line: string;
}

export interface SessionRow extends Filing {
  readonly device: string;
  readonly openedAt: number;
}

/** One person's part of a batch. */
export interface Judged {
  readonly person: Person;
  readonly before: Head;
  readonly after: Loaded;
  readonly holder: string | null;
  readonly wakeAt: number | null;
  readonly events: readonly EventRow[];
  readonly spans: readonly Span[];
  readonly leaves: readonly { readonly spanId: number; readonly leaf: string }[];
  readonly alerts: readonly StoredAlert[];
  readonly opened: readonly SessionRow[];
  readonly closed: readonly { readonly session: string; readonly at: number }[];
  readonly changes: readonly SessionChange[];
  readonly outcomes: readonly { readonly waiting: Waiting; readonly committed: Committed }[];
}

export interface Judging {
  readonly now: number;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly sealing: Sealing;
  wakeAt(state: State): number | null;
}

function stamp(waiting: Waiting, at: number): Event {
  const { draft } = waiting;
  switch (draft.kind) {
    case 'opened': {
      const { id, lessonId, lessonMs, device, policyHash } = draft.session;
      const seed = randomInt(2 ** 31);
      return { kind: 'opened', at, session: id, lesson: lessonId, lessonMs, device, policy: policyHash, seed };
    }
    case 'beat':
      return { kind: 'beat', at, session: draft.session, queued: draft.queued, beat: draft.beat };
    case 'prompted':
      return { kind: 'prompted', at, session: draft.session, prompt: draft.prompt, deadline: at + draft.deadline };
    case 'answered':
    case 'refused':
    case 'tick':
    case 'closed':
      return { ...draft, at };
  }
}

/** Judges a person's waiting drafts one after another, on a copy. */
export function judgePerson(person: Person, loaded: Loaded, taken: readonly Waiting[], judging: Judging): Judged {
  let { state, filings } = loaded;
  let { chain, ordinal, epoch } = loaded.head;
  const events: EventRow[] = [];
  const spans = new Map<number, Span>();
  const leaves: { spanId: number; leaf: string }[] = [];
  const alerts: StoredAlert[] = [];
  const opened: SessionRow[] = [];
  const closed: { session: string; at: number }[] = [];
  const changes: SessionChange[] = [];
  const outcomes: { waiting: Waiting; committed: Committed }[] = [];

  for (const waiting of taken) {
    const { draft } = waiting;
    // Server time never runs backwards for a person, whatever the machine's clock does.
    const at = Math.max(judging.now, state.at);
    const event = stamp(waiting, at);
    const sealed = draft.kind === 'beat' ? draft : null;
    const line = writeLine(event, sealed);
    ordinal += 1;
    chain = judging.sealing.chainNext(chain, line);
    events.push({
      ordinal,
      session: event.session,
      seq: event.kind === 'beat' ? event.beat.seq : null,
      mac: sealed?.mac ?? null,
      at,
      line,
    });

    if (draft.kind === 'opened') {
      const { id, traineeId, platformId, classId, region, lessonId, policyHash, device } = draft.session;
      const filing: Filing = { id, traineeId, platformId, classId, region, lessonId, policyHash };
      filings = new Map(filings).set(id, filing);
      opened.push({ ...filing, device, openedAt: at });
      changes.push(change(filing, 'opened', at));
      epoch += 1;
    }
    const next = foldOne(state, event, judging.policies);
    state = next.state;
    const ends = event.kind === 'closed' ? [event.session] : [];
    for (const verdict of next.verdicts) {
      if (verdict.verdict === 'notice' && verdict.kind === 'closed') ends.push(verdict.session);
      if ('span' in verdict) {
        spans.set(verdict.span.id, verdict.span);
        const leaf = sealSpan(verdict, loaded, filings, { ordinal, chain }, judging.sealing);
        if (leaf !== null) leaves.push({ spanId: verdict.span.id, leaf });
      }
      if (verdict.verdict === 'alert') {
        const filing = filings.get(verdict.session);
        if (filing !== undefined) alerts.push(toAlert(person.key, verdict, filing, at));
      }
    }
    for (const session of ends) {
      closed.push({ session, at });
      const filing = filings.get(session);
      if (filing !== undefined) changes.push(change(filing, 'closed', at));
    }
    const lesson = filings.get(event.session)?.lessonId ?? '';
    outcomes.push({ waiting, committed: { at, state, verdicts: next.verdicts, totals: totalsOf(state, lesson) } });
  }

  return {
    person,
    before: loaded.head,
    after: { ...loaded, head: { epoch, ordinal, chain }, state, filings: stillNeeded(state, filings) },
    holder: state.holder,
    wakeAt: judging.wakeAt(state),
    events,
    spans: [...spans.values()],
    leaves,
    alerts,
    opened,
    closed,
    changes,
    outcomes,
  };
}

function sealSpan(
  verdict: Extract<Verdict, { span: Span }>,
  loaded: Loaded,
  filings: ReadonlyMap<string, Filing>,
  evidence: { readonly ordinal: number; readonly chain: Buffer },
  sealing: Sealing,
): string | null {
  const { span } = verdict;
  const filing = filings.get(span.session);
  if (span.fate !== 'credited' || filing === undefined) return null;
  return sealing.creditLeaf({
    trainee: loaded.pseudonym,
    class: filing.classId,
    lesson: span.lesson,
    session: span.session,
    from: span.from,
    to: span.to,
    creditedMs: span.ms,
    policy: filing.policyHash,
    detector: DETECTOR_VERSION,
    evidence: { ordinal: evidence.ordinal, chain: evidence.chain.toString('hex') },
  });
}

function toAlert(
  personKey: string,
  verdict: Extract<Verdict, { verdict: 'alert' }>,
  filing: Filing,
  at: number,
): StoredAlert {
  const { code, rule, severity, session, sessions, facts } = verdict;
  const { traineeId, classId, platformId, region } = filing;
  return {
    id: randomUUID(),
    personKey,
    sessionId: session,
    sessions,
    traineeId,
    classId,
    platformId,
    region,
    code,
    rule,
    severity,
    facts,
    at,
    status: 'open',
  };
}

function change(filing: Filing, state: SessionChange['state'], at: number): SessionChange {
  const { id, traineeId, classId, platformId, region, lessonId } = filing;
  return { session: id, traineeId, classId, platformId, region, lessonId, state, at };
}

/** Sessions that can still appear in a verdict: open ones, and those whose spans are held. */
export function referenced(state: State): ReadonlySet<string> {
  return new Set([...Object.keys(state.sessions), ...state.held.map((held) => held.span.session)]);
}

function stillNeeded(state: State, filings: ReadonlyMap<string, Filing>): ReadonlyMap<string, Filing> {
  const needed = referenced(state);
  if (filings.size <= needed.size) return filings;
  return new Map([...filings].filter(([id]) => needed.has(id)));
}
