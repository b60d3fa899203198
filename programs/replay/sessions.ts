/** Sessions as the events tell of them, beside their rows: each has its row, and no row is without its event. */
import type { AnyEvent, Verdict } from '../../detector/index.ts';
import type { StoredSession } from '../../server/judge/store.ts';
import type { Findings } from './findings.ts';

interface Opened extends AnyEvent {
  readonly of?: string;
  readonly lesson: string;
  readonly device: string;
  readonly policy: string;
}

interface Told {
  readonly kind: string;
  readonly lesson: string;
  readonly device: string;
  readonly policy: string;
  readonly openedAt: number;
  closedAt: number | null;
  /** The detector version that closed it. */
  closedBy: number;
}

export interface Sessions {
  /** Takes an event and what the detector of this version said of it. */
  take(event: AnyEvent, verdicts: readonly Verdict[], version: number): void;
  /** The row of a session of this person. */
  row(session: string): StoredSession | undefined;
  policyOf(session: string): string | undefined;
  /** Whether the events so far closed it. */
  closed(session: string): boolean;
  end(): void;
}

export function createSessions(person: string, stored: readonly StoredSession[], { say }: Findings): Sessions {
  const rows = new Map(stored.map((row) => [row.id, row]));
  const told = new Map<string, Told>();

  function close(session: string, at: number, version: number): void {
    const one = told.get(session);
    if (one === undefined || one.closedAt !== null) return;
    one.closedAt = at;
    one.closedBy = version;
  }

  function compare(id: string, one: Told, row: StoredSession): void {
    for (const key of ['kind', 'lesson', 'device', 'policy', 'openedAt'] as const) {
      if (row[key] !== one[key]) say(`session ${id}: stored ${key} ${row[key]}, evidence says ${one[key]}`);
    }
    // The first releases could leave it out where a session was opened and closed at once.
    const leftOut = row.closedAt === null && one.closedBy === 1;
    if (row.closedAt !== one.closedAt && !leftOut) {
      say(`session ${id}: stored closedAt ${row.closedAt ?? 'never'}, evidence says ${one.closedAt ?? 'never'}`);
    }
    if (row.traineeOf !== person)
      say(`session ${id}: its trainee ${row.traineeId} is not this person on that platform`);
  }

  return {
    take(event, verdicts, version) {
      if (event.kind === 'opened' && event.session !== null) {
        const { at, session, of = 'lesson', lesson, device, policy } = event as Opened;
        if (told.has(session as string)) say(`session ${session} is opened twice`);
        const one = { kind: of, lesson, device, policy, openedAt: at, closedAt: null, closedBy: version };
        told.set(session as string, one);
      }
      if (event.kind === 'closed' && event.session !== null) close(event.session, event.at, version);
      for (const verdict of verdicts) {
        if (verdict.verdict === 'notice' && verdict.kind === 'closed') close(verdict.session, event.at, version);
      }
    },
    row: (session) => rows.get(session),
    policyOf: (session) => told.get(session)?.policy,
    closed: (session) => told.get(session)?.closedAt != null,
    end() {
      for (const [id, one] of told) {
        const row = rows.get(id);
        if (row === undefined) say(`session ${id} follows from the evidence but is not stored`);
        else compare(id, one, row);
      }
      for (const id of rows.keys()) if (!told.has(id)) say(`session ${id} is stored but no event opened it`);
    },
  };
}
