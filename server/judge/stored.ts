/**
 * What the judge stored, read again for a replay. Guarantees: reads only, makes nothing, and
 * believes nothing: every row of a person comes as it stands, also where it ought not to be.
 */
import type { Span } from '../../detector/index.ts';
import type { Queryable } from '../db/pool.ts';

/** Events fetched at once: some 2 MB. */
const PAGE = 2_000;
const PERSONS = 200;

export interface StoredEvent {
  readonly ordinal: number;
  readonly session: string | null;
  readonly seq: number | null;
  readonly mac: string | null;
  readonly at: number;
  readonly line: string;
}

/** The next page after an ordinal, whatever the head says. */
export async function readEvents(
  q: Queryable,
  personKey: string,
  after: number,
): Promise<{ readonly rows: readonly StoredEvent[]; readonly more: boolean }> {
  const { rows } = await q.query<StoredEvent>({
    name: 'replay-events',
    text: `select ordinal, session_id as session, seq, mac, at_ms as at, line from events
           where person_key = $1 and ordinal > $2 order by ordinal limit ${PAGE}`,
    values: [personKey, after],
  });
  return { rows, more: rows.length === PAGE };
}

export type StoredSpan = Omit<Span, 'lesson'>;

export async function readSpans(q: Queryable, personKey: string): Promise<StoredSpan[]> {
  const { rows } = await q.query<StoredSpan>(
    `select id, session_id as session, from_ms as "from", to_ms as "to", ms, fate, reason, open
     from spans where person_key = $1 order by id`,
    [personKey],
  );
  return rows;
}

export interface StoredSession {
  readonly id: string;
  readonly kind: string;
  readonly traineeId: string;
  readonly platformId: string;
  readonly classId: string;
  readonly lesson: string;
  readonly device: string;
  readonly policy: string;
  readonly openedAt: number;
  readonly closedAt: number | null;
  /** Whose the trainee is, by the catalogue; null: there is none. */
  readonly traineeOf: string | null;
}

export async function readSessions(q: Queryable, personKey: string): Promise<StoredSession[]> {
  const { rows } = await q.query<StoredSession>(
    `select s.id, s.kind, s.trainee_id as "traineeId", s.platform_id as "platformId", s.class_id as "classId",
            s.lesson_id as lesson, s.device, s.policy_hash as policy, s.opened_ms as "openedAt", s.closed_ms as "closedAt",
            t.person_key as "traineeOf"
     from sessions s left join trainees t on t.id = s.trainee_id and t.platform_id = s.platform_id
     where s.person_key = $1`,
    [personKey],
  );
  return rows;
}

/** Persons with a head, a page at a time. */
export async function readPersons(q: Queryable, after: string): Promise<string[]> {
  const { rows } = await q.query<{ person: string }>(
    'select person_key as person from heads where person_key > $1 order by person_key limit $2',
    [after, PERSONS],
  );
  return rows.map((row) => row.person);
}

/** Persons with a session, an event or a span and no head, a page at a time: there ought to be none. */
export async function readHeadless(q: Queryable, after: string): Promise<string[]> {
  const { rows } = await q.query<{ person: string }>(
    `select person from (
       select person_key as person from sessions union select person_key from events union select person_key from spans) as p
     where person > $1 and not exists (select from heads h where h.person_key = p.person) order by person limit $2`,
    [after, PERSONS],
  );
  return rows.map((row) => row.person);
}
