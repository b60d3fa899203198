/** A database of one's own: a clone of the migrated template, gone after `drop()`. */
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { connect, type Db } from '../../server/db/pool.ts';
import { TEMPLATE } from './globalSetup.ts';

export interface TestDb {
  readonly url: string;
  readonly db: Db;
  drop(): Promise<void>;
}

/** False only where no binaries exist for this machine, which the run says loudly. */
export function hasPostgres(): boolean {
  return inject('postgresUrl') !== null;
}

/** @param max most connections of its pool. */
export async function testDb(max = 10): Promise<TestDb> {
  const adminUrl = inject('postgresUrl');
  if (adminUrl === null) throw new Error('no embedded Postgres on this machine; see the head of this run’s output');
  const name = `t_${randomBytes(8).toString('hex')}`;
  const admin = connect(adminUrl, { max: 1 });
  try {
    await admin.query(`create database ${name} template ${TEMPLATE}`);
  } finally {
    await admin.end();
  }
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const db = connect(url.href, { max });
  return {
    url: url.href,
    db,
    drop: async () => {
      await db.end();
      const cleaner = connect(adminUrl, { max: 1 });
      try {
        await cleaner.query(`drop database if exists ${name} with (force)`);
      } finally {
        await cleaner.end();
      }
    },
  };
}

/** The same pool; `seen` hears of each query through it, and of how many rows it gave. */
export function watched(db: Db, seen: (text: string, rows: number) => void): Db {
  return new Proxy(db, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (name !== 'query') return typeof found === 'function' ? found.bind(target) : found;
      return async (query: string | { readonly text: string }, values: unknown[]) => {
        const result = await target.query(query as string, values);
        seen(typeof query === 'string' ? query : query.text, result.rows.length);
        return result;
      };
    },
  });
}
