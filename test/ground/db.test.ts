import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transaction } from '../../server/db/pool.ts';
import { type TestDb, testDb } from '../support/db.ts';

describe('a database', () => {
  let t: TestDb;
  beforeAll(async () => {
    t = await testDb();
  });
  afterAll(() => t.drop());

  it('comes migrated and empty', async () => {
    const { rows } = await t.db.query('select count(*) as n from platforms');
    expect(rows).toEqual([{ n: 0 }]);
  });

  it('gives bigint as an exact number or not at all', async () => {
    const { rows } = await t.db.query('select 1753000000123::bigint as at');
    expect(rows[0].at).toBe(1753000000123);
    await expect(t.db.query('select 9007199254740993::bigint as at')).rejects.toThrow('2^53');
  });

  it('stores nothing of a transaction that fails', async () => {
    await expect(
      transaction(t.db, async (client) => {
        await client.query("insert into platforms values ('p', 'P', '\\x00')");
        throw new Error('half-way');
      }),
    ).rejects.toThrow('half-way');
    expect((await t.db.query('select 1 from platforms')).rowCount).toBe(0);
  });
});
