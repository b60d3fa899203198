import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate, migrationsDir } from '../../server/db/migrate.ts';
import { testDir } from '../support/config.ts';
import { type TestDb, testDb } from '../support/db.ts';

let t: TestDb;
let dir: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  t = await testDb();
  const made = await testDir();
  remove = made.remove;
  dir = join(made.dir, 'migrations');
  await mkdir(dir);
  for (const name of await readdir(migrationsDir)) await copyFile(join(migrationsDir, name), join(dir, name));
});
afterEach(async () => {
  await t.drop();
  await remove();
});

const exists = async (table: string): Promise<boolean> =>
  (await t.db.query('select to_regclass($1) is not null as found', [table])).rows[0].found;

describe('migrations', () => {
  it('apply once, in order, also when many processes start at once', async () => {
    await writeFile(join(dir, '901_b.sql'), 'insert into things values (2);');
    await writeFile(
      join(dir, '900_a.sql'),
      'create table things (n integer primary key); insert into things values (1);',
    );
    const applied = await Promise.all([migrate(t.db, dir), migrate(t.db, dir), migrate(t.db, dir)]);
    expect(applied.flat()).toEqual(['900_a.sql', '901_b.sql']);
    expect(await migrate(t.db, dir)).toEqual([]);
  });

  it('leave no trace of a file that fails, and keep the ones before it', async () => {
    await writeFile(join(dir, '900_a.sql'), 'create table first_one ();');
    await writeFile(join(dir, '901_b.sql'), 'create table second_one (); select 1/0;');
    await expect(migrate(t.db, dir)).rejects.toThrow(/901_b\.sql failed and left no trace: division by zero/);
    expect(await exists('first_one')).toBe(true);
    expect(await exists('second_one')).toBe(false);
    await writeFile(join(dir, '901_b.sql'), 'create table second_one ();');
    expect(await migrate(t.db, dir)).toEqual(['901_b.sql']);
  });

  it('refuse a file that changed after it was applied', async () => {
    await writeFile(join(dir, '900_a.sql'), 'create table things ();');
    await migrate(t.db, dir);
    await writeFile(join(dir, '900_a.sql'), 'create table things (n integer);');
    await expect(migrate(t.db, dir)).rejects.toThrow('900_a.sql changed after it was applied');
  });

  it('refuse a database that a newer version migrated', async () => {
    await writeFile(join(dir, '900_a.sql'), 'create table things ();');
    await migrate(t.db, dir);
    await expect(migrate(t.db, migrationsDir)).rejects.toThrow('run the newer version');
  });

  it('refuse a file that slips in before one that is applied', async () => {
    await writeFile(join(dir, '901_b.sql'), 'create table things ();');
    await migrate(t.db, dir);
    await writeFile(join(dir, '900_a.sql'), 'create table earlier ();');
    await expect(migrate(t.db, dir)).rejects.toThrow('give it a later name');
  });
});
