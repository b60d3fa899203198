/**
 * A person's evidence folded again, and what differs from what was stored. Pure. Guarantees: the
 * lines go through the very fold that judged them live, so a difference is a changed row, a
 * changed line, or a detector that no longer says what it said.
 */
import { buildOf, type Folded, fold, genesis, type PolicyFor, type Span } from '../detector/index.ts';
import type { Sealing } from '../server/judge/contract.ts';
import { readLine } from '../server/judge/line.ts';
import type { Head } from '../server/judge/person.ts';

export type StoredSpan = Omit<Span, 'lesson'>;

/** What the lines so far come to. */
export interface Refolded {
  readonly folded: Folded;
  readonly chain: Buffer;
  /** As last said of each: a span is said again until its fate is final. */
  readonly spans: ReadonlyMap<number, Span>;
}

export function refoldStart(sealing: Pick<Sealing, 'chainStart'>): Refolded {
  return { folded: genesis, chain: sealing.chainStart(), spans: new Map() };
}

/** Goes on with the next lines of the same person, in order. */
export function refold(
  before: Refolded,
  lines: readonly string[],
  policyFor: PolicyFor,
  sealing: Pick<Sealing, 'chainNext'>,
): Refolded {
  let { folded, chain } = before;
  const spans = new Map(before.spans);
  for (const line of lines) {
    chain = sealing.chainNext(chain, line);
    const next = fold(folded, readLine(line), policyFor);
    folded = next.folded;
    for (const verdict of next.verdicts) if ('span' in verdict) spans.set(verdict.span.id, verdict.span);
  }
  return { folded, chain, spans };
}

/** In words; empty: nothing differs. */
export function differences({ folded, chain, spans }: Refolded, head: Head, stored: readonly StoredSpan[]): string[] {
  const found: string[] = [];
  const { ordinal } = buildOf(folded.version).inspect(folded.state);
  if (ordinal !== head.ordinal) found.push(`evidence ends at ${ordinal}, the head says ${head.ordinal}`);
  if (!chain.equals(head.chain)) found.push('the chain over the evidence is not the head’s');
  const unseen = new Map(spans);
  for (const span of stored) {
    const ours = unseen.get(span.id);
    unseen.delete(span.id);
    if (ours === undefined) found.push(`span ${span.id} is stored but follows from no evidence`);
    else if (said(ours) !== said(span))
      found.push(`span ${span.id}: stored ${said(span)}, evidence says ${said(ours)}`);
  }
  for (const id of unseen.keys()) found.push(`span ${id} follows from the evidence but is not stored`);
  return found;
}

function said({ session, from, to, ms, fate, reason, open }: StoredSpan): string {
  return `${session} [${from}, ${to}) ${ms} ms ${fate}${open ? ' (open)' : ''} ${reason}`;
}
