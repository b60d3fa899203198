/** Alerts as they stand, read again for a replay: reads only, everything of a person. */
import type { Queryable } from '../db/pool.ts';
import type { Facts } from './alert.ts';

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
