/**
 * Leaves beside what the fold gives: where a step credits a span there is exactly one leaf with
 * exactly the bytes that the judge writes then, and there is no other.
 */
import type { Span, Verdict } from '../../detector/index.ts';
import { type Credit, creditLeaf, LeafError, parseLeaf, pseudonym } from '../../ledger/leaf.ts';
import type { LeafOf } from '../../server/ledger/store.ts';
import type { Findings } from './findings.ts';
import type { Sessions } from './sessions.ts';

export interface Leaves {
  /** Takes what the step at `ordinal` said, with the chain up to and including it. */
  take(verdicts: readonly Verdict[], ordinal: number, chain: Buffer, version: number): void;
  end(): void;
}

interface Ground {
  readonly person: string;
  readonly stored: readonly LeafOf[];
  /** null: erased; then the leaf's own pseudonym stands. */
  readonly salt: Buffer | null;
  readonly sessions: Sessions;
  readonly findings: Findings;
}

export function createLeaves({ person, stored, salt, sessions, findings: { say } }: Ground): Leaves {
  const bySpan = new Map<number, LeafOf[]>();
  for (const leaf of stored) bySpan.set(leaf.spanId, [...(bySpan.get(leaf.spanId) ?? []), leaf]);
  const trainee = salt === null ? null : pseudonym(salt, person);

  function credited(span: Span, ordinal: number, chain: Buffer, version: number): void {
    const [leaf, ...more] = bySpan.get(span.id) ?? [];
    bySpan.delete(span.id);
    for (const one of more) say(`span ${span.id} has a second leaf (${one.stands} ${one.at})`);
    if (leaf === undefined) {
      say(`span ${span.id} was credited by event ${ordinal}, and has no leaf`);
      return;
    }
    const read = parsed(leaf.leaf);
    const expected: Credit = {
      trainee: trainee ?? read?.trainee ?? '',
      // Which class a session belongs to, no event says.
      class: sessions.row(span.session)?.classId ?? read?.class ?? '',
      lesson: span.lesson,
      session: span.session,
      from: span.from,
      to: span.to,
      creditedMs: span.ms,
      policy: sessions.policyOf(span.session) ?? '',
      detector: String(version),
      evidence: { ordinal, chain: chain.toString('hex') },
    };
    if (read === null || written(expected) !== leaf.leaf) {
      say(`the leaf of span ${span.id} (${leaf.stands} ${leaf.at}): ${unlike(read, expected)}`);
    } else if (leaf.stands === 'set aside') say(`the leaf of span ${span.id} was set aside (${leaf.at})`);
  }

  return {
    take(verdicts, ordinal, chain, version) {
      for (const verdict of verdicts) {
        if ('span' in verdict && verdict.span.fate === 'credited') credited(verdict.span, ordinal, chain, version);
      }
    },
    end() {
      for (const [spanId, leaves] of bySpan) {
        for (const { stands, at } of leaves) {
          say(`a leaf (${stands} ${at}) is for span ${spanId}, which no event credited`);
        }
      }
    },
  };
}

function parsed(text: string): Credit | null {
  try {
    const leaf = parseLeaf(text);
    return leaf.kind === 'credit' ? leaf : null;
  } catch (error) {
    if (error instanceof LeafError) return null;
    throw error;
  }
}

/** '' where the evidence gives nothing that could be a leaf. */
function written(credit: Credit): string {
  try {
    return creditLeaf(credit);
  } catch (error) {
    if (error instanceof LeafError) return '';
    throw error;
  }
}

function unlike(read: Credit | null, expected: Credit): string {
  if (read === null) return 'is not a leaf';
  const flat = ({ evidence, ...rest }: Credit) => ({
    ...rest,
    'evidence.ordinal': evidence.ordinal,
    'evidence.chain': evidence.chain,
  });
  const [has, should] = [flat(read), flat(expected)] as const;
  const keys = (Object.keys(should) as (keyof typeof should)[]).filter((key) => has[key] !== should[key]);
  return keys.map((key) => `says ${key} ${has[key]}, evidence says ${should[key]}`).join('; ');
}
