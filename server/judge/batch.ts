/**
 * A batch: what several persons' waiting drafts come to, as rows for one statement.
 * Pure but for the drawing of random numbers: nothing is changed until the commit has succeeded.
 */
import { randomUUID } from 'node:crypto';
import { type AnyEvent, buildOf, type Folded, fold, type Span, type Verdict } from '../../detector/index.ts';
import type { Committed, Sealing, SessionChange, StoredAlert } from './contract.ts';
import { writeLine } from './line.ts';
import type { Filing, Head, Loaded, Person, Waiting } from './person.ts';
import type { Shelf } from './shelf.ts';
import { stamp, upgraded } from './stamp.ts';

/** A wake-up that a version leaves in the past would be asked for with every sweep; so it is asked for less often. */
const TICK_AGAIN_MS = 5_000;

export interface EventRow {
  readonly ordinal: number;
  readonly session: string | null;
  readonly seq: number | null;
  readonly mac: string | null;
  readonly at: number;
  readonly line: string;
}

export interface SessionRow extends Filing {
  readonly kind: string;
  readonly device: string;
  readonly openedAt: number;
  /** It was closed in the same batch. */
  closedAt: number | null;
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
  /** The person moved on to another version here: what the one before left denied is final. */
  readonly moved: boolean;
  readonly changes: readonly SessionChange[];
  readonly outcomes: readonly Outcome[];
}

export interface Outcome {
  readonly waiting: Waiting;
  readonly committed: Committed;
  /** The state that this draft led to. */
  readonly folded: Folded;
}

export interface Judging {
  readonly shelf: Shelf;
  readonly sealing: Sealing;
  /** The version that new events are folded by; a person at an older one is upgraded first. */
  readonly version: number;
}

/** What a person's drafts come to while they are judged, one after another, on a copy. */
interface Work {
  readonly person: Person;
  readonly loaded: Loaded;
  readonly judging: Judging;
  folded: Folded;
  filings: ReadonlyMap<string, Filing>;
  chain: Buffer;
  ordinal: number;
  epoch: number;
  readonly events: EventRow[];
  /** The last word on each. */
  readonly spans: Map<number, Span>;
  readonly leaves: { spanId: number; leaf: string }[];
  readonly alerts: StoredAlert[];
  readonly opened: SessionRow[];
  readonly closed: { session: string; at: number }[];
  readonly changes: SessionChange[];
}

/** Judges a person's waiting drafts. */
export function judgePerson(person: Person, loaded: Loaded, taken: readonly Waiting[], judging: Judging): Judged {
  const work: Work = {
    person,
    loaded,
    judging,
    folded: loaded.folded,
    filings: loaded.filings,
    chain: loaded.head.chain,
    ordinal: loaded.head.ordinal,
    epoch: loaded.head.epoch,
    events: [],
    spans: new Map(),
    leaves: [],
    alerts: [],
    opened: [],
    closed: [],
    changes: [],
  };
  const outcomes = taken.map((waiting) => judgeOne(work, waiting));

  const { folded, epoch, ordinal, chain } = work;
  const { version, state } = folded;
  const build = buildOf(version);
  const seen = build.inspect(state);
  const { at } = seen;
  // Only the first version needs a policy to say when it wants to be woken.
  const policy = version === 1 ? seen.policies.at(-1) : undefined;
  const wakeAt = build.wakeAt(state, policy === undefined ? null : judging.shelf.policyFor(policy, version));
  return {
    person,
    before: loaded.head,
    after: {
      head: { epoch, ordinal, chain, detector: version },
      folded,
      filings: stillNeeded(folded, work.filings, work.changes.length > 0),
      pseudonym: loaded.pseudonym,
    },
    holder: seen.holder,
    wakeAt: wakeAt === null || wakeAt > at ? wakeAt : at + TICK_AGAIN_MS,
    events: work.events,
    spans: [...work.spans.values()],
    leaves: work.leaves,
    alerts: work.alerts,
    opened: work.opened,
    closed: work.closed,
    moved: version !== loaded.folded.version,
    changes: work.changes,
    outcomes,
  };
}

function judgeOne(work: Work, waiting: Waiting): Outcome {
  const { judging } = work;
  const { draft } = waiting;
  // Server time never runs backwards for a person, whichever process's clock stamped the last event.
  const at = Math.max(waiting.admittedAt, buildOf(work.folded.version).inspect(work.folded.state).at);
  if (work.folded.version < judging.version) {
    const event = upgraded(work.folded.version, judging.version, at);
    take(work, event, writeLine(event, null), null, null);
  }
  if (draft.kind === 'opened') {
    const { id, of, traineeId, platformId, classId, region, lessonId, policyHash, device } = draft.session;
    const filing: Filing = { id, traineeId, platformId, classId, region, lessonId, policyHash };
    work.filings = new Map(work.filings).set(id, filing);
    work.opened.push({ ...filing, kind: of, device, openedAt: at, closedAt: null });
    work.changes.push(changeOf(filing, 'opened', at));
  }
  const event = stamp(draft, at, work.folded.version);
  const sealed = draft.kind === 'beat' ? draft : null;
  const seq = sealed?.beat.seq ?? null;
  const verdicts = take(work, event, writeLine(event, sealed), seq, sealed?.mac ?? null);
  const { folded } = work;
  return { waiting, folded, committed: commitOf(folded, event, verdicts, work.filings, judging.shelf) };
}

