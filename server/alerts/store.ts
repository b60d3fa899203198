/**
 * Alerts at rest. Guarantees: every read carries the principal's bounds in the query
 * itself; pages are keyset pages, newest first; a decision and the new status are
 * stored in one statement that compares and swaps the status, or not at all.
 */
import { isoOf } from '../auth/fields.ts';
import { shownName, type UnsealName } from '../auth/mask.ts';
import type { Principal } from '../auth/principal.ts';
import { type Bind, binder, bounds, type Person } from '../auth/scope.ts';
import type { Db } from '../db/pool.ts';
import { fail } from '../errors.ts';
import type { AlertView, Facts } from './alert.ts';
import type { Place } from './cursor.ts';
import { type AlertStatus, type Decision, decisionsFrom, nextStatus } from './status.ts';
import { viewOf } from './view.ts';

export interface AlertQuery {
  readonly traineeId?: string | undefined;
  /** All trainees of one person, whatever the platform: for people only. */
  readonly personOf?: string | undefined;
  readonly classId?: string | undefined;
  readonly code?: string | undefined;
  readonly status?: AlertStatus | undefined;
  /** Inclusive, ms since the epoch. */
  readonly since?: number | undefined;
  /** Exclusive, ms since the epoch. */
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
  /** The class's region when the alert was raised: decides who hears of the change. */
  readonly region: string;
}

export interface AlertStore {
  list(principal: Principal, query: AlertQuery): Promise<AlertPage>;
  /** For the fan-out, which has no principal: names are masked, sessions are not bounded. */
  byIds(ids: readonly string[]): Promise<readonly AlertView[]>;
  /** Throws `notFound` outside the person's bounds. */
  history(person: Person, id: string): Promise<{ alert: AlertView; decisions: readonly DecisionView[] }>;
  /** Throws `notFound` outside the person's bounds, `alertTransition` where no such step exists. */
  decide(person: Person, id: string, decision: Decision, note: string): Promise<Decided>;
}

interface Row {
  id: string;
  code: string;
  rule: string;
  severity: AlertView['severity'];
  trainee_id: string;
  name_sealed: Buffer | null;
  class_id: string;
  class_name: string | null;
  sessions: string[];
  facts: Facts;
  at_ms: number;
  status: AlertStatus;
  region: string;
}

/** New alerts, stored within the judge's commit: see `Insert` there. */
export const insertAlerts = (rows: string): string =>
  `insert into alerts (id, person_key, session_id, sessions, trainee_id, class_id, platform_id, region, code, rule, severity, facts, at_ms)
   select u.id, u."personKey", u."sessionId", array(select jsonb_array_elements_text(u.sessions)), u."traineeId", u."classId",
     u."platformId", u.region, u.code, u.rule, u.severity, u.facts, u.at
   from jsonb_to_recordset(${rows}::jsonb) as u(id text, "personKey" text, "sessionId" text, sessions jsonb, "traineeId" text,
     "classId" text, "platformId" text, region text, code text, rule text, severity text, facts jsonb, at bigint)
   join head on head.person_key = u."personKey"`;

/** A platform is told of its own sessions only: the others belong to the same person elsewhere. */
const ownSessions = `array(select s.id from sessions s where s.id = any(a.sessions) and s.platform_id = a.platform_id order by s.id)`;

const select = (sessions: string): string =>
  `select a.id, a.code, a.rule, a.severity, a.trainee_id, t.name_sealed, a.class_id, c.name as class_name,
          ${sessions} as sessions, a.facts, a.at_ms, a.status, a.region
     from alerts a
     left join trainees t on t.id = a.trainee_id
     left join classes c on c.id = a.class_id`;

function conditions(principal: Principal, query: AlertQuery, bind: Bind): string {
  const all = [bounds(principal, bind, 'a')];
  const also = (value: unknown, sql: (placeholder: string) => string): void => {
    if (value !== undefined) all.push(sql(bind(value)));
  };
  also(query.traineeId, ($) => `a.trainee_id = ${$}`);
  also(query.personOf, ($) => `a.person_key = (select person_key from trainees where id = ${$})`);
  also(query.classId, ($) => `a.class_id = ${$}`);
  also(query.code, ($) => `a.code = ${$}`);
  also(query.status, ($) => `a.status = ${$}`);
  also(query.since, ($) => `a.at_ms >= ${$}`);
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
      traineeId: row.trainee_id,
      traineeName: named ? shownName(row.name_sealed, unsealName) : null,
      classId: row.class_id,
      className: row.class_name,
      sessions: row.sessions,
      facts: row.facts,
      at: row.at_ms,
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

    async byIds(ids) {
      const found = await db.query<Row>(`${select('a.sessions')} where a.id = any($1)`, [ids]);
      return found.rows.map((row) => view(row, true));
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
      return { alert: view({ ...before, status: to }, true), region: before.region };
    },
  };
}
