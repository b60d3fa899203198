/**
 * The judge's SQL. Guarantees: a batch is one statement, so one transaction and one round
 * trip; a person whose head moved since it was read (another process, another epoch) writes
 * nothing at all, while the rest of the batch does.
 */
import type { Span, State } from '../../detector/index.ts';
import type { Db, Queryable } from '../db/pool.ts';
import type { Judged } from './batch.ts';
import type { Inserts } from './contract.ts';
import type { Filing, Head } from './person.ts';

/** Lines fetched at once when a state is rebuilt. */
const PAGE = 2_000;

/** The person's head, made on first sight. */
export async function readHead(q: Queryable, personKey: string, chain: Buffer): Promise<Head> {
  const sql = 'select epoch, ordinal, chain from heads where person_key = $1';
  const found = await q.query<Head>(sql, [personKey]);
  if (found.rows[0] !== undefined) return found.rows[0];
  await q.query('insert into heads (person_key, chain) values ($1, $2) on conflict do nothing', [personKey, chain]);
  return (await q.query<Head>(sql, [personKey])).rows[0] ?? { epoch: 0, ordinal: 0, chain };
}

/** A page of event lines after an ordinal, none past `to`. */
export async function readLines(q: Queryable, personKey: string, after: number, to: number): Promise<string[]> {
  const { rows } = await q.query<{ line: string }>(
    'select line from events where person_key = $1 and ordinal > $2 and ordinal <= $3 order by ordinal limit $4',
    [personKey, after, to, PAGE],
  );
  return rows.map((row) => row.line);
}

export async function readSnapshot(
  q: Queryable,
  personKey: string,
  detector: string,
  to: number,
): Promise<{ ordinal: number; state: State } | null> {
  const { rows } = await q.query<{ ordinal: number; state: string }>(
    'select ordinal, state from snapshots where person_key = $1 and detector = $2 and ordinal <= $3',
    [personKey, detector, to],
  );
  const [row] = rows;
  return row === undefined ? null : { ordinal: row.ordinal, state: JSON.parse(row.state) as State };
}

