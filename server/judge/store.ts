/**
 * The judge's SQL. Guarantees: a batch is one statement, so one transaction and one round
 * trip; a person whose head moved since it was read (another process, another epoch) writes
 * nothing at all, while the rest of the batch does.
 */
import type { Folded, Span } from '../../detector/index.ts';
import type { Db, Queryable } from '../db/pool.ts';
import type { Judged } from './batch.ts';
import type { Inserts, StoredAlert } from './contract.ts';
import type { Filing, Head } from './person.ts';

/** Lines fetched at once when a state is rebuilt. */
const PAGE = 2_000;

const HEAD = 'select epoch, ordinal, chain, detector from heads where person_key = $1';

/** The person's head, made on first sight. */
export async function readHead(q: Queryable, personKey: string, chain: Buffer): Promise<Head> {
  const found = await findHead(q, personKey);
  if (found !== null) return found;
  await q.query('insert into heads (person_key, chain) values ($1, $2) on conflict do nothing', [personKey, chain]);
  return (await findHead(q, personKey)) ?? { epoch: 0, ordinal: 0, chain, detector: 1 };
}

/** Reads only; `null`: nothing was ever judged of this person. */
export async function findHead(q: Queryable, personKey: string): Promise<Head | null> {
  return (await q.query<Head>(HEAD, [personKey])).rows[0] ?? null;
}

/** A page of event lines after an ordinal, none past `to`. */
export async function readLines(q: Queryable, personKey: string, after: number, to: number): Promise<string[]> {
  const { rows } = await q.query<{ line: string }>(
    'select line from events where person_key = $1 and ordinal > $2 and ordinal <= $3 order by ordinal limit $4',
    [personKey, after, to, PAGE],
  );
  return rows.map((row) => row.line);
}

export interface StoredSnapshot {
  readonly ordinal: number;
  readonly version: number;
  readonly state: string;
}

/** A copy of the person's folded state that is not ahead of the head, as text; `null`: none. */
export async function readSnapshot(q: Queryable, personKey: string, head: Head): Promise<StoredSnapshot | null> {
  const { rows } = await q.query<{ ordinal: number; detector: string; state: string }>(
    'select ordinal, detector, state from snapshots where person_key = $1 and ordinal <= $2',
    [personKey, head.ordinal],
  );
  const [row] = rows;
  if (row === undefined || Number(row.detector) > head.detector) return null;
  return { ordinal: Number(row.ordinal), version: Number(row.detector), state: row.state };
}

/** Keeps the newest; a snapshot that loses the race is simply not kept. */
export async function writeSnapshot(q: Queryable, personKey: string, ordinal: number, folded: Folded): Promise<void> {
  await q.query(
    `insert into snapshots (person_key, ordinal, detector, state) values ($1, $2, $3, $4)
     on conflict (person_key) do update set ordinal = excluded.ordinal, detector = excluded.detector, state = excluded.state
     where snapshots.ordinal < excluded.ordinal`,
    [personKey, ordinal, String(folded.version), JSON.stringify(folded.state)],
  );
}

export async function readFilings(q: Queryable, sessions: readonly string[]): Promise<Filing[]> {
  const { rows } = await q.query<Filing>(
    `select s.id, s.trainee_id as "traineeId", s.platform_id as "platformId", s.class_id as "classId", c.region,
            s.lesson_id as "lessonId", s.policy_hash as "policyHash"
     from sessions s join classes c on c.id = s.class_id where s.id = any($1)`,
    [sessions],
  );
  return rows;
}

/** Every policy that ever judged this person's sessions, and the evidence in order: for replay and rebuilding. */
export async function readPolicies(q: Queryable, personKey: string): Promise<string[]> {
  const { rows } = await q.query<{ policy_hash: string }>(
    'select distinct policy_hash from sessions where person_key = $1',
    [personKey],
  );
  return rows.map((row) => row.policy_hash);
}

