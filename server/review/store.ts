/**
 * The reviewer's reading of what the judge stored. Guarantees: read-only; every query
 * carries the principal's bounds over `classes c` itself; every list is bounded and says
 * when it was cut; totals are summed by the same statement that lists their spans, so
 * the two never disagree. What a principal may not see is `notFound`, as is what does not exist.
 */
import { isoOf } from '../auth/fields.ts';
import { shownName, type UnsealName } from '../auth/mask.ts';
import type { Principal } from '../auth/principal.ts';
import { type Bind, binder, bounds } from '../auth/scope.ts';
import type { Db } from '../db/pool.ts';
import { fail } from '../errors.ts';
import { classHoursOf } from './classHours.ts';
import { type PromptRow, promptView, type SpanRow, spanView, type Totals, totalsView } from './rows.ts';
import type { ClassHoursView, HoursView, OverviewView, TimelineSession } from './view.ts';

/** Spans in one answer: some weeks of one trainee's study. */
export const SPANS_MAX = 5000;
/** Trainees in one class's answer. */
export const TRAINEES_MAX = 5000;
/** Sessions of one trainee in one day, and live sessions on the console's first page. */
export const SESSIONS_MAX = 200;

/** A stretch of time, ms since the epoch, `to` exclusive. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface ReviewStore {
  /** Throws `notFound` unless the trainee (in that class) is within bounds. */
  trainee(principal: Principal, traineeId: string, classId?: string): Promise<void>;
  hours(principal: Principal, traineeId: string, classId?: string): Promise<HoursView>;
  classHours(principal: Principal, classId: string): Promise<ClassHoursView>;
  /** For people: all sessions of the trainee's person; for others: the trainee's own. */
  sessions(
    principal: Principal,
    traineeId: string,
    stretch: Stretch,
    classId?: string,
  ): Promise<{ sessions: readonly TimelineSession[]; truncated: boolean }>;
  overview(principal: Principal): Promise<OverviewView>;
}

const spanColumns = `sp.session_id, s.class_id, s.lesson_id, s.policy_hash, sp.from_ms, sp.to_ms, sp.ms, sp.fate, sp.reason,
       l.index as leaf_index, l.origin as leaf_origin`;
const spanTables = `join spans sp on sp.session_id = s.id and sp.person_key = s.person_key
       left join ledger_leaves l on l.person_key = sp.person_key and l.span_id = sp.id`;

const sumOf = (fate: string): string => `sum(sp.ms) filter (where sp.fate = '${fate}')`;

