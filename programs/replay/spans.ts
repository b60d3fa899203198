/** Spans as the fold says them, beside their rows. */
import type { Span, Verdict } from '../../detector/index.ts';
import type { StoredSpan } from '../../server/judge/store.ts';
import type { Findings } from './findings.ts';

interface Said {
  readonly span: Span;
  /** The detector version that said it last. */
  readonly version: number;
  /** A later version took over: what was denied before it is final. */
  readonly finished: boolean;
}

export interface Spans {
  take(verdicts: readonly Verdict[], version: number): void;
  /** The person moves on to another detector version. */
  upgraded(): void;
  /** @param closed whether a session is closed by now */
  end(closed: (session: string) => boolean): void;
}

export function createSpans(stored: readonly StoredSpan[], { say }: Findings): Spans {
  // As last said: a span is said again until its fate is final.
  const said = new Map<number, Said>();
  return {
    take(verdicts, version) {
      for (const verdict of verdicts) {
        if ('span' in verdict) said.set(verdict.span.id, { span: verdict.span, version, finished: false });
      }
    },
    upgraded() {
      for (const [id, one] of said) {
        if (one.span.fate === 'denied' && !one.finished) said.set(id, { ...one, finished: true });
      }
    },
    end(closed) {
      for (const row of stored) {
        const ours = said.get(row.id);
        said.delete(row.id);
        if (ours === undefined) say(`span ${row.id} is stored but follows from no evidence`);
        else if (!same(ours, row, closed)) {
          say(`span ${row.id}: stored ${words(row)}, evidence says ${words(ours.span)}`);
        }
      }
      for (const id of said.keys()) say(`span ${id} follows from the evidence but is not stored`);
    },
  };
}

function same({ span, version, finished }: Said, row: StoredSpan, closed: (session: string) => boolean): boolean {
  const open = span.open && !finished;
  // Rows of version 1 from before anything was marked final: what a closed session was denied, is.
  const marked = version === 1 && open && span.fate === 'denied' && closed(span.session);
  return (
    (row.open === open || (marked && !row.open)) &&
    row.session === span.session &&
    row.from === span.from &&
    row.to === span.to &&
    row.ms === span.ms &&
    row.fate === span.fate &&
    row.reason === span.reason
  );
}

function words({ session, from, to, ms, fate, reason, open }: StoredSpan): string {
  return `${session} [${from}, ${to}) ${ms} ms ${fate}${open ? ' (open)' : ''} ${reason}`;
}
