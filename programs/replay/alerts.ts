/**
 * Alerts of sessions beside what the detector said: each verdict is in exactly one row, the rows of
 * one suspicion follow one another, and each says what its verdicts come to (see server/alerts).
 */
import { isDeepStrictEqual } from 'node:util';
import type { Verdict } from '../../detector/index.ts';
import { gather } from '../../server/alerts/gather.ts';
import type { AlertRow } from '../../server/alerts/store.ts';
import type { StoredAlert } from '../../server/judge/contract.ts';
import type { Findings } from './findings.ts';
import type { Sessions } from './sessions.ts';

type Raised = Extract<Verdict, { verdict: 'alert' }> & { readonly at: number };

export interface Alerts {
  take(verdicts: readonly Verdict[], at: number): void;
  end(): void;
}

export function createAlerts(
  person: string,
  stored: readonly AlertRow[],
  sessions: Sessions,
  { say }: Findings,
): Alerts {
  const raised = new Map<string, Raised[]>();
  const rows = new Map<string, AlertRow[]>();
  for (const row of stored) {
    if (row.session === null) continue;
    const key = suspicionOf(person, { ...row, session: row.session });
    rows.set(key, [...(rows.get(key) ?? []), row]);
  }

  /** The rows of one suspicion, oldest first, take its verdicts one after another. */
  function compare(suspicion: string, verdicts: readonly Raised[], mine: readonly AlertRow[]): void {
    const name = suspicion.slice(person.length + 1);
    let next = 0;
    for (const [nth, row] of mine.entries()) {
      const own = verdicts.slice(next, next + row.count);
      next += row.count;
      if (own.length < row.count) {
        say(`alert ${row.id} (${name}) counts ${row.count}, the evidence raises ${own.length}`);
      }
      const [alert] = gather(own.map((verdict) => alertOf(person, suspicion, verdict, sessions)));
      if (alert !== undefined) for (const what of unlike(alert, row)) say(`alert ${row.id} (${name}): ${what}`);
      // Only a decision ends a row that could grow.
      const ended = nth < mine.length - 1;
      if (ended && row.decided === null) say(`alert ${row.id} (${name}) ended without a decision`);
      if (row.status !== (row.decided ?? 'open')) {
        say(`alert ${row.id} (${name}) is ${row.status}, its last decision says ${row.decided ?? 'open'}`);
      }
    }
    const missing = verdicts.length - next;
    if (missing > 0) say(`alert ${name}: the evidence raises ${verdicts.length}, ${missing} of them stand nowhere`);
  }

  return {
    take(verdicts, at) {
      for (const verdict of verdicts) {
        if (verdict.verdict !== 'alert') continue;
        const key = suspicionOf(person, verdict);
        const known = raised.get(key);
        if (known === undefined) raised.set(key, [{ ...verdict, at }]);
        else known.push({ ...verdict, at });
      }
    },
    end() {
      for (const key of new Set([...raised.keys(), ...rows.keys()])) {
        compare(key, raised.get(key) ?? [], rows.get(key) ?? []);
      }
    },
  };
}

interface Named {
  readonly session: string;
  readonly code: string;
  readonly rule: string;
}

function suspicionOf(person: string, { session, code, rule }: Named): string {
  return `${person}|${session}|${code}.${rule}`;
}

/** As the judge raises it; which region it was in, no event says. */
function alertOf(person: string, suspicion: string, verdict: Raised, sessions: Sessions): StoredAlert {
  const { code, rule, severity, session, sessions: all, facts, at } = verdict;
  const row = sessions.row(session);
  return {
    ...{ id: '', suspicion, count: 1, code, rule, severity, facts, at, lastAt: at, region: '' },
    ...{ subjectKind: 'person', subject: person, personKey: person, sessionId: session, sessions: all },
    ...{ traineeId: row?.traineeId ?? null, classId: row?.classId ?? null, platformId: row?.platformId ?? null },
  };
}

function unlike(alert: StoredAlert, row: AlertRow): string[] {
  const found: string[] = [];
  for (const key of [
    'severity',
    'at',
    'lastAt',
    'subjectKind',
    'subject',
    'traineeId',
    'classId',
    'platformId',
  ] as const) {
    if (alert[key] !== row[key]) found.push(`stored ${key} ${row[key]}, evidence says ${alert[key]}`);
  }
  // Rows from before alerts were joined are each a suspicion of their own.
  if (row.suspicion !== alert.suspicion && row.suspicion !== `before|${row.id}`) {
    found.push('would not be joined by what is the same suspicion');
  }
  if (!isDeepStrictEqual(row.sessions, alert.sessions)) {
    found.push(`stored sessions ${row.sessions.join(', ')}, evidence says ${alert.sessions.join(', ')}`);
  }
  const facts: unknown = JSON.parse(JSON.stringify(alert.facts));
  if (!isDeepStrictEqual(row.facts, facts)) {
    found.push(`stored facts ${JSON.stringify(row.facts)}, evidence says ${JSON.stringify(facts)}`);
  }
  return found;
}
