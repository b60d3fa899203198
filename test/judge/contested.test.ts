/** One person at two processes at once: what each has to fold again, and the beat that comes to both. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Catalogue, seedCatalogue } from '../support/catalogue.ts';
import { hasPostgres, type TestDb, testDb } from '../support/db.ts';
import { beatDraft, judgeOn, newSession, refolded } from '../support/judge.ts';

const start = 1_800_000_000_000;

describe.skipIf(!hasPostgres())('a contested person', () => {
  let database: TestDb;
  let catalogue: Catalogue;
  let tag = 0;
  const clock = { now: start };
  let made: ReturnType<typeof judgeOn>[] = [];
  const judge = () => {
    const one = judgeOn(database.db, catalogue, clock);
    made.push(one);
    return one.judge;
  };

  beforeAll(async () => {
    database = await testDb();
  });
  beforeEach(async () => {
    clock.now = start;
    made = [];
    catalogue = await seedCatalogue(database.db, { tag: `c${++tag}` });
  });
  afterEach(async () => {
    await Promise.all(made.map((one) => one.judge.drain()));
  });
  afterAll(() => database?.drop());

  const person = () => catalogue.trainees[0]!.personKey;
  const beats = async () =>
    (
      await database.db.query<{ seq: number }>(
        'select seq from events where person_key = $1 and seq is not null order by ordinal',
        [person()],
      )
    ).rows.map(({ seq }) => seq);

  it('a beat that reached both is stored once, and whoever came second is told to send it again', async () => {
    const session = `${tag}-s`;
    const [one, other] = [judge(), judge()];
    await one.open(newSession(catalogue, session));
    clock.now += 10_000;
    await one.submit(person(), beatDraft(session, 1, 0, 10_000));
    // The page went over, and sends again what it has not heard of.
    clock.now += 10_000;
    const second = beatDraft(session, 2, 10_000, 20_000);
    const third = beatDraft(session, 3, 20_000, 20_000, { runs: [], cause: 'paused', player: ['paused', 20_000, 100] });
    const results = await Promise.allSettled([
      one.submit(person(), second),
      other.submit(person(), second),
      other.submit(person(), third),
    ]);
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect(refused).toEqual(['commitFailed']);
    expect(await beats()).toEqual([1, 2, 3]);
    expect((await refolded(database.db, person())).folded.version).toBeGreaterThan(0);
  });

  it('does not have the whole sitting folded again with every beat', async () => {
    const sitting = 200;
    const turns = 20;
    const [one, other] = [judge(), judge()];
    const sessions = [`${tag}-a`, `${tag}-b`] as const;
    await one.open(newSession(catalogue, sessions[0]));
    for (let seq = 1; seq <= sitting; seq += 1) {
      clock.now += 10_000;
      await one.submit(person(), beatDraft(sessions[0], seq, (seq - 1) * 10_000, seq * 10_000));
    }
    await other.open(newSession(catalogue, sessions[1], 0, 'device-2', 1));
    const read = countLines(database);
    for (let turn = 1; turn <= turns; turn += 1) {
      clock.now += 10_000;
      await one.submit(
        person(),
        beatDraft(sessions[0], sitting + turn, (sitting + turn - 1) * 10_000, (sitting + turn) * 10_000),
      );
      await other.submit(person(), beatDraft(sessions[1], turn, (turn - 1) * 10_000, turn * 10_000));
    }
    // Without a snapshot now and then, each would read more than the sitting has.
    expect(read() / (2 * turns)).toBeLessThan(65);
  });
});

/** How many lines of evidence were read through this pool since. */
function countLines({ db }: TestDb): () => number {
  let lines = 0;
  const query = db.query.bind(db);
  db.query = (async (...args: Parameters<typeof query>) => {
    const result = await query(...args);
    if (typeof args[0] === 'string' && args[0].startsWith('select line from events')) lines += result.rows.length;
    return result;
  }) as unknown as typeof db.query;
  return () => lines;
}