/**
 * Persons whose tick is overdue: nobody has them in memory, or their process died. Taken for
 * `forMs`: no other process takes the same ones meanwhile, and none of them stands in the way of the rest.
 * Not those whom a detector version after `newest` folds: who takes them must be able to judge them.
 */
export async function takeOverdue(
  q: Queryable,
  before: number,
  forMs: number,
  limit: number,
  newest: number,
): Promise<{ personKey: string; session: string | null }[]> {
  const { rows } = await q.query<{ personKey: string; session: string | null }>(
    `update heads set wake_ms = $1::bigint + $2::bigint
      where person_key in (
        select person_key from heads where wake_ms < $1 and detector <= $4 order by wake_ms limit $3
          for update skip locked)
     returning person_key as "personKey", session_id as session`,
    [before, forMs, limit, newest],
  );
  return rows;
}

// One JSON text a table: an array literal per column would be escaped element by element in
// JavaScript, which cost a fifth of the allocation of a beat.
const COMMIT = `
with head as (
  update heads h
  set epoch = u.epoch1, ordinal = u.ordinal1, chain = decode(u.chain, 'hex'), session_id = u.holder, wake_ms = u.wake,
      detector = u.detector
  from json_to_recordset($1::json)
    as u(person text, epoch0 bigint, epoch1 bigint, ordinal0 bigint, ordinal1 bigint, chain text, holder text, wake bigint,
      detector integer)
  where h.person_key = u.person and h.epoch = u.epoch0 and h.ordinal = u.ordinal0
  returning h.person_key
), stored_events as (
  insert into events (person_key, ordinal, session_id, seq, mac, at_ms, line)
  select u.person, u.ordinal, u.session, u.seq, u.mac, u.at, u.line
  from json_to_recordset($2::json)
    as u(person text, ordinal bigint, session text, seq integer, mac text, at bigint, line text)
  join head on head.person_key = u.person
), stored_spans as (
  insert into spans (person_key, id, session_id, from_ms, to_ms, ms, fate, reason, open)
  select u.person, u.id, u.session, u."from", u."to", u.ms, u.fate, u.reason, u.open
  from json_to_recordset($3::json)
    as u(person text, id integer, session text, "from" bigint, "to" bigint, ms bigint, fate text, reason text,
      open boolean)
  join head on head.person_key = u.person
  on conflict (person_key, id) do update
    set to_ms = excluded.to_ms, ms = excluded.ms, fate = excluded.fate, reason = excluded.reason, open = excluded.open
    -- Refuses the whole statement where the row is final.
    where still_open(spans.open)
)`;

// Most batches carry beats only; the rarer rows are planned and executed only when there are some.
const rareOf = (inserts: Inserts): string => `, stored_sessions as (
  insert into sessions (id, kind, person_key, trainee_id, platform_id, class_id, lesson_id, device, policy_hash,
    opened_ms, closed_ms)
  select u.id, u.kind, u."personKey", u."traineeId", u."platformId", u."classId", u."lessonId", u.device, u."policyHash",
    u."openedAt", u."closedAt"
  from jsonb_to_recordset($4::jsonb) as u(id text, kind text, "personKey" text, "traineeId" text, "platformId" text, "classId" text,
    "lessonId" text, device text, "policyHash" text, "openedAt" bigint, "closedAt" bigint)
  join head on head.person_key = u."personKey"
), closed_sessions as (
  update sessions s set closed_ms = u.at
  from jsonb_to_recordset($5::jsonb) as u("personKey" text, session text, at bigint)
  join head on head.person_key = u."personKey"
  where s.id = u.session and s.closed_ms is null
), stored_alerts as (
  ${inserts.alerts.insert('$6')}
), stored_leaves as (
  ${inserts.leaves('$7')}
), finished_spans as (
  -- What an older version left denied could always grow; under the next one it is final.
  update spans s set open = false
  from jsonb_to_recordset($8::jsonb) as u(person text, written integer[])
  join head on head.person_key = u.person
  where s.person_key = u.person and s.fate = 'denied' and s.open and s.id <> all(u.written)
)`;

