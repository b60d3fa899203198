/**
 * Alerts at rest. Guarantees: every read carries the principal's bounds in the query
 * itself; pages are keyset pages, newest first, and an alert that grows keeps its place;
 * one suspicion has at most one open alert; a decision and the new status are stored in
 * one statement that compares and swaps the status, or not at all.
 */
import { isoOf } from '../auth/fields.ts';
import { shownName, type UnsealName } from '../auth/mask.ts';
import type { Principal } from '../auth/principal.ts';
import { type Bind, binder, bounds, type Person } from '../auth/scope.ts';
import type { Db, Queryable } from '../db/pool.ts';
import { fail } from '../errors.ts';
import type { Insert } from '../judge/contract.ts';
import type { AlertView, Announced, Facts, StoredAlert, SubjectKind } from './alert.ts';
import { type AlertKind, codesOf } from './catalogue.ts';
import type { Place } from './cursor.ts';
import { SESSIONS_MAX } from './gather.ts';
import { type AlertStatus, type Decision, decisionsFrom, nextStatus } from './status.ts';
import { viewOf } from './view.ts';

export interface AlertQuery {
  readonly traineeId?: string | undefined;
  /** All trainees of one person, whatever the platform: for people only. */
  readonly personOf?: string | undefined;
  readonly classId?: string | undefined;
  readonly code?: string | undefined;
  readonly kind?: AlertKind | undefined;
  readonly status?: AlertStatus | undefined;
  /** Raised or grown since then; inclusive, ms since the epoch. */
  readonly since?: number | undefined;
  /** First raised before then; exclusive, ms since the epoch. */
  readonly until?: number | undefined;
  /** Where the page before this one ended. */
  readonly after?: Place | undefined;
  readonly limit: number;
}

export interface AlertPage {
  readonly alerts: readonly AlertView[];
  /** Where this page ended; null: it was the last. */
  readonly next: Place | null;
}

/** One step of an alert, as a person took it. */
export interface DecisionView {
  readonly decision: Decision;
  readonly from: AlertStatus;
  readonly to: AlertStatus;
  readonly note: string;
  readonly by: string;
  readonly at: string;
}

export interface Decided {
  readonly alert: AlertView;
  /** Of the alert when it was first raised: decides who hears of the change. */
  readonly region: string;
}

export interface AlertStore {
  list(principal: Principal, query: AlertQuery): Promise<AlertPage>;
  /**
   * The alert in which each suspicion now stands: the open one, else the newest. For the
   * fan-out, which has no principal: names are masked, sessions are not bounded.
   */
  standing(suspicions: readonly string[]): Promise<readonly Announced[]>;
  /** Throws `notFound` outside the person's bounds. */
  history(person: Person, id: string): Promise<{ alert: AlertView; decisions: readonly DecisionView[] }>;
  /** Throws `notFound` outside the person's bounds, `alertTransition` where no such step exists. */
  decide(person: Person, id: string, decision: Decision, note: string): Promise<Decided>;
}

interface Row {
  id: string;
  suspicion: string;
  code: string;
  rule: string;
  severity: AlertView['severity'];
  subject_kind: SubjectKind;
  subject: string;
  trainee_id: string | null;
  name_sealed: Buffer | null;
  class_id: string | null;
  class_name: string | null;
  platform_name: string | null;
  sessions: string[];
  facts: Facts;
  count: number;
  at_ms: number;
  last_ms: number;
  status: AlertStatus;
  region: string;
}

/** A platform is told of its own sessions only: the others belong to the same person elsewhere. */
const ownSessions = `array(select s.id from sessions s where s.id = any(a.sessions) and s.platform_id = a.platform_id order by s.id)`;

const select = (sessions: string): string =>
  `select a.id, a.suspicion, a.code, a.rule, a.severity, a.subject_kind, a.subject, a.trainee_id, t.name_sealed,
          a.class_id, c.name as class_name, p.name as platform_name, ${sessions} as sessions, a.facts, a.count,
          a.at_ms, a.last_ms, a.status, a.region
     from alerts a
     left join trainees t on t.id = a.trainee_id
     left join classes c on c.id = a.class_id
     left join platforms p on a.subject_kind = 'platform' and p.id = a.subject`;

/**
 * Raises gathered alerts: joins by the rules of `gather`; in one order, so that two writers never
 * wait for each other in a circle.
 * @param rows the parameter that holds them, as JSON
 * @param guard a join without which no row is written
 */
