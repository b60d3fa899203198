/**
 * What this room keeps of its own runs. Guarantees: of all processes, one runs the patterns at a
 * time; the same evidence against the same subject is fresh once.
 */
import type { Queryable } from '../db/pool.ts';
import type { Finding } from './pattern.ts';

/** Of the advisory locks of this database, the one of the patterns. Any number that nothing else takes. */
const RUN_LOCK = 7_305_008;

/** Held by this connection until it is released or ends. False: another process has it. */
export async function takeRunLock(q: Queryable): Promise<boolean> {
  const { rows } = await q.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [RUN_LOCK]);
  return rows[0]?.taken ?? false;
}

export async function releaseRunLock(q: Queryable): Promise<void> {
  await q.query('select pg_advisory_unlock($1)', [RUN_LOCK]);
}

/** Whether nobody ran the patterns for so long. */
export async function isDue(q: Queryable, everyMs: number): Promise<boolean> {
  const { rows } = await q.query<{ recent: boolean }>(
    `select exists (select 1 from pattern_runs where ran_at > now() - $1 * interval '1 millisecond') as recent`,
    [everyMs],
  );
  return !(rows[0]?.recent ?? false);
}

export async function noteRun(q: Queryable): Promise<void> {
  await q.query(
    'insert into pattern_runs (ran_at) values (now()) on conflict (only_row) do update set ran_at = excluded.ran_at',
  );
}

/**
 * Memory of one sort or hash of a pattern. One process runs one pattern at a time, so this is a bounded
 * part of any machine; with the default of 4 MB a day of a million answers is sorted on disk.
 */
const WORK_MEMORY = '128MB';

/**
 * For the transaction it is called in: a query that takes longer is ended by the database. Compiling
 * queries (jit) costs these more than it saves: a second each, of five.
 */
export async function limitStatements(q: Queryable, ms: number): Promise<void> {
  await q.query(
    `select set_config('statement_timeout', $1, true), set_config('work_mem', $2, true), set_config('jit', 'off', true)`,
    [String(ms), WORK_MEMORY],
  );
}

/**
 * Those of the findings whose evidence is newer than what was raised before; they are not fresh a
 * second time.
 * @param limit subjects at most; the others stay fresh
 */
export async function takeFresh<F extends Finding>(
  q: Queryable,
  rule: string,
  findings: readonly F[],
  limit: number,
): Promise<F[]> {
  if (findings.length === 0) return [];
  // A statement can touch a row only once.
  const newest = new Map<string, F>();
  for (const finding of findings) {
    const key = keyOf(finding.subject);
    const other = newest.get(key);
    if (other === undefined || finding.evidenceAt > other.evidenceAt) newest.set(key, finding);
  }
  const subjects = [...newest.values()];
  const { rows } = await q.query<{ kind: string; id: string }>(
    `insert into pattern_marks (rule, subject_kind, subject, evidence_ms)
     select $1, u.kind, u.id, u.at_ms
       from unnest($2::text[], $3::text[], $4::bigint[]) as u(kind, id, at_ms)
       left join pattern_marks m on m.rule = $1 and m.subject_kind = u.kind and m.subject = u.id
      where m.evidence_ms is null or m.evidence_ms < u.at_ms
      order by u.kind, u.id limit $5
     on conflict (rule, subject_kind, subject) do update set evidence_ms = excluded.evidence_ms
     returning subject_kind as kind, subject as id`,
    [
      rule,
      subjects.map(({ subject }) => subject.kind),
      subjects.map(({ subject }) => subject.id),
      subjects.map(({ evidenceAt }) => evidenceAt),
      limit,
    ],
  );
  const fresh = new Set(rows.map(keyOf));
  return findings.filter(({ subject }) => fresh.has(keyOf(subject)));
}

const keyOf = ({ kind, id }: { readonly kind: string; readonly id: string }): string => `${kind} ${id}`;

/** Deletes marks from before then, at most so many; returns how many. */
export async function forgetMarks(q: Queryable, beforeAt: number, limit: number): Promise<number> {
  const gone = await q.query(
    `delete from pattern_marks where (rule, subject_kind, subject) in (
       select rule, subject_kind, subject from pattern_marks where evidence_ms < $1 order by evidence_ms limit $2)`,
    [beforeAt, limit],
  );
  return gone.rowCount ?? 0;
}