/** Keeps the newest; a snapshot that loses the race is simply not kept. */
export async function writeSnapshot(q: Queryable, personKey: string, detector: string, state: State): Promise<void> {
  await q.query(
    `insert into snapshots (person_key, ordinal, detector, state) values ($1, $2, $3, $4)
     on conflict (person_key) do update set ordinal = excluded.ordinal, detector = excluded.detector, state = excluded.state
     where snapshots.ordinal < excluded.ordinal or snapshots.detector <> excluded.detector`,
    [personKey, state.ordinal, detector, JSON.stringify(state)],
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

/** Persons whose tick is overdue: nobody has them in memory, or their process died. */
export async function readOverdue(
  q: Queryable,
  before: number,
  limit: number,
): Promise<{ personKey: string; session: string }[]> {
  const { rows } = await q.query<{ personKey: string; session: string }>(
    `select person_key as "personKey", coalesce(session_id, '') as session
     from heads where wake_ms < $1 order by wake_ms limit $2`,
    [before, limit],
  );
  return rows;
}

// One JSON text a table: an array literal per column would be escaped element by element in
// JavaScript, which cost a fifth of the allocation of a beat.
const COMMIT = `
with head as (
  update heads h
  set epoch = u.epoch1, ordinal = u.ordinal1, chain = decode(u.chain, 'hex'), session_id = u.holder, wake_ms = u.wake
  from json_to_recordset($1::json)
    as u(person text, epoch0 bigint, epoch1 bigint, ordinal0 bigint, ordinal1 bigint, chain text, holder text, wake bigint)
  where h.person_key = u.person and h.epoch = u.epoch0 and h.ordinal = u.ordinal0
  returning h.person_key
), stored_events as (
  insert into events (person_key, ordinal, session_id, seq, mac, at_ms, line)
  select u.person, u.ordinal, u.session, u.seq, u.mac, u.at, u.line
  from json_to_recordset($2::json)
    as u(person text, ordinal bigint, session text, seq integer, mac text, at bigint, line text)
  join head on head.person_key = u.person
), stored_spans as (
  insert into spans (person_key, id, session_id, from_ms, to_ms, ms, fate, reason)
  select u.person, u.id, u.session, u."from", u."to", u.ms, u.fate, u.reason
  from json_to_recordset($3::json)
    as u(person text, id integer, session text, "from" bigint, "to" bigint, ms bigint, fate text, reason text)
  join head on head.person_key = u.person
  on conflict (person_key, id) do update set to_ms = excluded.to_ms, ms = excluded.ms, fate = excluded.fate, reason = excluded.reason
)`;

// Most batches carry beats only; the rarer rows are planned and executed only when there are some.
const rareOf = (inserts: Inserts): string => `, stored_sessions as (
  insert into sessions (id, person_key, trainee_id, platform_id, class_id, lesson_id, device, policy_hash, opened_ms)
  select u.id, u."personKey", u."traineeId", u."platformId", u."classId", u."lessonId", u.device, u."policyHash", u."openedAt"
  from jsonb_to_recordset($4::jsonb) as u(id text, "personKey" text, "traineeId" text, "platformId" text, "classId" text,
    "lessonId" text, device text, "policyHash" text, "openedAt" bigint)
  join head on head.person_key = u."personKey"
), closed_sessions as (
  update sessions s set closed_ms = u.at
  from jsonb_to_recordset($5::jsonb) as u("personKey" text, session text, at bigint)
  join head on head.person_key = u."personKey"
  where s.id = u.session and s.closed_ms is null
), stored_alerts as (
  ${inserts.alerts('$6')}
), stored_leaves as (
  ${inserts.leaves('$7')}
)`;

/** Stores the batch. Returns the persons that were stored; the others were fenced. */
export async function commit(db: Db, batch: readonly Judged[], inserts: Inserts): Promise<ReadonlySet<string>> {
  const heads: unknown[] = [];
  const events: unknown[] = [];
  const spans: unknown[] = [];
  const sessions: unknown[] = [];
  const closed: unknown[] = [];
  const alerts: unknown[] = [];
  const leaves: unknown[] = [];
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
    });
    for (const row of judged.events) events.push({ ...row, person });
    for (const row of judged.spans) spans.push({ ...row, person });
    for (const row of judged.opened) sessions.push({ ...row, personKey: person });
    for (const row of judged.closed) closed.push({ ...row, personKey: person });
    for (const row of judged.leaves) leaves.push({ ...row, personKey: person });
    alerts.push(...judged.alerts);
  }
  const rare = sessions.length + closed.length + alerts.length + leaves.length > 0;
  const tables = rare ? [heads, events, spans, sessions, closed, alerts, leaves] : [heads, events, spans];
  const { rows } = await db.query<{ person_key: string }>({
    name: rare ? 'judge-commit-rare' : 'judge-commit',
    text: `${COMMIT}${rare ? rareOf(inserts) : ''} select person_key from head`,
    values: tables.map((table) => JSON.stringify(table)),
  });
  return new Set(rows.map((row) => row.person_key));
}

/** Persons with evidence, a page at a time in key order. */
export async function readPersons(q: Queryable, after: string): Promise<string[]> {
  const { rows } = await q.query<{ person_key: string }>(
    'select person_key from heads where person_key > $1 and ordinal > 0 order by person_key limit 200',
    [after],
  );
  return rows.map((row) => row.person_key);
}

export async function readSpans(q: Queryable, personKey: string): Promise<Omit<Span, 'lesson'>[]> {
  const { rows } = await q.query<Omit<Span, 'lesson'>>(
    `select id, session_id as session, from_ms as "from", to_ms as "to", ms, fate, reason
     from spans where person_key = $1 order by id`,
    [personKey],
  );
  return rows;
}
