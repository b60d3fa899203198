/** The way to Postgres. Guarantees: `bigint` columns arrive as numbers, and none is ever silently rounded. */
import pg from 'pg';

export type Db = pg.Pool;
/** What a query may run on: the pool, or a client inside a transaction. */
export type Queryable = Pick<pg.Pool | pg.PoolClient, 'query'>;

const INT8_OID = 20;

/** Milliseconds, ordinals and counts stay far below 2^53; one beyond is a fault, not a rounding. */
export function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('a bigint column exceeds 2^53');
  return value;
}

const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8_OID && format !== 'binary'
      ? parseInt8
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/** @param max most connections this process holds at once. */
export function connect(url: string, { max = 10 }: { readonly max?: number } = {}): Db {
  const db = new pg.Pool({
    connectionString: url,
    max,
    types,
    connectionTimeoutMillis: 10_000,
    application_name: 'zhenxue',
    // Says to the database that this is a release which knows its rules (see migrations/003_growth.sql).
    options: '-c zhenxue.release=2',
  });
  // An idle connection that breaks (server restart) must not end the process; the next query reconnects or fails loudly.
  db.on('error', () => undefined);
  // Nor may one that breaks while it is in use: its query has already failed, and that is where it is heard.
  db.on('connect', (client) => client.on('error', () => undefined));
  return db;
}

/** Runs `work` in one transaction: all of it is stored, or none. */
export async function transaction<T>(db: Db, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await db.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    // A connection that could not roll back may still hold the transaction: it is closed, not reused.
    client.release(broken);
  }
}

/**
 * The same on a connection that the caller holds. One that cannot roll back may still hold the
 * transaction: then the next statement on it fails, and the caller must not give it back unbroken.
 */
export async function transactionOn<T>(q: Queryable, work: () => Promise<T>): Promise<T> {
  await q.query('begin');
  try {
    const result = await work();
    await q.query('commit');
    return result;
  } catch (error) {
    await q.query('rollback').catch(() => undefined);
    throw error;
  }
}
