import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chainNext, chainStart } from '../../ledger/chain.ts';
import { replay } from '../../programs/replay.ts';
import { type Catalogue, seedCatalogue } from '../support/catalogue.ts';
import { hasPostgres, type TestDb, testDb } from '../support/db.ts';
import { beatDraft, judgeOn, newSession } from '../support/judge.ts';

describe.skipIf(!hasPostgres())('replay', () => {
  let database: TestDb;
  let catalogue: Catalogue;
  const again = () =>
    replay({ db: database.db, sealing: { chainNext, chainStart }, loadPolicy: async () => catalogue.policy });

  beforeAll(async () => {
    database = await testDb();
    catalogue = await seedCatalogue(database.db);
    const clock = { now: 1_800_000_000_000 };
    const { judge } = judgeOn(database.db, clock);
    for (const i of [0, 1]) {
      const { personKey } = catalogue.trainees[i]!;
      await judge.open(newSession(catalogue, `s${i}`, i));
      for (let n = 0; n < 4; n += 1) {
        clock.now += 10_000;
        await judge.submit(personKey, beatDraft(`s${i}`, n + 1, n * 10_000, (n + 1) * 10_000));
      }
      await judge.submit(personKey, { kind: 'prompted', session: `s${i}`, prompt: `p${i}`, deadline: 45_000 });
      await judge.submit(personKey, { kind: 'answered', session: `s${i}`, prompt: `p${i}`, right: true });
    }
    await judge.drain();
  });
  afterAll(() => database?.drop());

  it('finds nothing where nothing was touched', async () => {
    expect(await again()).toMatchObject({ persons: 2, events: 14, differences: [] });
  });

  it.each([
    ['a span’s milliseconds', "update spans set ms = ms + 1000 where person_key = 'person-a-0' and fate = 'credited'"],
    ['a fate', "update spans set fate = 'credited' where person_key = 'person-a-0' and fate = 'denied'"],
    ['an invented span', "insert into spans values ('person-a-0', 99, 's0', 1, 2, 1, 'credited', 'presence.proven')"],
    ['a removed span', "delete from spans where person_key = 'person-a-0'"],
    [
      'one byte of evidence',
      "update events set line = replace(line, '\"signs\":0', '\"signs\":1') where person_key = 'person-a-0' and seq = 2",
    ],
    [
      'a removed event',
      "delete from events where person_key = 'person-a-0' and ordinal = (select max(ordinal) from events)",
    ],
  ])('finds %s', async (_what, sql) => {
    const client = await database.db.connect();
    try {
      await client.query('begin');
      await client.query(sql);
      const found = await replay({
        db: client,
        sealing: { chainNext, chainStart },
        loadPolicy: async () => catalogue.policy,
      });
      expect(found.differences.map((one) => one.person)).toContain('person-a-0');
      expect(found.differences.map((one) => one.person)).not.toContain('person-a-1');
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});
