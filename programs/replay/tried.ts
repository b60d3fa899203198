/**
 * One person's stored events folded twice with the live code: under the policies they were judged
 * by, and with a candidate in place of the policy of the sessions in question. Guarantees: reads
 * only; every other session keeps its policy; what differs comes from the candidate alone.
 */
import type { AnyEvent, Span, Verdict } from '../../detector/index.ts';
import type { Queryable } from '../../server/db/pool.ts';
import { bothGenesis, foldBeside } from '../../server/judge/beside.ts';
import { readLine } from '../../server/judge/line.ts';
import type { Shelf } from '../../server/judge/shelf.ts';
import { readEvents } from '../../server/judge/store.ts';

export interface Candidate {
  readonly hash: string;
  readonly body: string;
}

export interface Trying {
  readonly db: Queryable;
  /** Gives the candidate's text for the candidate's hash. */
  readonly shelf: Shelf;
  readonly candidate: Candidate;
  /** Whether the candidate judges this session; asked when its `opened` event comes. */
  readonly inQuestion: (session: string) => boolean;
}

/** What one fold of the person's events came to. */
export interface Outcome {
  /** As last said, by id. */
  readonly spans: ReadonlyMap<number, Span>;
  readonly alerts: readonly Alert[];
  /** By session. */
  readonly proofsAsked: ReadonlyMap<string, number>;
}

export interface Alert {
  readonly code: string;
  readonly rule: string;
  readonly session: string;
  readonly sessions: readonly string[];
}

export interface Tried {
  readonly events: number;
  readonly before: Outcome;
  readonly after: Outcome;
  /** Sessions that the candidate judged. */
  readonly judged: ReadonlySet<string>;
  /** In question, but opened under a detector version that cannot read the candidate: they kept their policy. */
  readonly kept: ReadonlySet<string>;
}

/** The evidence of a person cannot be folded; the message names the event. */
export class Unfoldable extends Error {}

/** Throws `Unfoldable`. */
export async function tryOn({ db, shelf, candidate, inQuestion }: Trying, person: string): Promise<Tried> {
  const [before, after] = [createSide(), createSide()];
  const opened = { judged: new Set<string>(), kept: new Set<string>() };
  const beside = { ...candidate, policyFor: shelf.policyFor, inQuestion };
  let sides = bothGenesis;
  let events = 0;

  await shelf.need([candidate.hash]);
  // From before the first ordinal there can be, as the audit reads them.
  let page = await readEvents(db, person, Number.MIN_SAFE_INTEGER);
  for (;;) {
    const { rows, more } = page;
    for (const { ordinal, line } of rows) {
      try {
        const event = readLine(line);
        if (event.kind === 'opened') await shelf.need([(event as AnyEvent & { policy: string }).policy]);
        const next = foldBeside(sides, event, beside);
        sides = next.sides;
        for (const verdict of next.live) before.note(verdict);
        for (const verdict of next.other) after.note(verdict);
        if (next.opens !== null && event.session !== null) opened[next.opens].add(event.session);
      } catch (error) {
        throw new Unfoldable(`event ${ordinal}: ${error instanceof Error ? error.message : error}`, { cause: error });
      }
      events += 1;
    }
    if (!more) break;
    page = await readEvents(db, person, rows.at(-1)?.ordinal ?? 0);
  }
  return { events, before: before.outcome, after: after.outcome, ...opened };
}

function createSide() {
  const spans = new Map<number, Span>();
  const alerts: Alert[] = [];
  const proofsAsked = new Map<string, number>();

  function note(verdict: Verdict): void {
    switch (verdict.verdict) {
      case 'credit':
      case 'hold':
      case 'deny':
      case 'release':
        spans.set(verdict.span.id, verdict.span);
        return;
      case 'alert': {
        const { code, rule, session, sessions } = verdict;
        alerts.push({ code, rule, session, sessions });
        return;
      }
      case 'proofAsked':
        proofsAsked.set(verdict.session, (proofsAsked.get(verdict.session) ?? 0) + 1);
        return;
      case 'notice':
        return;
      default:
        verdict satisfies never;
    }
  }

  return { note, outcome: { spans, alerts, proofsAsked } };
}
