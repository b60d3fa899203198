/** The bench's SQL: fills the catalogue before, counts the evidence after. */
import type { Db } from '../server/db/pool.ts';

export const PLATFORM = 'bench-platform';
export const CLASS = 'bench-class';
export const LESSON = 'bench-lesson';
export const REGION = '220581';
/** Longer than any run: nobody reaches the end. */
const LESSON_MS = 4 * 60 * 60 * 1000;

export const traineeId = (n: number): string => `bench-trainee-${n}`;

export interface Seed {
  readonly trainees: number;
  readonly policyHash: string;
  /** One sealed name for all: it is opened again at every `open`. */
  readonly nameSealed: Buffer;
  readonly monitor: { readonly username: string; readonly passwordHash: string };
}

export async function seed(db: Db, { trainees, policyHash, nameSealed, monitor }: Seed): Promise<void> {
  await db.query(`insert into platforms (id, name, api_key_hash) values ($1, $1, '\\x00')`, [PLATFORM]);
  await db.query(
    `insert into classes (id, platform_id, region, name, institution_name, occupation_code, policy_hash)
     values ($1, $2, $3, $1, $1, '6-31-01-03', $4)`,
    [CLASS, PLATFORM, REGION, policyHash],
  );
  await db.query(`insert into lessons (id, title, duration_ms, media_url) values ($1, $1, $2, '/media/none')`, [
    LESSON,
    LESSON_MS,
  ]);
  await db.query('insert into class_lessons (class_id, lesson_id, position) values ($1, $2, 0)', [CLASS, LESSON]);
  await db.query(
    `insert into trainees (id, platform_id, person_key, name_sealed, citizen_id_sealed, citizen_id_masked)
     select 'bench-trainee-' || n, $1, encode(sha256(('bench' || n)::bytea), 'hex'), $2, '', '***'
       from generate_series(0, $3::int - 1) as n`,
    [PLATFORM, nameSealed, trainees],
  );
  await db.query('insert into roster (class_id, trainee_id) select $1, id from trainees', [CLASS]);
  await db.query(
    `insert into people (id, username, password_hash, role, region) values ('bench-monitor', $1, $2, 'monitor', '22')`,
    [monitor.username, monitor.passwordHash],
  );
  // A table that was filled a moment ago has no statistics yet; a real one has.
  await db.query('analyze');
}

export interface Evidence {
  readonly beats: number;
  readonly alerts: number;
  readonly creditedMs: number;
  readonly heldMs: number;
  readonly deniedMs: number;
}

export async function readEvidence(db: Db): Promise<Evidence> {
  const { rows } = await db.query<Evidence>(
    `select (select count(*) from events where seq is not null) as beats,
            (select count(*) from alerts) as alerts,
            coalesce(sum(ms) filter (where fate = 'credited'), 0)::bigint as "creditedMs",
            coalesce(sum(ms) filter (where fate = 'held'), 0)::bigint as "heldMs",
            coalesce(sum(ms) filter (where fate = 'denied'), 0)::bigint as "deniedMs"
       from spans`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('an aggregate has a row');
  return row;
}

export interface Durability {
  readonly version: string;
  readonly fsync: string;
  readonly synchronousCommit: string;
}

/** What the numbers are worth: a server that does not wait for its disk is another server. */
export async function readDurability(db: Db): Promise<Durability> {
  const { rows } = await db.query<Durability>(
    `select current_setting('server_version') as version, current_setting('fsync') as fsync,
            current_setting('synchronous_commit') as "synchronousCommit"`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a select without a table has a row');
  return row;
}
