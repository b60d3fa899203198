/** Alerts stored before the door was made: kept as they are, each a suspicion of its own. */
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { alertStore } from '../../server/alerts/store.ts';
import { migrate, migrationsDir } from '../../server/db/migrate.ts';
import { people, T0, unseal } from '../console/world.ts';
import { testDir } from '../support/config.ts';
import { type TestDb, testDb } from '../support/db.ts';

const THIS = '004_alerts.sql';
let t: TestDb;
let remove: () => Promise<void>;
let earlier: string;

beforeAll(async () => {
  t = await testDb();
  const made = await testDir();
  remove = made.remove;
  earlier = join(made.dir, 'migrations');
  await mkdir(earlier);
  for (const name of await readdir(migrationsDir)) {
    if (name < THIS) await copyFile(join(migrationsDir, name), join(earlier, name));
  }
});
afterAll(async () => {
  await t.drop();
  await remove();
});

it('keeps sixty alerts of one tab as sixty, with what was decided on them', async () => {
  const { db } = t;
  await db.query('drop schema public cascade; create schema public');
  await migrate(db, earlier);
  await db.query(
    `insert into alerts (id, person_key, session_id, sessions, trainee_id, class_id, platform_id, region, code, rule, severity, facts, at_ms, status)
     select 'a' || n, 'person-1', 's1', array['s1'], 'ta1', 'ca1', 'pa', '220581', 'backgroundPlayback', 'hidden', 'low', '{}',
            $1::bigint + n * 60000, case when n = 0 then 'lead' else 'open' end
       from generate_series(0, 59) n`,
    [T0],
  );
  expect(await migrate(db)).toContain(THIS);
  const { alerts } = await alertStore(db, unseal).list(people.nation, { limit: 100 });
  expect(alerts).toHaveLength(60);
  expect(alerts.at(-1)).toMatchObject({
    id: 'a0',
    status: 'lead',
    count: 1,
    subject: { kind: 'person', id: 'ta1' },
    at: '2026-03-02T00:00:00.000Z',
    lastAt: '2026-03-02T00:00:00.000Z',
  });
});
