/** What the rules over exams read, and what they have looked at. Guarantees: of several processes one looks at an exam. */
import type { Queryable } from '../../db/pool.ts';
import type { SavedAnswer } from '../grade.ts';
import type { Paper } from '../paper.ts';
import type { PracticeMark } from '../practice/store.ts';
import type { Held, Sat } from '../rules/rule.ts';
import type { PracticeTerms } from '../terms.ts';

/** Candidates of one exam that are held against each other: a city's. Beyond, the newest. */
const SAT_MAX = 2000;

/** An exam that is over, all of its sittings handed in, and nobody compared yet; locked. */
export async function lockHeld(q: Queryable, nowMs: number, but: readonly string[]): Promise<Omit<Held, 'sat'> | null> {
  const { rows } = await q.query<Omit<Held, 'sat'> & { closed: boolean }>(
    `select e.id as "examId", e.class_id as "classId", e.platform_id as "platformId", c.region,
            c.institution_name as institution,
            (select count(*)::int from exam_items i
              where i.platform_id = e.platform_id and i.bank_id = e.bank_id) as "bankItems"
       from exams e join classes c on c.id = e.class_id
      where e.compared_ms is null and (e.terms::jsonb->>'closesAt')::bigint <= $1 and e.id <> all($2)
        and not exists (select 1 from sittings s where s.exam_id = e.id and s.handed_in_ms is null)
      order by e.id limit 1 for update of e skip locked`,
    [nowMs, but],
  );
  return rows[0] ?? null;
}

export async function satOf(q: Queryable, examId: string): Promise<readonly Sat[]> {
  const { rows } = await q.query<Omit<Sat, 'items'> & { paper: string }>(
    `select s.id, s.person_key as "personKey", s.trainee_id as "traineeId", s.attempt, s.opened_ms as "openedAt",
            s.handed_in_ms as "handedInAt", s.paper, r.score, r.passed,
            coalesce((select array_agg(distinct v.facts->>'device') from sitting_events v
                       where v.sitting_id = s.id and v.kind in ('opened', 'resumed')), '{}') as devices,
            coalesce((select array_agg(distinct v.facts->>'address') from sitting_events v
                       where v.sitting_id = s.id and v.facts->>'address' <> ''), '{}') as addresses,
            coalesce((select array_agg(distinct v.facts->>'network') from sitting_events v
                       where v.sitting_id = s.id and v.facts->>'network' <> ''), '{}') as networks,
            coalesce((select array_agg(distinct l.device) from sessions l
                       where l.person_key = s.person_key and l.class_id = e.class_id), '{}') as "lessonDevices",
            coalesce((select array_agg(distinct encode(g.network, 'hex')) from sessions l
                        join session_origins g on g.session_id = l.id
                       where l.person_key = s.person_key and l.class_id = e.class_id), '{}') as "lessonNetworks",
            coalesce((select jsonb_agg(jsonb_build_object('fact', v.facts->>'fact', 'at', v.at_ms) order by v.nth)
                        from sitting_events v
                       where v.sitting_id = s.id and v.kind = 'page'
                         and v.facts->>'fact' in ('hidden', 'visible', 'blurred', 'focused')), '[]') as looks,
            coalesce((select jsonb_agg(jsonb_build_object('seq', a.seq, 'n', a.n, 'given', a.given,
                                                          'tookMs', a.took_ms, 'at', a.at_ms) order by a.seq)
                        from sitting_answers a where a.sitting_id = s.id), '[]') as answers
       from sittings s join exams e on e.id = s.exam_id
       join exam_results r on r.sitting_id = s.id and r.corrects is null
      where s.exam_id = $1 order by s.opened_ms desc limit $2`,
    [examId, SAT_MAX],
  );
  return rows.map(({ paper, ...sat }) => ({ ...sat, items: (JSON.parse(paper) as Paper).items }));
}

export async function regionOf(q: Queryable, classId: string): Promise<string> {
  const { rows } = await q.query<{ region: string }>('select region from classes where id = $1', [classId]);
  return rows[0]?.region ?? '';
}

export async function markCompared(q: Queryable, examId: string, at: number): Promise<void> {
  await q.query('update exams set compared_ms = $2 where id = $1', [examId, at]);
}

export interface ToAudit extends Pick<Held, 'examId' | 'classId' | 'platformId' | 'region'> {
  readonly id: string;
  readonly personKey: string;
  readonly traineeId: string;
  readonly paper: string;
  readonly paperHash: string;
  readonly passMark: number;
  readonly handedInAt: number;
  readonly answers: readonly SavedAnswer[];
  /** The state that was told to people last, see `stateOf`; null: none. */
  readonly told: string | null;
  readonly practice: PracticeTerms | null;
  readonly marks: readonly Pick<PracticeMark, 'id' | 'record' | 'score' | 'passed'>[];
}

/** Sittings that were handed in, those first that were looked at longest ago; locked, none that another has in hand. */
export async function lockForAudit(q: Queryable, beforeAt: number, most: number): Promise<readonly ToAudit[]> {
  const { rows } = await q.query<ToAudit>(
    `select s.id, s.exam_id as "examId", e.class_id as "classId", e.platform_id as "platformId", c.region,
            s.person_key as "personKey", s.trainee_id as "traineeId", s.paper, s.paper_hash as "paperHash",
            (e.terms::jsonb->>'passMark')::int as "passMark", s.handed_in_ms as "handedInAt",
            s.tampering_told as told, e.terms::jsonb->'practice' as practice,
            coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'record', m.record, 'score', m.score,
                                                          'passed', m.passed) order by m.at_ms, m.id)
                        from practice_marks m where m.sitting_id = s.id), '[]') as marks,
            coalesce((select jsonb_agg(jsonb_build_object('seq', a.seq, 'n', a.n, 'given', a.given,
                                                          'tookMs', a.took_ms, 'at', a.at_ms) order by a.seq)
                        from sitting_answers a where a.sitting_id = s.id), '[]') as answers
       from sittings s join exams e on e.id = s.exam_id join classes c on c.id = e.class_id
      where s.handed_in_ms is not null and coalesce(s.judged_ms, 0) < $1
      order by s.judged_ms nulls first, s.id limit $2 for update of s skip locked`,
    [beforeAt, most],
  );
  return rows;
}

/** @param told by sitting: the state that is told to people now; null: nothing is */
export async function markJudged(q: Queryable, told: ReadonlyMap<string, string | null>, at: number): Promise<void> {
  await q.query(
    `update sittings s set judged_ms = $3, tampering_told = u.told
       from unnest($1::text[], $2::text[]) as u(id, told) where s.id = u.id`,
    [[...told.keys()], [...told.values()], at],
  );
}