/** @param isHeard SQL: whether the open session `s` is heard of. The board counts by the same words. */
export function reviewStore(
  db: Db,
  unsealName: UnsealName,
  isHeard: (bind: Bind, now: number) => string,
  now: () => number = Date.now,
): ReviewStore {
  const nameFor = (principal: Principal, sealed: Buffer): string | null =>
    principal.kind === 'person' ? shownName(sealed, unsealName) : null;

  async function trainee(principal: Principal, traineeId: string, classId?: string): Promise<void> {
    const values: unknown[] = [];
    const bind = binder(values);
    const sql = `select 1 from trainees t where t.id = ${bind(traineeId)} and ${visible(principal, bind, classId)}`;
    if ((await db.query(sql, values)).rowCount !== 1) fail('notFound');
  }

  return {
    trainee,

    async hours(principal, traineeId, classId) {
      await trainee(principal, traineeId, classId);
      const values: unknown[] = [];
      const bind = binder(values);
      const inClass = classId === undefined ? 'true' : `s.class_id = ${bind(classId)}`;
      const found = await db.query<SpanRow & Totals>(
        `select ${spanColumns},
                coalesce(${sumOf('credited')} over (), 0)::bigint as credited_ms,
                coalesce(${sumOf('held')} over (), 0)::bigint as held_ms,
                coalesce(${sumOf('denied')} over (), 0)::bigint as denied_ms
           from sessions s join classes c on c.id = s.class_id ${spanTables}
          where s.trainee_id = ${bind(traineeId)} and ${inClass} and ${bounds(principal, bind, 'c', 's.trainee_id')}
          order by sp.from_ms, sp.id limit ${bind(SPANS_MAX + 1)}`,
        values,
      );
      const totals = found.rows[0] ?? { credited_ms: 0, held_ms: 0, denied_ms: 0 };
      return {
        ...totalsView(totals),
        // Offline attendance has no store yet: none is recorded, so none is counted.
        offlineSeconds: 0,
        classHours: classHoursOf(totals.credited_ms),
        spans: found.rows.slice(0, SPANS_MAX).map(spanView),
        truncated: found.rows.length > SPANS_MAX,
      };
    },

    async classHours(principal, classId) {
      const values: unknown[] = [];
      const bind = binder(values);
      const named = await db.query<{ id: string; name: string }>(
        `select c.id, c.name from classes c where c.id = ${bind(classId)} and ${bounds(principal, bind, 'c')}`,
        values,
      );
      const found = named.rows[0] ?? fail('notFound');
      const rows = await db.query<Totals & { id: string; name_sealed: Buffer; citizen_id_masked: string }>(
        `select t.id, t.name_sealed, t.citizen_id_masked,
                coalesce(${sumOf('credited')}, 0)::bigint as credited_ms,
                coalesce(${sumOf('held')}, 0)::bigint as held_ms,
                coalesce(${sumOf('denied')}, 0)::bigint as denied_ms
           from (select trainee_id from roster where class_id = $1
                 union select trainee_id from sessions where class_id = $1) m
           join trainees t on t.id = m.trainee_id
           left join sessions s on s.trainee_id = t.id and s.class_id = $1
           left join spans sp on sp.session_id = s.id and sp.person_key = s.person_key
          group by t.id order by t.id limit $2`,
        [found.id, TRAINEES_MAX + 1],
      );
      return {
        classId: found.id,
        className: found.name,
        trainees: rows.rows.slice(0, TRAINEES_MAX).map((row) => ({
          traineeId: row.id,
          traineeName: nameFor(principal, row.name_sealed),
          citizenIdMasked: row.citizen_id_masked,
          ...totalsView(row),
          classHours: classHoursOf(row.credited_ms),
        })),
        truncated: rows.rows.length > TRAINEES_MAX,
      };
    },

    async sessions(principal, traineeId, stretch, classId) {
      const values: unknown[] = [];
      const bind = binder(values);
      const whose =
        principal.kind === 'person'
          ? `s.person_key = (select person_key from trainees where id = ${bind(traineeId)})`
          : `s.trainee_id = ${bind(traineeId)}`;
      const inClass = classId === undefined ? 'true' : `s.class_id = ${bind(classId)}`;
      const found = await db.query<SessionRow>(
        `select s.id, s.trainee_id, s.platform_id, s.class_id, c.name as class_name, s.lesson_id,
                k.title as lesson_title, s.opened_ms, s.closed_ms
           from sessions s join classes c on c.id = s.class_id join lessons k on k.id = s.lesson_id
          where ${whose} and ${inClass} and ${bounds(principal, bind, 'c', 's.trainee_id')}
            and s.opened_ms < ${bind(stretch.to)} and (s.closed_ms is null or s.closed_ms >= ${bind(stretch.from)})
          order by s.opened_ms, s.id limit ${bind(SESSIONS_MAX + 1)}`,
        values,
      );
      const shown = found.rows.slice(0, SESSIONS_MAX);
      const [spans, prompts] = await during(
        db,
        shown.map((row) => row.id),
        stretch,
      );
      const cut = Math.max(spans.length, prompts.length) > SPANS_MAX;
      const spansOf = bySession(spans.slice(0, SPANS_MAX));
      const promptsOf = bySession(prompts.slice(0, SPANS_MAX));
      const nowMs = now();
      const exact = principal.kind === 'person';
      return {
        sessions: shown.map((row) => ({
          sessionId: row.id,
          traineeId: row.trainee_id,
          platformId: row.platform_id,
          classId: row.class_id,
          className: row.class_name,
          lessonId: row.lesson_id,
          lessonTitle: row.lesson_title,
          openedAt: isoOf(row.opened_ms),
          closedAt: row.closed_ms === null ? null : isoOf(row.closed_ms),
          spans: (spansOf.get(row.id) ?? []).map(spanView),
          prompts: (promptsOf.get(row.id) ?? []).map((prompt) => promptView(prompt, nowMs, exact)),
        })),
        truncated: cut || found.rows.length > SESSIONS_MAX,
      };
    },

    async overview(principal) {
      const values: unknown[] = [];
      const bind = binder(values);
      const counted = await db.query<{ live: number; open: number }>(
        `select (select count(*) from sessions s join classes c on c.id = s.class_id
                  where ${isHeard(bind, now())} and ${bounds(principal, bind, 'c')}) as live,
                (select count(*) from alerts a where a.status = 'open' and ${bounds(principal, bind, 'a')}) as open`,
        values,
      );
      const { live, open } = counted.rows[0] ?? { live: 0, open: 0 };
      const listValues: unknown[] = [];
      const listBind = binder(listValues);
      const found = await db.query<SessionRow & { name_sealed: Buffer; alerts_open: number }>(
        `select s.id, s.trainee_id, s.class_id, c.name as class_name, s.lesson_id, k.title as lesson_title,
                s.opened_ms, t.name_sealed,
                (select count(*) from alerts a where a.trainee_id = s.trainee_id and a.session_id = s.id
                    and a.status = 'open') as alerts_open
           from sessions s join classes c on c.id = s.class_id join lessons k on k.id = s.lesson_id
           join trainees t on t.id = s.trainee_id
          where ${isHeard(listBind, now())} and ${bounds(principal, listBind, 'c')}
          order by s.opened_ms desc, s.id desc limit ${listBind(SESSIONS_MAX + 1)}`,
        listValues,
      );
      return {
        live,
        alertsOpen: open,
        sessions: found.rows.slice(0, SESSIONS_MAX).map((row) => ({
          sessionId: row.id,
          traineeId: row.trainee_id,
          traineeName: nameFor(principal, row.name_sealed),
          classId: row.class_id,
          className: row.class_name,
          lessonId: row.lesson_id,
          lessonTitle: row.lesson_title,
          openedAt: isoOf(row.opened_ms),
          alertsOpen: row.alerts_open,
        })),
        truncated: found.rows.length > SESSIONS_MAX,
      };
    },
  };
}

