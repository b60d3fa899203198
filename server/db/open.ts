/**
 * A database for a command-line tool: the given one, the configured one, or the embedded one
 * of the data directory (as a guest, if a server already runs it). Closed again in any case.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { startEmbedded } from './embedded.ts';
import { connect, type Db } from './pool.ts';

export async function withDatabase<T>(
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  given: string | undefined,
  work: (db: Db) => Promise<T>,
): Promise<T> {
  const url = given ?? config.databaseUrl;
  const embedded = url === null ? await startEmbedded(config.dataDir) : null;
  try {
    const db = connect(url ?? embedded?.url ?? '', { max: 1 });
    try {
      return await work(db);
    } finally {
      await db.end();
    }
  } finally {
    await embedded?.stop();
  }
}

/** The same, for whoever only reads: where there is no database, none is made. */
export async function withStoredDatabase<T>(
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  work: (db: Db) => Promise<T>,
): Promise<T> {
  if (config.databaseUrl === null && !existsSync(join(config.dataDir, 'postgres', 'PG_VERSION'))) {
    throw new Error(`there is no database in ${config.dataDir}; set DATABASE_URL or DATA_DIR`);
  }
  return withDatabase(config, undefined, work);
}
