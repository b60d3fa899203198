/**
 * Sittings at rest. Guarantees: a sitting's row is locked while it is decided about, so that of two commands at
 * the same time the second one sees what the first one did; answers and events are only ever added.
 */
import type { Queryable } from '../../db/pool.ts';
import type { SavedAnswer } from '../grade.ts';
import type { HandedInBy, Sitting } from '../sitting.ts';

export interface SittingRow {
  readonly id: string;
  readonly examId: string;
  readonly attempt: number;
  readonly personKey: string;
  readonly traineeId: string;
  /** Canonical JSON, with its keys. */
  readonly paper: string;
  readonly paperHash: string;
  readonly lease: number;
  readonly paused: boolean;
  readonly openedAt: number;
  readonly deadlineAt: number;
  readonly handedInAt: number | null;
  readonly handedInBy: HandedInBy | null;
}

const columns = `s.id, s.exam_id as "examId", s.attempt, s.person_key as "personKey", s.trainee_id as "traineeId",
  s.paper, s.paper_hash as "paperHash", s.lease, s.paused, s.opened_ms as "openedAt", s.deadline_ms as "deadlineAt",
  s.handed_in_ms as "handedInAt", s.handed_in_by as "handedInBy"`;

/**
 * What kinds of things happen in a sitting. `page`: a fact that its page told. `faceAsked`, `faceEnded`: a face
 * check, at which point and what it came to. `supervisorAsked`: somebody is to confirm who sits.
 */
export type EventKind =
  | 'opened'
  | 'resumed'
  | 'paused'
  | 'page'
  | 'faceAsked'
  | 'faceEnded'
  | 'supervisorAsked'
  | 'handedIn'
  | 'corrected'
  | 'practice';
export interface SittingEvent {
  readonly nth: number;
  readonly kind: EventKind;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  readonly at: number;
}

/** As the state machine knows it. */
export function sittingOf(row: SittingRow): Sitting {
  const { handedInAt, handedInBy, lease, paused, openedAt, deadlineAt } = row;
  return handedInAt !== null && handedInBy !== null
    ? { phase: 'handedIn', by: handedInBy, at: handedInAt }
    : { phase: 'answering', lease, paused, openedAt, deadlineAt };
}

/** Locked until the transaction ends. */
export async function lockSitting(q: Queryable, id: string): Promise<SittingRow | null> {
  const { rows } = await q.query<SittingRow>(`select ${columns} from sittings s where s.id = $1 for update`, [id]);
  return rows[0] ?? null;
}

export async function findSitting(q: Queryable, id: string): Promise<SittingRow | null> {
  const { rows } = await q.query<SittingRow>(`select ${columns} from sittings s where s.id = $1`, [id]);
  return rows[0] ?? null;
}

/** A person's sittings of one exam, locked, the newest first. */
export async function lockSittingsOf(q: Queryable, examId: string, personKey: string): Promise<readonly SittingRow[]> {
  const { rows } = await q.query<SittingRow>(
    `select ${columns} from sittings s where s.exam_id = $1 and s.person_key = $2 order by s.attempt desc for update`,
    [examId, personKey],
  );
  return rows;
}

/** @returns false: another process opened this attempt first. */
export async function insertSitting(q: Queryable, row: SittingRow): Promise<boolean> {
  const { rowCount } = await q.query(
    `insert into sittings (id, exam_id, attempt, person_key, trainee_id, paper, paper_hash, lease, opened_ms, deadline_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
    [
      ...[row.id, row.examId, row.attempt, row.personKey, row.traineeId, row.paper, row.paperHash, row.lease],
      ...[row.openedAt, row.deadlineAt],
    ],
  );
  return rowCount === 1;
}

export async function writeState(q: Queryable, id: string, next: Sitting): Promise<void> {
  if (next.phase === 'answering') {
    await q.query('update sittings set lease = $2, paused = $3 where id = $1', [id, next.lease, next.paused]);
  } else {
    await q.query('update sittings set handed_in_ms = $2, handed_in_by = $3, paused = true where id = $1', [
      ...[id, next.at, next.by],
    ]);
  }
}

/** In the order of saving. */
export async function answersOf(q: Queryable, sittingId: string): Promise<readonly SavedAnswer[]> {
  const { rows } = await q.query<SavedAnswer>(
    `select seq, n, given, took_ms as "tookMs", at_ms as at from sitting_answers where sitting_id = $1 order by seq`,
    [sittingId],
  );
  return rows;
}

/** How many were saved, and the newest one to this item. */
export async function savedSoFar(
  q: Queryable,
  sittingId: string,
  n: number,
): Promise<{ readonly count: number; readonly last: SavedAnswer | null }> {
  const { rows } = await q.query<{ count: number }>(
    'select coalesce(max(seq), 0)::int as count from sitting_answers where sitting_id = $1',
    [sittingId],
  );
  const last = await q.query<SavedAnswer>(
    `select seq, n, given, took_ms as "tookMs", at_ms as at from sitting_answers
      where sitting_id = $1 and n = $2 order by seq desc limit 1`,
    [sittingId, n],
  );
  return { count: rows[0]?.count ?? 0, last: last.rows[0] ?? null };
}

export async function addAnswer(q: Queryable, sittingId: string, answer: SavedAnswer, lease: number): Promise<void> {
  await q.query(
    'insert into sitting_answers (sitting_id, seq, n, given, took_ms, lease, at_ms) values ($1, $2, $3, $4, $5, $6, $7)',
    [sittingId, answer.seq, answer.n, JSON.stringify(answer.given), answer.tookMs, lease, answer.at],
  );
}

/** @returns how many there are of it now. */
export async function addEvent(q: Queryable, sittingId: string, event: Omit<SittingEvent, 'nth'>): Promise<number> {
  const { rows } = await q.query<{ nth: number }>(
    `insert into sitting_events (sitting_id, nth, kind, facts, at_ms)
     select $1, coalesce(max(nth), 0) + 1, $2, $3, $4 from sitting_events where sitting_id = $1 returning nth`,
    [sittingId, event.kind, JSON.stringify(event.facts), event.at],
  );
  return rows[0]?.nth ?? 0;
}

export async function eventsOf(q: Queryable, sittingId: string): Promise<readonly SittingEvent[]> {
  const { rows } = await q.query<SittingEvent>(
    'select nth, kind, facts, at_ms as at from sitting_events where sitting_id = $1 order by nth',
    [sittingId],
  );
  return rows;
}

/**
 * One sitting whose time is over, locked; none that another process has in hand.
 * @param but those that this run could not hand in
 */
export async function lockDue(q: Queryable, nowMs: number, but: readonly string[]): Promise<SittingRow | null> {
  const { rows } = await q.query<SittingRow>(
    `select ${columns} from sittings s
      where s.handed_in_ms is null and s.deadline_ms <= $1 and s.id <> all($2)
      order by s.deadline_ms limit 1 for update skip locked`,
    [nowMs, but],
  );
  return rows[0] ?? null;
}