/** Folds one event, keeps it as evidence, and turns what the detector says of it into rows. */
function take(work: Work, event: AnyEvent, line: string, seq: number | null, mac: string | null): readonly Verdict[] {
  const { shelf, sealing } = work.judging;
  work.ordinal += 1;
  work.chain = sealing.chainNext(work.chain, line);
  work.events.push({ ordinal: work.ordinal, session: event.session, seq, mac, at: event.at, line });
  const before = holderOf(work.folded);
  const { folded, verdicts } = fold(work.folded, event, shelf.policyFor);
  work.folded = folded;
  // The lease went to another session.
  if (holderOf(folded) !== before) work.epoch += 1;
  for (const verdict of verdicts) {
    if ('span' in verdict) {
      work.spans.set(verdict.span.id, verdict.span);
      const leaf = leafOf(work, verdict.span);
      if (leaf !== null) work.leaves.push({ spanId: verdict.span.id, leaf });
    } else if (verdict.verdict === 'alert') {
      const filing = work.filings.get(verdict.session);
      if (filing !== undefined) work.alerts.push(alertOf(work.person.key, verdict, filing, event.at));
    } else if (verdict.verdict === 'notice' && verdict.kind === 'closed') end(work, verdict.session, event.at);
  }
  if (event.kind === 'closed' && event.session !== null) end(work, event.session, event.at);
  return verdicts;
}

function end({ opened, closed, filings, changes }: Work, session: string, at: number): void {
  const row = opened.find((one) => one.id === session);
  // The row is not there yet for an update to find.
  if (row === undefined) closed.push({ session, at });
  else row.closedAt ??= at;
  const filing = filings.get(session);
  if (filing !== undefined) changes.push(changeOf(filing, 'closed', at));
}

function holderOf({ version, state }: Folded): string | null {
  return buildOf(version).inspect(state).holder;
}

function commitOf(
  { version, state }: Folded,
  event: AnyEvent,
  verdicts: readonly Verdict[],
  filings: ReadonlyMap<string, Filing>,
  shelf: Shelf,
): Committed {
  const build = buildOf(version);
  const session = event.session ?? '';
  const filing = filings.get(session);
  const policy = filing === undefined ? null : shelf.policyFor(filing.policyHash, version);
  return {
    at: event.at,
    verdicts,
    totals: build.totals(state, filing?.lessonId ?? ''),
    proved: build.inspect(state).provenAt === event.at,
    nextBeat: policy === null ? { minMs: 0, maxMs: 0 } : build.nextBeat(state, session, policy),
  };
}

function leafOf({ loaded, filings, folded, chain, ordinal, judging }: Work, span: Span): string | null {
  if (span.fate !== 'credited') return null;
  const filing = filings.get(span.session);
  if (filing === undefined) return null;
  return judging.sealing.creditLeaf({
    trainee: loaded.pseudonym,
    class: filing.classId,
    lesson: span.lesson,
    session: span.session,
    from: span.from,
    to: span.to,
    creditedMs: span.ms,
    policy: filing.policyHash,
    detector: String(folded.version),
    evidence: { ordinal, chain: chain.toString('hex') },
  });
}

function alertOf(
  personKey: string,
  { code, rule, severity, session, sessions, facts }: Extract<Verdict, { verdict: 'alert' }>,
  { traineeId, classId, platformId, region }: Filing,
  at: number,
): StoredAlert {
  return {
    ...{ id: randomUUID(), suspicion: `${personKey}|${session}|${code}.${rule}`, count: 1 },
    ...{ subjectKind: 'person', subject: personKey, personKey, sessionId: session, sessions },
    ...{ traineeId, classId, platformId, region },
    ...{ code, rule, severity, facts, at, lastAt: at },
  };
}

function changeOf(filing: Filing, state: SessionChange['state'], at: number): SessionChange {
  const { id, traineeId, classId, platformId, region, lessonId } = filing;
  return { session: id, traineeId, classId, platformId, region, lessonId, state, at };
}

/** Keeps the filings of sessions that can still appear in a verdict. Only a session's end can make one needless. */
function stillNeeded(
  { version, state }: Folded,
  filings: ReadonlyMap<string, Filing>,
  ended: boolean,
): ReadonlyMap<string, Filing> {
  if (!ended) return filings;
  const needed = new Set(buildOf(version).inspect(state).sessions);
  return new Map([...filings].filter(([id]) => needed.has(id)));
}
