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

/** Judges a person's waiting drafts one after another, on a copy. */
export function judgePerson(person: Person, loaded: Loaded, taken: readonly Waiting[], judging: Judging): Judged {
  const { shelf, sealing } = judging;
  let { folded, filings } = loaded;
  let { chain, ordinal, epoch } = loaded.head;
  const events: EventRow[] = [];
  const spans = new Map<number, Span>();
  const leaves: { spanId: number; leaf: string }[] = [];
  const alerts: StoredAlert[] = [];
  const opened: SessionRow[] = [];
  const closed: { session: string; at: number }[] = [];
  const changes: SessionChange[] = [];
  const outcomes: Outcome[] = [];

  /** Folds one event, keeps it as evidence, and turns what the detector says of it into rows. */
  function take(event: AnyEvent, line: string, seq: number | null, mac: string | null): readonly Verdict[] {
    ordinal += 1;
    chain = sealing.chainNext(chain, line);
    events.push({ ordinal, session: event.session, seq, mac, at: event.at, line });
    const before = holderOf(folded);
    const next = fold(folded, event, shelf.policyFor);
    folded = next.folded;
    // The lease went to another session.
    if (holderOf(folded) !== before) epoch += 1;
    const ends = event.kind === 'closed' && event.session !== null ? [event.session] : [];
    for (const verdict of next.verdicts) {
      if (verdict.verdict === 'notice' && verdict.kind === 'closed') ends.push(verdict.session);
      if ('span' in verdict) {
        spans.set(verdict.span.id, verdict.span);
        const evidence = { ordinal, chain: chain.toString('hex') };
        const leaf = leafOf(verdict.span, loaded, filings, evidence, folded.version, sealing);
        if (leaf !== null) leaves.push({ spanId: verdict.span.id, leaf });
      }
      if (verdict.verdict === 'alert') {
        const filing = filings.get(verdict.session);
        if (filing !== undefined) alerts.push(alertOf(person.key, verdict, filing, event.at));
      }
    }
    for (const session of ends) end(session, event.at);
    return next.verdicts;
  }

  function end(session: string, at: number): void {
    const row = opened.find((one) => one.id === session);
    // The row is not there yet for an update to find.
    if (row === undefined) closed.push({ session, at });
    else row.closedAt ??= at;
    const filing = filings.get(session);
    if (filing !== undefined) changes.push(changeOf(filing, 'closed', at));
  }

  for (const waiting of taken) {
    const { draft } = waiting;
    // Server time never runs backwards for a person, whichever process's clock stamped the last event.
    const at = Math.max(waiting.admittedAt, buildOf(folded.version).inspect(folded.state).at);
    while (folded.version < judging.version) {
      const event = upgraded(folded.version, at);
      take(event, writeLine(event, null), null, null);
    }
    if (draft.kind === 'opened') {
      const { id, of, traineeId, platformId, classId, region, lessonId, policyHash, device } = draft.session;
      const filing: Filing = { id, traineeId, platformId, classId, region, lessonId, policyHash };
      filings = new Map(filings).set(id, filing);
      opened.push({ ...filing, kind: of, device, openedAt: at, closedAt: null });
      changes.push(changeOf(filing, 'opened', at));
    }
    const event = stamp(draft, at, folded.version);
    const sealed = draft.kind === 'beat' ? draft : null;
    const seq = sealed?.beat.seq ?? null;
    const verdicts = take(event, writeLine(event, sealed), seq, sealed?.mac ?? null);
    outcomes.push({ waiting, folded, committed: commitOf(folded, event, verdicts, filings, shelf) });
  }

  const { version, state } = folded;
  const build = buildOf(version);
  const seen = build.inspect(state);
  const { holder, at } = seen;
  // Only the first version needs a policy to say when it wants to be woken.
  const policy = version === 1 ? seen.policies.at(-1) : undefined;
  const wakeAt = build.wakeAt(state, policy === undefined ? null : shelf.policyFor(policy, version));
  return {
    person,
    before: loaded.head,
    after: {
      ...loaded,
      head: { epoch, ordinal, chain, detector: version },
      folded,
      filings: stillNeeded(folded, filings, changes.length > 0),
    },
    holder,
    wakeAt: wakeAt === null || wakeAt > at ? wakeAt : at + TICK_AGAIN_MS,
    events,
    spans: [...spans.values()],
    leaves,
    alerts,
    opened,
    closed,
    moved: version !== loaded.folded.version,
    changes,
    outcomes,
  };
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

function leafOf(
  span: Span,
  loaded: Loaded,
  filings: ReadonlyMap<string, Filing>,
  evidence: { readonly ordinal: number; readonly chain: string },
  version: number,
  sealing: Sealing,
): string | null {
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
    detector: String(version),
    evidence,
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
