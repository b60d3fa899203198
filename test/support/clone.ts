/** A copy of a test database as it stands, so that each fraud has one of its own. */
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { connect } from '../../server/db/pool.ts';
import type { TestDb } from './db.ts';

/** Ends the connections to the original: a template may have none. Its pool makes new ones. */
export async function cloneDb(original: TestDb): Promise<TestDb> {
  const admin = connect(inject('postgresUrl') ?? '', { max: 1 });
  const from = new URL(original.url).pathname.slice(1);
  const name = `t_${randomBytes(8).toString('hex')}`;
  try {
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [from]);
    await admin.query(`create database ${name} template ${from}`);
  } catch (error) {
    await admin.end();
    throw error;
  }
  const url = new URL(original.url);
  url.pathname = `/${name}`;
  const db = connect(url.href);
  return {
    url: url.href,
    db,
    drop: async () => {
      await db.end();
      await admin.query(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  };
}