const insert = (rows: string, guard = ''): string => `
  insert into alerts as a (id, suspicion, count, code, rule, severity, subject_kind, subject, person_key, session_id, sessions,
    trainee_id, class_id, platform_id, region, facts, at_ms, last_ms)
  select u.id, u.suspicion, u.count, u.code, u.rule, u.severity, u."subjectKind", u.subject, u."personKey", u."sessionId",
    array(select jsonb_array_elements_text(u.sessions)), u."traineeId", u."classId", u."platformId", u.region, u.facts, u.at, u."lastAt"
  from jsonb_to_recordset(${rows}::jsonb) as u(id text, suspicion text, count integer, code text, rule text, severity text,
    "subjectKind" text, subject text, "personKey" text, "sessionId" text, sessions jsonb, "traineeId" text, "classId" text,
    "platformId" text, region text, facts jsonb, at bigint, "lastAt" bigint)
  ${guard}
  order by u.suspicion
  on conflict (suspicion) where status = 'open' do update set
    count = a.count + excluded.count,
    severity = case when 'high' in (a.severity, excluded.severity) then 'high'
                    when 'medium' in (a.severity, excluded.severity) then 'medium' else 'low' end,
    facts = case when excluded.last_ms >= a.last_ms then excluded.facts else a.facts end,
    last_ms = greatest(a.last_ms, excluded.last_ms),
    sessions = (a.sessions || array(
      select s from unnest(excluded.sessions) with ordinality as more(s, n) where s <> all (a.sessions) order by n
    ))[1:${SESSIONS_MAX}]`;

/** As part of the judge's commit: a person who was fenced is not in `head`, and raises nothing. */
export const insertAlerts: Insert = (rows) => insert(rows, 'join head on head.person_key = u."personKey"');

/** Writes gathered alerts, at most one a suspicion. */
export async function writeAlerts(q: Queryable, alerts: readonly StoredAlert[]): Promise<void> {
  await q.query(insert('$1'), [JSON.stringify(alerts)]);
}

function conditions(principal: Principal, query: AlertQuery, bind: Bind): string {
  const all = [bounds(principal, bind, 'a')];
  const also = (value: unknown, sql: (placeholder: string) => string): void => {
    if (value !== undefined) all.push(sql(bind(value)));
  };
  also(query.traineeId, ($) => `a.trainee_id = ${$}`);
  also(query.personOf, ($) => `a.person_key = (select person_key from trainees where id = ${$})`);
  also(query.classId, ($) => `a.class_id = ${$}`);
  also(query.code, ($) => `a.code = ${$}`);
  also(query.kind && codesOf(query.kind), ($) => `a.code = any(${$})`);
  also(query.status, ($) => `a.status = ${$}`);
  also(query.since, ($) => `a.last_ms >= ${$}`);
  also(query.until, ($) => `a.at_ms < ${$}`);
  if (query.after) all.push(`(a.at_ms, a.id) < (${bind(query.after.atMs)}::bigint, ${bind(query.after.id)}::text)`);
  return all.join(' and ');
}

