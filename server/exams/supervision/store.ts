/** Drawings of supervisors at rest. Guarantees: only ever added to; who was drawn last supervises. */
import type { Queryable } from '../../db/pool.ts';

export interface Draw {
  readonly id: string;
  readonly examId: string;
  readonly nth: number;
  /** Canonical JSON: the sorted ids. */
  readonly eligible: string;
  readonly seed: Buffer;
  readonly commitment: string;
  readonly drawn: string;
  readonly reason: string | null;
  readonly byPerson: string;
  readonly at: number;
}

export interface ShownDraw extends Draw {
  readonly drawnName: string;
}

/** null: nobody was drawn. */
export async function supervisorOf(q: Queryable, examId: string): Promise<string | null> {
  const { rows } = await q.query<{ drawn: string }>(
    'select drawn from supervision_draws where exam_id = $1 order by nth desc limit 1',
    [examId],
  );
  return rows[0]?.drawn ?? null;
}

/** One drawing of an exam at a time. */
export async function lockExam(q: Queryable, examId: string): Promise<void> {
  await q.query('select 1 from exams where id = $1 for no key update', [examId]);
}

/**
 * The region's people, but for those who have to do with the institution, and those who marked its practice.
 * Whoever watches the whole country is no one's supervisor on site.
 */
export async function eligibleFor(q: Queryable, examId: string): Promise<readonly string[]> {
  const { rows } = await q.query<{ id: string }>(
    `select p.id from exams e join classes c on c.id = e.class_id
       join people p on p.role in ('monitor', 'reviewer') and p.region <> '' and starts_with(c.region, p.region)
      where e.id = $1
        and not exists (select 1 from exam_recusals x where x.person_id = p.id and x.institution_name = c.institution_name)
        and not exists (select 1 from practice_marks m join sittings s on s.id = m.sitting_id
                         where s.exam_id = e.id and m.by_person = p.id)
      order by p.id`,
    [examId],
  );
  return rows.map(({ id }) => id);
}

/** Who was drawn last for this exam, or for one of its institution before; null: nobody. */
export async function drawnLast(q: Queryable, examId: string): Promise<string | null> {
  const { rows } = await q.query<{ drawn: string }>(
    `select d.drawn from supervision_draws d join exams o on o.id = d.exam_id join classes k on k.id = o.class_id
       join exams e on e.id = $1 join classes c on c.id = e.class_id
      where k.institution_name = c.institution_name
      order by (d.exam_id = e.id) desc, d.at_ms desc, d.nth desc limit 1`,
    [examId],
  );
  return rows[0]?.drawn ?? null;
}

export async function insertDraw(q: Queryable, draw: Draw): Promise<void> {
  await q.query(
    `insert into supervision_draws (id, exam_id, nth, eligible, seed, commitment, drawn, reason, by_person, at_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      ...[draw.id, draw.examId, draw.nth, draw.eligible, draw.seed, draw.commitment, draw.drawn, draw.reason],
      ...[draw.byPerson, draw.at],
    ],
  );
}

/** In the order of drawing; the last one supervises. */
export async function drawsOf(q: Queryable, examId: string): Promise<readonly ShownDraw[]> {
  const { rows } = await q.query<ShownDraw>(
    `select d.id, d.exam_id as "examId", d.nth, d.eligible, d.seed, d.commitment, d.drawn, p.username as "drawnName",
            d.reason, d.by_person as "byPerson", d.at_ms as at
       from supervision_draws d join people p on p.id = d.drawn where d.exam_id = $1 order by d.nth`,
    [examId],
  );
  return rows;
}

export interface Report {
  readonly id: string;
  readonly drawId: string;
  readonly attended: boolean;
  readonly remarks: string;
  readonly at: number;
}

export async function insertReport(q: Queryable, report: Report): Promise<void> {
  await q.query('insert into supervision_reports (id, draw_id, attended, remarks, at_ms) values ($1, $2, $3, $4, $5)', [
    report.id,
    report.drawId,
    report.attended,
    report.remarks,
    report.at,
  ]);
}

export async function reportsOf(q: Queryable, drawIds: readonly string[]): Promise<readonly Report[]> {
  const { rows } = await q.query<Report>(
    `select id, draw_id as "drawId", attended, remarks, at_ms as at from supervision_reports
      where draw_id = any($1) order by at_ms, id`,
    [drawIds],
  );
  return rows;
}

/** A drawing that stands: none came after it. */
export async function findStanding(
  q: Queryable,
  drawId: string,
): Promise<Pick<Draw, 'id' | 'examId' | 'drawn'> | null> {
  const { rows } = await q.query<Pick<Draw, 'id' | 'examId' | 'drawn'>>(
    `select d.id, d.exam_id as "examId", d.drawn from supervision_draws d
      where d.id = $1 and not exists (select 1 from supervision_draws n where n.exam_id = d.exam_id and n.nth > d.nth)`,
    [drawId],
  );
  return rows[0] ?? null;
}

export interface OwnTask {
  readonly drawId: string;
  readonly examId: string;
  readonly title: string;
  readonly className: string;
  readonly institution: string;
  readonly opensAt: number;
  readonly closesAt: number;
  readonly reports: number;
}

/** What this person was drawn for, and nobody was drawn instead; the newest first. */
export async function tasksOf(q: Queryable, personId: string): Promise<readonly OwnTask[]> {
  const { rows } = await q.query<OwnTask>(
    `select d.id as "drawId", e.id as "examId", e.title, c.name as "className", c.institution_name as institution,
            (e.terms::jsonb->>'opensAt')::bigint as "opensAt", (e.terms::jsonb->>'closesAt')::bigint as "closesAt",
            (select count(*)::int from supervision_reports r where r.draw_id = d.id) as reports
       from supervision_draws d join exams e on e.id = d.exam_id join classes c on c.id = e.class_id
      where d.drawn = $1 and not exists (select 1 from supervision_draws n where n.exam_id = d.exam_id and n.nth > d.nth)
      order by d.at_ms desc, d.id limit 200`,
    [personId],
  );
  return rows;
}

/** Whether this person noted of another one that the exam's institution is not theirs to supervise. */
export async function keptOthersAway(q: Queryable, examId: string, personId: string): Promise<boolean> {
  const { rowCount } = await q.query(
    `select 1 from exams e join classes c on c.id = e.class_id
       join exam_recusals x on x.institution_name = c.institution_name
      where e.id = $1 and x.by_person = $2 and x.person_id <> $2 limit 1`,
    [examId, personId],
  );
  return rowCount === 1;
}

/** Notes that this person is not drawn for this institution. @returns false: it is noted, or the person is out of bounds */
export async function insertRecusal(
  q: Queryable,
  of: { readonly username: string; readonly institution: string; readonly reason: string },
  by: { readonly personId: string; readonly region: string },
  at: number,
): Promise<boolean> {
  const { rowCount } = await q.query(
    `insert into exam_recusals (person_id, institution_name, reason, by_person, at_ms)
     select p.id, $2, $3, $4, $5 from people p
      where p.username = $1 and p.role in ('monitor', 'reviewer') and starts_with(p.region, $6)
     on conflict do nothing`,
    [of.username, of.institution, of.reason, by.personId, at, by.region],
  );
  return rowCount === 1;
}
