/**
 * Kept pictures of checks that did not pass, for people who look. Guarantees: what lies outside a person's region is
 * not fetched; never a check that passed, never an enrolment, nothing beyond the time it is kept; who looks, and
 * why, is stored before anything is read.
 */
import { binder, bounds, type Person } from '../../../auth/scope.ts';
import type { Queryable } from '../../../db/pool.ts';

export interface FlaggedCheck {
  readonly id: string;
  readonly personKey: string;
  readonly traineeId: string;
  readonly classId: string;
  readonly session: string | null;
  readonly sitting: string | null;
  readonly outcome: 'mismatch' | 'failed';
  readonly distance: number | null;
  readonly issuedAt: number;
  /** Pictures that are kept; 0: none are, or no longer. */
  readonly frames: number;
  readonly views: number;
}

const FLAGGED_MAX = 200;

/** Flagged checks within bounds, the newest first. @param of of one trainee, or the one of this id */
export async function flagged(
  q: Queryable,
  person: Person,
  of: { readonly traineeId: string } | { readonly checkId: string },
  nowMs: number,
): Promise<readonly FlaggedCheck[]> {
  const values: unknown[] = [];
  const bind = binder(values);
  const which =
    'traineeId' in of ? `coalesce(s.trainee_id, t.trainee_id) = ${bind(of.traineeId)}` : `f.id = ${bind(of.checkId)}`;
  const { rows } = await q.query<FlaggedCheck>(
    `select f.id, f.person_key as "personKey", coalesce(s.trainee_id, t.trainee_id) as "traineeId",
            c.id as "classId", f.session_id as session, f.sitting_id as sitting, f.outcome, f.distance::float8,
            f.issued_ms as "issuedAt",
            (select count(*)::int from face_frames k where k.check_id = f.id and k.kept_until_ms > ${bind(nowMs)}) as frames,
            (select count(*)::int from face_views v where v.check_id = f.id) as views
       from face_checks f
       left join sessions s on s.id = f.session_id
       left join sittings t on t.id = f.sitting_id
       left join exams e on e.id = t.exam_id
       join classes c on c.id = coalesce(s.class_id, e.class_id)
      where f.outcome in ('mismatch', 'failed') and ${which} and ${bounds(person, bind, 'c')}
      order by f.issued_ms desc limit ${FLAGGED_MAX}`,
    values,
  );
  return rows;
}

export async function logView(
  q: Queryable,
  view: { readonly checkId: string; readonly personId: string; readonly reason: string; readonly atMs: number },
): Promise<void> {
  await q.query('insert into face_views (check_id, person_id, reason, at_ms) values ($1, $2, $3, $4)', [
    ...[view.checkId, view.personId, view.reason, view.atMs],
  ]);
}

export interface View {
  readonly personId: string;
  readonly reason: string;
  readonly at: number;
}

export async function viewsOf(q: Queryable, checkId: string): Promise<readonly View[]> {
  const { rows } = await q.query<View>(
    'select person_id as "personId", reason, at_ms as at from face_views where check_id = $1 order by id',
    [checkId],
  );
  return rows;
}

export async function keptFrames(q: Queryable, checkId: string, nowMs: number): Promise<readonly Buffer[]> {
  const { rows } = await q.query<{ sealed: Buffer }>(
    `select k.sealed from face_frames k join face_checks f on f.id = k.check_id
      where k.check_id = $1 and k.kept_until_ms > $2 and f.outcome in ('mismatch', 'failed') order by k.frame`,
    [checkId, nowMs],
  );
  return rows.map(({ sealed }) => sealed);
}

/** Whose faces a platform may have erased: its own trainee. null: it has none of this id. */
export async function personOfTrainee(q: Queryable, platformId: string, traineeId: string): Promise<string | null> {
  const { rows } = await q.query<{ key: string }>(
    'select person_key as key from trainees where platform_id = $1 and id = $2',
    [platformId, traineeId],
  );
  return rows[0]?.key ?? null;
}
