/**
 * What was decided stays decided: persons move on through detector versions, processes of
 * several releases share one database, and nothing final is ever written again.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { demoPolicy as demoPolicy1 } from '../../detector/frozen/1.mjs';
import { demoPolicy, newest } from '../../detector/index.ts';
import { readLine } from '../../server/judge/line.ts';
import { createReleases } from '../../server/judge/releases.ts';
import { createLog } from '../../server/log.ts';
import { type Catalogue, seedCatalogue } from '../support/catalogue.ts';
import { hasPostgres, type TestDb, testDb, watched } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { answered, asked, beatDraft, judgeOn, newSession, refolded } from '../support/judge.ts';

const start = 1_800_000_000_000;
const log = createLog('silent');

describe.skipIf(!hasPostgres())('growth', () => {
  let database: TestDb;
  let catalogue: Catalogue;
  let tag = 0;
  const clock = { now: start };
  let made: ReturnType<typeof judgeOn>[] = [];
  const judge = (versions: Parameters<typeof judgeOn>[3] = {}) => {
    const one = judgeOn(database.db, clock, versions);
    made.push(one);
    return one.judge;
  };
  /** A process of the release before: it knows version 1 and nothing else. */
  const old = () => judge({ inForce: 1, newest: 1 });

  beforeAll(async () => {
    database = await testDb();
  });
  beforeEach(async () => {
    clock.now = start;
    made = [];
    // A policy that both versions read, as classes of the release before have it.
    catalogue = await seedCatalogue(database.db, { tag: `g${++tag}`, policy: demoPolicy1 as typeof demoPolicy });
  });
  afterEach(async () => {
    await Promise.all(made.map((one) => one.judge.drain()));
  });
  afterAll(() => database?.drop());

  const person = () => catalogue.trainees[0]!.personKey;
  const rows = async (sql: string) => (await database.db.query(sql, [person()])).rows;
  const spans = () => rows('select * from spans where person_key = $1 order by id');
  const leaves = () => rows('select * from ledger_pending where person_key = $1 order by id');
  const kinds = async () =>
    (await rows('select line from events where person_key = $1 order by ordinal')).map(
      ({ line }: { line: string }) => readLine(line).kind,
    );

  /** Plays 10 s and beats. */
  async function play(j: ReturnType<typeof judge>, session: string, seq: number) {
    clock.now += 10_000;
    return j.submit(person(), beatDraft(session, seq, (seq - 1) * 10_000, seq * 10_000));
  }

  it('a person moves on by an event of the chain; what was decided before stays byte for byte', async () => {
    const session = `${tag}-s`;
    const first = old();
    await first.open(newSession(catalogue, session));
    await play(first, session, 1);
    await first.submit(person(), asked(session, 'p1'));
    await first.submit(person(), answered(session, 'p1'));
    await play(first, session, 2);
    expect(await kinds()).toEqual(['opened', 'beat', 'prompted', 'answered', 'beat']);
    const [credited] = (await spans()).filter(({ fate }) => fate === 'credited');
    const sealed = await leaves();
    expect(sealed).toHaveLength(1);

    const second = judge();
    await play(second, session, 3);
    expect((await kinds()).slice(5)).toEqual(['upgraded', 'beat']);
    await second.submit(person(), asked(session, 'p2'));
    const { totals } = await second.submit(person(), answered(session, 'p2'));
    expect(totals.heldMs).toBe(0);
    expect(totals.creditedMs).toBeGreaterThan(29_900);

    expect((await spans()).find(({ id }) => id === credited.id)).toEqual(credited);
    expect((await leaves())[0]).toEqual(sealed[0]);
    const versions = (await leaves()).map(({ leaf }) => JSON.parse(leaf).detector);
    expect(new Set(versions)).toEqual(new Set(['1', String(newest)]));
    // Rebuilt from nothing, across both versions, it comes to the same.
    const again = await refolded(database.db, person());
    expect(again.folded.version).toBe(newest);
  });

  it('a process that does not know the version hands over, and writes nothing', async () => {
    const session = `${tag}-s`;
    const [first, second] = [old(), judge()];
    await first.open(newSession(catalogue, session));
    await play(first, session, 1);
    await play(second, session, 2);
    const before = await rows('select * from heads where person_key = $1');
    // Its view is old: it is fenced, reads again, and finds that the person has moved on.
    await expect(play(first, session, 3)).rejects.toMatchObject({ code: 'newerRelease' });
    await expect(old().open(newSession(catalogue, `${tag}-t`))).rejects.toMatchObject({ code: 'newerRelease' });
    expect(await rows('select * from heads where person_key = $1')).toEqual(before);
    await expect(play(second, session, 3)).resolves.toBeDefined();
  });

  it('and asks no more for whom it handed over, whatever falls due', async () => {
    const session = `${tag}-s`;
    let reads = 0;
    const older = judgeOn(
      watched(database.db, () => (reads += 1)),
      catalogue,
      clock,
      { inForce: 1, newest: 1 },
    );
    const newer = judgeOn(database.db, clock);
    made.push(older, newer);
    await older.judge.open(newSession(catalogue, session));
    await play(older.judge, session, 1);
    await play(newer.judge, session, 2);
    await expect(play(older.judge, session, 3)).rejects.toMatchObject({ code: 'newerRelease' });
    const tickless = reads;
    clock.now += demoPolicy.session.silentMs + 60_000;
    older.judge.start();
    newer.judge.start();
    await eventually(kinds, (all) => expect(all).toContain('tick'));
    // Its one look for people whom nobody has.
    expect(reads - tickless).toBeLessThanOrEqual(1);
  });

  it('while a process of the release before lives, persons stay at its version and go back and forth', async () => {
    const session = `${tag}-s`;
    const [older, newer] = [createReleases(database.db, log, 1), createReleases(database.db, log, newest)];
    await older.start();
    await newer.start();
    expect([older.inForce(), newer.inForce()]).toEqual([1, 1]);
    const [first, second] = [old(), judge({ inForce: newer.inForce() })];
    await first.open(newSession(catalogue, session));
    for (let seq = 1; seq <= 6; seq += 1) await play(seq % 2 === 0 ? first : second, session, seq);
    expect(await kinds()).toEqual(['opened', ...Array(6).fill('beat')]);

    await older.stop();
    const alone = createReleases(database.db, log, newest);
    await alone.start();
    expect(alone.inForce()).toBe(newest);
    await play(judge({ inForce: alone.inForce() }), session, 7);
    expect((await kinds()).at(-2)).toBe('upgraded');
    await newer.stop();
    await alone.stop();
  });

  it('a release from before versions were told may write no head, and is told why', async () => {
    await old().open(newSession(catalogue, `${tag}-s`));
    const client = await database.db.connect();
    try {
      await client.query(`set zhenxue.release = ''`);
      await expect(
        client.query('update heads set ordinal = ordinal where person_key = $1', [person()]),
      ).rejects.toThrow('newer release');
    } finally {
      client.release(true);
    }
  });

  describe('what is final', () => {
    beforeEach(async () => {
      const session = `${tag}-s`;
      const j = judge();
      await j.open(newSession(catalogue, session));
      await play(j, session, 1);
      await j.submit(person(), asked(session, 'p'));
      await j.submit(person(), answered(session, 'p'));
    });

    it.each([
      [
        'a credited span’s fate',
        `update spans set fate = 'denied', ms = 4 where person_key = $1 and fate = 'credited'`,
      ],
      ['a credited span’s session', `update spans set session_id = 'x' where person_key = $1 and fate = 'credited'`],
      ['a span', 'delete from spans where person_key = $1'],
      ['an event', `update events set line = '{}' where person_key = $1`],
      ['the last event', 'delete from events where person_key = $1'],
    ])('refuses to rewrite %s', async (_what, sql) => {
      await expect(database.db.query(sql, [person()])).rejects.toThrow('never written again');
    });

    it('refuses within the judge’s own statement too', async () => {
      await expect(
        database.db.query(
          `insert into spans (person_key, id, session_id, from_ms, to_ms, ms, fate, reason, open)
           select person_key, id, session_id, from_ms, to_ms, 4, 'denied', reason, true from spans
            where person_key = $1 and fate = 'credited'
           on conflict (person_key, id) do update set ms = excluded.ms, fate = excluded.fate where still_open(spans.open)`,
          [person()],
        ),
      ).rejects.toThrow('never written again');
    });
  });

  it('an erased salt reaches whoever has the person in memory', async () => {
    const session = `${tag}-s`;
    const j = judge();
    await j.open(newSession(catalogue, session));
    await play(j, session, 1);
    await j.submit(person(), asked(session, 'p1'));
    await j.submit(person(), answered(session, 'p1'));
    await database.db.query('delete from ledger_salts where person_key = $1', [person()]);
    await play(j, session, 2);
    await j.submit(person(), asked(session, 'p2'));
    await j.submit(person(), answered(session, 'p2'));
    const names = (await leaves()).map(({ leaf }) => JSON.parse(leaf).trainee);
    expect(new Set(names).size).toBe(2);
  });

  it('a session that opens and closes in one batch is stored as closed', async () => {
    const j = judge();
    const both = [
      j.open(newSession(catalogue, `${tag}-s`)),
      j.submit(person(), { kind: 'closed', session: `${tag}-s`, cause: 'closing' }),
    ];
    await Promise.all(both);
    expect(await rows('select closed_ms from sessions where person_key = $1')).toEqual([{ closed_ms: start }]);
  });

  it('each page hears the totals of its own lesson', async () => {
    const j = judge();
    await j.open(newSession(catalogue, `${tag}-a`, 0, 'device-1', 0));
    await play(j, `${tag}-a`, 1);
    const { notices } = made.at(-1)!;
    await j.open(newSession(catalogue, `${tag}-b`, 0, 'device-2', 1));
    clock.now += 10_000;
    await j.submit(person(), beatDraft(`${tag}-b`, 1, 0, 10_000));
    const takenOver = notices.find(({ kind }) => kind === 'takenOver');
    expect(takenOver).toMatchObject({ session: `${tag}-a`, totals: { heldMs: 10_000 } });
  });

  it('what the database refuses is final for its sender alone, and says so', async () => {
    const j = judge();
    const session = `${tag}-s`;
    await j.open(newSession(catalogue, session));
    clock.now += 10_000;
    const poison = beatDraft(session, 1, 0, 10_000);
    const results = await Promise.allSettled([
      j.submit(person(), { ...poison, body: poison.body.replace('interval', '\\u0000').replace('{', '{"\u0000":1,') }),
      j.submit(person(), beatDraft(session, 2, 10_000, 10_000)),
    ]);
    expect(results.map((one) => (one.status === 'rejected' ? one.reason.code : 'stored'))).toEqual([
      'unstorable',
      'stored',
    ]);
  });

  it('overdue persons are taken by one process at a time, and the taken ones stand in nobody’s way', async () => {
    const { takeOverdue } = await import('../../server/judge/store.ts');
    const j = judge();
    await Promise.all(catalogue.trainees.map((_, i) => j.open(newSession(catalogue, `${tag}-s${i}`, i))));
    const late = start + demoPolicy.session.silentMs + 60_000;
    const mine = new Set(catalogue.trainees.map(({ personKey }) => personKey));
    const take = async (version = newest) =>
      (await takeOverdue(database.db, late, 3_000, 50, version))
        .map(({ personKey }) => personKey)
        .filter((key) => mine.has(key));
    // Nobody takes whom it cannot judge: they were moved to today's version when they opened.
    expect(await take(1)).toEqual([]);
    const [one, other] = await Promise.all([take(), take()]);
    expect([...one, ...other].sort()).toEqual([...mine].sort());
    expect(await take()).toEqual([]);
  });
});