interface SessionRow {
  id: string;
  trainee_id: string;
  platform_id: string;
  class_id: string;
  class_name: string;
  lesson_id: string;
  lesson_title: string;
  opened_ms: number;
  closed_ms: number | null;
}

/**
 * Whether trainee `t` may be spoken of. People see whom a class within bounds holds or
 * held; platforms and trainees their own, in one class where one is named.
 */
function visible(principal: Principal, bind: Bind, classId: string | undefined): string {
  switch (principal.kind) {
    case 'person':
      return inSomeClass(principal, bind, classId);
    case 'platform':
      return `t.platform_id = ${bind(principal.platformId)}
              and ${classId === undefined ? 'true' : inSomeClass(principal, bind, classId)}`;
    case 'trainee':
      return `t.id = ${bind(principal.traineeId)} and t.platform_id = ${bind(principal.platformId)}
              and ${classId === undefined ? 'true' : inSomeClass(principal, bind, classId)}`;
    default:
      return principal satisfies never;
  }
}

/** On the roster of, or seen in, a class within bounds. */
function inSomeClass(principal: Principal, bind: Bind, classId: string | undefined): string {
  const theClass = classId === undefined ? 'true' : `c.id = ${bind(classId)}`;
  const member = (listed: string): string =>
    `exists (select 1 ${listed} m join classes c on c.id = m.class_id
              where m.trainee_id = t.id and ${theClass} and ${bounds(principal, bind, 'c', 'm.trainee_id')})`;
  return `(${member('from roster')} or ${member('from sessions')})`;
}

/** Spans and prompts of sessions that are already within bounds; one more than is shown of each. */
async function during(db: Db, ids: readonly string[], stretch: Stretch): Promise<[SpanRow[], PromptRow[]]> {
  const values = [ids, stretch.from, stretch.to, SPANS_MAX + 1];
  const spans = await db.query<SpanRow>(
    `select ${spanColumns} from sessions s ${spanTables}
      where s.id = any($1) and sp.to_ms >= $2 and sp.from_ms < $3 order by sp.from_ms, sp.id limit $4`,
    values,
  );
  const prompts = await db.query<PromptRow>(
    `select p.id, p.session_id, p.issued_ms, p.deadline_ms, p.late_ms, p.answered_ms, p.outcome
       from prompts p join sessions s on s.id = p.session_id and s.person_key = p.person_key
      where s.id = any($1) and p.deadline_ms >= $2 and p.issued_ms < $3 order by p.issued_ms, p.id limit $4`,
    values,
  );
  return [spans.rows, prompts.rows];
}

function bySession<R extends { session_id: string }>(rows: readonly R[]): ReadonlyMap<string, readonly R[]> {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const group = groups.get(row.session_id);
    if (group === undefined) groups.set(row.session_id, [row]);
    else group.push(row);
  }
  return groups;
}
