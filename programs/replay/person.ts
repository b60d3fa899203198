/**
 * One person examined: every stored row of theirs beside what the evidence gives when it is folded
 * again. Guarantees: reads only; whatever stands in the rows, it ends with an answer in words.
 *
 * The lines go through the very fold that judged them live. Memory: two pages of events, and the
 * person's spans, leaves, sessions and alerts.
 */
import { type AnyEvent, fold, genesis } from '../../detector/index.ts';
import { chainNext, chainStart } from '../../ledger/chain.ts';
import { readAlertsOf } from '../../server/alerts/store.ts';
import type { Queryable } from '../../server/db/pool.ts';
import type { Keys } from '../../server/gateway/keys.ts';
import { readLine } from '../../server/judge/line.ts';
import type { Shelf } from '../../server/judge/shelf.ts';
import { findHead, readEvents, readSessions, readSpans, type StoredEvent } from '../../server/judge/store.ts';
import { findSalt, readLeavesOf } from '../../server/ledger/store.ts';
import { createAlerts } from './alerts.ts';
import { type BeatEvent, createBeats } from './beats.ts';
import { createFindings } from './findings.ts';
import { createLeaves } from './leaves.ts';
import { createSessions } from './sessions.ts';
import { createSpans } from './spans.ts';

export interface Examined {
  /** Anything at all is stored of this person. */
  readonly known: boolean;
  readonly events: number;
  readonly spans: number;
  readonly leaves: number;
  /** Alerts that follow from the person's evidence, and those of jobs, which are not looked at. */
  readonly alerts: number;
  readonly jobAlerts: number;
  readonly differences: readonly string[];
}

export interface Examining {
  readonly db: Queryable;
  readonly shelf: Shelf;
  /** null: MACs are not checked. */
  readonly keys: Keys | null;
}

export async function examine({ db, shelf, keys }: Examining, person: string): Promise<Examined> {
  const findings = createFindings();
  const { say } = findings;
  // One after another: a connection in a transaction does one thing at a time.
  const head = await findHead(db, person);
  const storedSessions = await readSessions(db, person);
  const storedSpans = await readSpans(db, person);
  const storedLeaves = await readLeavesOf(db, person);
  const storedAlerts = await readAlertsOf(db, person);
  const salt = await findSalt(db, person);
  const jobAlerts = storedAlerts.filter(({ session }) => session === null).length;

  const sessions = createSessions(person, storedSessions, findings);
  const spans = createSpans(storedSpans, findings);
  const leaves = createLeaves({ person, stored: storedLeaves, salt, sessions, findings });
  const alerts = createAlerts(person, storedAlerts, sessions, findings);
  const beats = createBeats(keys);

  let folded = genesis;
  let chain = chainStart();
  let ordinal = 0;
  let events = 0;

  function take(row: StoredEvent, event: BeatEvent): void {
    const { line } = row;
    chain = chainNext(chain, line);
    if (row.ordinal !== ordinal + 1) say(`after event ${ordinal} comes event ${row.ordinal}`);
    ordinal = row.ordinal;
    events += 1;
    for (const what of unlike(row, event)) say(`event ${ordinal}: ${what}`);
    const wrong = event.kind === 'beat' ? beats.take(event, line) : null;
    if (wrong !== null) say(`event ${ordinal} ${wrong}`);
    if (event.kind === 'upgraded') spans.upgraded();
    const next = fold(folded, event, shelf.policyFor);
    folded = next.folded;
    const { version } = folded;
    sessions.take(event, next.verdicts, version);
    if (next.verdicts.length === 0) return;
    spans.take(next.verdicts, version);
    leaves.take(next.verdicts, ordinal, chain, version);
    alerts.take(next.verdicts, event.at);
  }

  let failed = false;
  // From before the first ordinal there can be: also what ought not to stand there.
  let page = await readEvents(db, person, Number.MIN_SAFE_INTEGER);
  while (page.rows.length > 0 && !failed) {
    const { rows, more } = page;
    let next = Promise.resolve<typeof page>({ rows: [], more: false });
    try {
      const told = rows.map(({ line }) => readLine(line));
      await shelf.need(policiesOf(told));
      // The next page is on its way while this one is folded.
      if (more) next = readEvents(db, person, rows.at(-1)?.ordinal ?? 0);
      for (const [nth, row] of rows.entries()) take(row, told[nth] as BeatEvent);
    } catch (error) {
      failed = true;
      say(`the evidence cannot be folded beyond event ${ordinal}: ${error instanceof Error ? error.message : error}`);
    }
    page = await next;
  }

  const known = head !== null || events + storedSessions.length + storedSpans.length + storedLeaves.length > 0;
  if (head === null && (known || storedAlerts.length > jobAlerts)) say('has rows, and no head');
  if (head !== null) {
    if (ordinal !== head.ordinal) say(`the evidence ends at ${ordinal}, the head says ${head.ordinal}`);
    if (!chain.equals(head.chain)) say('the chain over the evidence is not the head’s');
    if (folded.version !== head.detector) {
      say(`the evidence ends at detector version ${folded.version}, the head says ${head.detector}`);
    }
  }
  // What follows from half of the evidence would only repeat, many times over, that it is half.
  if (!failed) {
    sessions.end();
    spans.end(sessions.closed);
    leaves.end();
    alerts.end();
  }
  return {
    known: known || storedAlerts.length > 0,
    ...{ events, spans: storedSpans.length, leaves: storedLeaves.length, jobAlerts },
    alerts: storedAlerts.length - jobAlerts,
    differences: findings.named(),
  };
}

/** The columns beside a line say what the line says. */
function unlike(row: StoredEvent, event: BeatEvent): string[] {
  const found: string[] = [];
  const compare = (column: string, stored: unknown, told: unknown): void => {
    if (stored !== told) found.push(`its column ${column} says ${stored}, its line ${told}`);
  };
  compare('session_id', row.session, event.session);
  compare('at_ms', row.at, event.at);
  compare('seq', row.seq, event.beat?.seq ?? null);
  compare('mac', row.mac, event.mac ?? null);
  return found;
}

function policiesOf(events: readonly AnyEvent[]): string[] {
  return events.flatMap((event) => (event.kind === 'opened' ? [(event as AnyEvent & { policy: string }).policy] : []));
}
