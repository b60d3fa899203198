/**
 * Forward-only migrations. Guarantees: each file of migrations/ is applied once, in name
 * order, in its own transaction, by one process at a time; a file that changed after it was
 * applied, or a database newer than this program, stops the start.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Db } from './pool.ts';

/** Any constant will do, as long as nothing else in this database locks it. */
const MIGRATION_LOCK = 7_305_001;

export const migrationsDir = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Applies what is missing and returns the names applied now. */
export async function migrate(db: Db, dir: string = migrationsDir): Promise<readonly string[]> {
  const files = await readMigrations(dir);
  const client = await db.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(
      'create table if not exists migrations (name text primary key, sha256 text not null, applied_at timestamptz not null default now())',
    );
    const { rows } = await client.query<{ name: string; sha256: string }>('select name, sha256 from migrations');
    const applied = new Map(rows.map((row) => [row.name, row.sha256]));
    check(files, applied);
    const done: string[] = [];
    for (const file of files) {
      if (applied.has(file.name)) continue;
      await client.query('begin');
      try {
        await client.query(file.sql);
        await client.query('insert into migrations (name, sha256) values ($1, $2)', [file.name, file.sha256]);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback');
        throw new Error(`migration ${file.name} failed and left no trace: ${(error as Error).message}`, {
          cause: error,
        });
      }
      done.push(file.name);
    }
    return done;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    client.release();
  }
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

async function readMigrations(dir: string): Promise<readonly Migration[]> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(`${dir}/${name}`, 'utf8');
      return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

function check(files: readonly Migration[], applied: ReadonlyMap<string, string>): void {
  const known = new Set(files.map((file) => file.name));
  const foreign = [...applied.keys()].filter((name) => !known.has(name));
  if (foreign.length > 0) {
    throw new Error(
      `the database has migrations this version does not know (${foreign.join(', ')}); run the newer version`,
    );
  }
  const last = [...applied.keys()].sort().at(-1) ?? '';
  for (const file of files) {
    const sha256 = applied.get(file.name);
    if (sha256 !== undefined && sha256 !== file.sha256) {
      throw new Error(`migration ${file.name} changed after it was applied; restore it and write a new file`);
    }
    if (sha256 === undefined && file.name < last) {
      throw new Error(`migration ${file.name} sorts before ${last}, which is already applied; give it a later name`);
    }
  }
}