export function alertStore(db: Db, unsealName: UnsealName, now: () => number = Date.now): AlertStore {
  const view = (row: Row, named: boolean): AlertView =>
    viewOf({
      id: row.id,
      code: row.code,
      rule: row.rule,
      severity: row.severity,
      subjectKind: row.subject_kind,
      subject: row.subject,
      platformName: row.platform_name,
      traineeId: row.trainee_id,
      traineeName: named && row.trainee_id !== null ? shownName(row.name_sealed, unsealName) : null,
      classId: row.class_id,
      className: row.class_name,
      sessions: row.sessions,
      facts: row.facts,
      count: row.count,
      at: row.at_ms,
      lastAt: row.last_ms,
      status: row.status,
    });

  async function rows(principal: Principal, query: AlertQuery): Promise<Row[]> {
    const values: unknown[] = [];
    const bind = binder(values);
    const sessions = principal.kind === 'person' ? 'a.sessions' : ownSessions;
    const sql = `${select(sessions)} where ${conditions(principal, query, bind)}
      order by a.at_ms desc, a.id desc limit ${bind(query.limit + 1)}`;
    return (await db.query<Row>(sql, values)).rows;
  }

  async function one(person: Person, id: string): Promise<Row> {
    const values: unknown[] = [];
    const bind = binder(values);
    const sql = `${select('a.sessions')} where ${bounds(person, bind, 'a')} and a.id = ${bind(id)}`;
    return (await db.query<Row>(sql, values)).rows[0] ?? fail('notFound');
  }

  return {
    async list(principal, query) {
      const found = await rows(principal, query);
      const page = found.slice(0, query.limit);
      const last = page.at(-1);
      return {
        alerts: page.map((row) => view(row, principal.kind === 'person')),
        next: last && found.length > page.length ? { atMs: last.at_ms, id: last.id } : null,
      };
    },

    async standing(suspicions) {
      const found = await db.query<Row>(
        `${select('a.sessions')} where a.id in (
           select distinct on (suspicion) id from alerts where suspicion = any($1)
            order by suspicion, (status = 'open') desc, at_ms desc, id desc)`,
        [suspicions],
      );
      return found.rows.map((row) => ({ suspicion: row.suspicion, alert: view(row, true), region: row.region }));
    },

    async history(person, id) {
      const row = await one(person, id);
      const steps = await db.query<Omit<DecisionView, 'at'> & { at_ms: number }>(
        `select d.decision, d.from_status as "from", d.to_status as "to", d.note, p.username as by, d.decided_ms as at_ms
           from alert_decisions d join people p on p.id = d.person_id
          where d.alert_id = $1 order by d.id`,
        [row.id],
      );
      return {
        alert: view(row, true),
        decisions: steps.rows.map(({ at_ms, ...step }) => ({ ...step, at: isoOf(at_ms) })),
      };
    },

    async decide(person, id, decision, note) {
      const before = await one(person, id);
      const to = nextStatus(before.status, decision);
      if (to === null) return fail('alertTransition', { status: before.status, allowed: decisionsFrom(before.status) });
      const stored = await db.query(
        `with moved as (update alerts set status = $3 where id = $1 and status = $2 returning id)
         insert into alert_decisions (alert_id, decision, from_status, to_status, note, person_id, decided_ms)
         select id, $4, $2, $3, $5, $6, $7 from moved`,
        [id, before.status, to, decision, note, person.personId, now()],
      );
      // Somebody else decided in between: what this person saw is no longer so.
      if (stored.rowCount !== 1) return fail('alertTransition', { status: 'changed', allowed: [] });
      // It may have grown until the moment of the decision.
      const after = await one(person, id);
      return { alert: view({ ...after, status: to }, true), region: after.region };
    },
  };
}

// ── for a replay: every row of a person as it stands, also where it ought not to be; reads only ──

export interface AlertRow {
  readonly id: string;
  readonly suspicion: string;
  readonly code: string;
  readonly rule: string;
  readonly severity: string;
  readonly subjectKind: string;
  readonly subject: string;
  /** null: a job raised it, not the judge. */
  readonly session: string | null;
  readonly sessions: readonly string[];
  readonly traineeId: string | null;
  readonly classId: string | null;
  readonly platformId: string | null;
  readonly facts: Facts;
  readonly count: number;
  readonly at: number;
  readonly lastAt: number;
  readonly status: string;
  /** Where the last decision led; null: nobody decided. */
  readonly decided: string | null;
}

/** In the order in which they were first raised. */
export async function readAlertsOf(q: Queryable, personKey: string): Promise<AlertRow[]> {
  const { rows } = await q.query<AlertRow>(
    `select a.id, a.suspicion, a.code, a.rule, a.severity, a.subject_kind as "subjectKind", a.subject,
            a.session_id as session, a.sessions, a.trainee_id as "traineeId", a.class_id as "classId",
            a.platform_id as "platformId", a.facts, a.count, a.at_ms as at, a.last_ms as "lastAt", a.status,
            (select d.to_status from alert_decisions d where d.alert_id = a.id order by d.id desc limit 1) as decided
     from alerts a where a.person_key = $1 order by a.at_ms, a.last_ms, a.id`,
    [personKey],
  );
  return rows;
}

/** Persons with an alert of a session and no head, a page at a time: there ought to be none. */
export async function readHeadless(q: Queryable, after: string): Promise<string[]> {
  const { rows } = await q.query<{ person: string }>(
    `select distinct a.person_key as person from alerts a
     where a.session_id is not null and a.person_key > $1
       and not exists (select from heads h where h.person_key = a.person_key) order by 1 limit 200`,
    [after],
  );
  return rows.map((row) => row.person);
}

/** Alerts of a session that name no person: there ought to be none. */
export async function countNameless(q: Queryable): Promise<number> {
  const { rows } = await q.query<{ count: number }>(
    'select count(*) as count from alerts where session_id is not null and person_key is null',
  );
  return rows[0]?.count ?? 0;
}