/** Stores the batch. Returns the persons that were stored; the others were fenced. */
export async function commit(db: Db, batch: readonly Judged[], inserts: Inserts): Promise<ReadonlySet<string>> {
  const heads: unknown[] = [];
  const events: unknown[] = [];
  const spans: unknown[] = [];
  const sessions: unknown[] = [];
  const closed: unknown[] = [];
  const alerts: StoredAlert[] = [];
  const leaves: unknown[] = [];
  const moved: unknown[] = [];
  for (const judged of batch) {
    const { before, after } = judged;
    const person = judged.person.key;
    heads.push({
      person,
      epoch0: before.epoch,
      epoch1: after.head.epoch,
      ordinal0: before.ordinal,
      ordinal1: after.head.ordinal,
      chain: after.head.chain.toString('hex'),
      holder: judged.holder,
      wake: judged.wakeAt,
      detector: after.head.detector,
    });
    // Written out: copying what a beat brings costs more than its judgement's rarer rows together.
    for (const { ordinal, session, seq, mac, at, line } of judged.events) {
      events.push({ person, ordinal, session, seq, mac, at, line });
    }
    for (const { id, session, from, to, ms, fate, reason, open } of judged.spans) {
      spans.push({ person, id, session, from, to, ms, fate, reason, open });
    }
    for (const row of judged.opened) sessions.push({ ...row, personKey: person });
    for (const row of judged.closed) closed.push({ ...row, personKey: person });
    for (const row of judged.leaves) leaves.push({ ...row, personKey: person });
    alerts.push(...judged.alerts);
    if (judged.moved) moved.push({ person, written: judged.spans.map(({ id }) => id) });
  }
  const rare = sessions.length + closed.length + alerts.length + leaves.length + moved.length > 0;
  const gathered = inserts.alerts.gather(alerts);
  const tables = rare ? [heads, events, spans, sessions, closed, gathered, leaves, moved] : [heads, events, spans];
  const { rows } = await db.query<{ person_key: string }>({
    name: rare ? 'judge-commit-rare' : 'judge-commit',
    text: `${COMMIT}${rare ? rareOf(inserts) : ''} select person_key from head`,
    values: tables.map((table) => JSON.stringify(table)),
  });
  return new Set(rows.map((row) => row.person_key));
}

/** Says that a process lives and what it knows; returns the lowest version that every living one knows. */
export async function tellProcess(q: Queryable, id: string, detector: number, aliveMs: number): Promise<number> {
  await q.query(
    `insert into processes (id, detector) values ($1, $2)
     on conflict (id) do update set detector = excluded.detector, seen_at = now()`,
    [id, detector],
  );
  const { rows } = await q.query<{ lowest: number | null }>(
    `select min(detector) as lowest from processes where seen_at > now() - $1 * interval '1 millisecond'`,
    [aliveMs],
  );
  return rows[0]?.lowest ?? detector;
}

export async function forgetProcess(q: Queryable, id: string): Promise<void> {
  // And with it whoever died long ago without a word.
  await q.query(`delete from processes where id = $1 or seen_at < now() - interval '1 day'`, [id]);
}

// ── for a replay: every row of a person as it stands, also where it ought not to be; reads only ──

/** Persons named at once. */
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

/** Persons with a session opened in `[from, to)`, of this class where one is named; a page at a time. */
export async function readPersonsOpening(
  q: Queryable,
  { after, from, to, classId }: { after: string; from: number; to: number; classId: string | null },
): Promise<string[]> {
  const { rows } = await q.query<{ person: string }>(
    `select distinct person_key as person from sessions
      where person_key > $1 and opened_ms >= $2 and opened_ms < $3 and ($4::text is null or class_id = $4)
      order by person_key limit $5`,
    [after, from, to, classId, PERSONS],
  );
  return rows.map((row) => row.person);
}
