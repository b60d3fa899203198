import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newest } from '../../detector/index.ts';
import type { Db } from '../../server/db/pool.ts';
import { readLine } from '../../server/judge/line.ts';
import { type Catalogue, seedCatalogue } from '../support/catalogue.ts';
import { hasPostgres, type TestDb, testDb, watched } from '../support/db.ts';
import { answered, asked, beatDraft, judgeOn, newSession, refolded } from '../support/judge.ts';

const start = 1_800_000_000_000;

async function evidence(db: Db, personKey: string) {
  const { rows } = await db.query('select line from events where person_key = $1 order by ordinal', [personKey]);
  return rows.map((row: { line: string }) => readLine(row.line));
}

async function storedMs(db: Db, personKey: string): Promise<Record<string, number>> {
  const { rows } = await db.query('select fate, sum(ms)::bigint as ms from spans where person_key = $1 group by fate', [
    personKey,
  ]);
  return Object.fromEntries(rows.map((row: { fate: string; ms: number }) => [row.fate, row.ms]));
}

describe.skipIf(!hasPostgres())('the judge', () => {
  let database: TestDb;
  let catalogue: Catalogue;
  let tag = 0;
  const clock = { now: start };
  let made: ReturnType<typeof judgeOn>[] = [];
  const judge = (db = database.db) => {
    const one = judgeOn(db, clock);
    made.push(one);
    return one;
  };

  beforeAll(async () => {
    database = await testDb();
  });
  beforeEach(async () => {
    clock.now = start;
    catalogue = await seedCatalogue(database.db, { tag: `j${++tag}` });
  });
  afterEach(async () => {
    await Promise.all(made.map((one) => one.judge.drain()));
    made = [];
  });
  afterAll(() => database?.drop());

  const person = () => catalogue.trainees[0]!.personKey;

  it('acknowledges only what is durable, and keeps the beat’s exact bytes', async () => {
    const { judge: j } = judge();
    await j.open(newSession(catalogue, `${tag}-s`));
    clock.now += 10_000;
    const draft = beatDraft(`${tag}-s`, 1, 0, 10_000);
    const { totals } = await j.submit(person(), draft);
    expect(totals.heldMs).toBe(10_000);
    const { rows } = await database.db.query('select line, seq, mac from events where person_key = $1 and seq = 1', [
      person(),
    ]);
    expect(rows[0].line).toContain(`"beat":${draft.body}}`);
    expect(rows[0]).toMatchObject({ seq: 1, mac: draft.mac });
    expect(await storedMs(database.db, person())).toEqual({ held: 10_000 });
  });

  it('credits on a right answer, in one transaction with the leaf that will prove it', async () => {
    const { judge: j } = judge();
    await j.open(newSession(catalogue, `${tag}-s`));
    clock.now += 10_000;
    await j.submit(person(), beatDraft(`${tag}-s`, 1, 0, 10_000));
    await j.submit(person(), asked(`${tag}-s`, 'p'));
    clock.now += 2_000;
    const { totals, proved } = await j.submit(person(), answered(`${tag}-s`, 'p'));
    expect(proved).toBe(true);
    expect(totals).toEqual({ creditedMs: 10_000, heldMs: 0, deniedMs: 0 });
    const { rows } = await database.db.query('select leaf from ledger_pending where person_key = $1', [person()]);
    expect(rows).toHaveLength(1);
    expect(JSON.parse(rows[0].leaf)).toMatchObject({
      kind: 'credit',
      creditedMs: 10_000,
      policy: catalogue.policyHash,
    });
    expect(rows[0].leaf).not.toContain(person());
  });

  it('rebuilds a lost state from the evidence: the same verdicts as live, byte for byte', async () => {
    const first = judge();
    await first.judge.open(newSession(catalogue, `${tag}-s`));
    for (let i = 0; i < 5; i += 1) {
      clock.now += 10_000;
      await first.judge.submit(person(), beatDraft(`${tag}-s`, i + 1, i * 10_000, (i + 1) * 10_000));
    }
    // A second process with nothing in memory goes on where the first stopped.
    const second = judge();
    clock.now += 10_000;
    const live = await second.judge.submit(person(), beatDraft(`${tag}-s`, 6, 50_000, 60_000));
    await second.judge.drain();
    const replayed = await refolded(database.db, person());
    expect(JSON.stringify(live.verdicts)).toBe(JSON.stringify(replayed.verdicts.at(-1)));
    // A few milliseconds go to measurement: media and wall clock never agree exactly.
    expect(live.totals.heldMs + live.totals.deniedMs).toBe(60_000);
    expect(live.totals.deniedMs).toBeLessThan(50);
  });

  it('a snapshot shortens rebuilding and changes nothing; one of another detector is not believed', async () => {
    const first = judge();
    await first.judge.open(newSession(catalogue, `${tag}-s`));
    // Enough events to be snapshotted on the way.
    await Promise.all(
      Array.from({ length: 1_100 }, () =>
        first.judge.submit(person(), { kind: 'refused', session: `${tag}-s`, code: 'beatMac', count: 1 }),
      ),
    );
    const kept = () => database.db.query('select ordinal, state from snapshots where person_key = $1', [person()]);
    await expect.poll(async () => (await kept()).rows.length).toBe(1);
    const tick = { kind: 'tick', session: `${tag}-s` } as const;
    const fromSnapshot = await judge().judge.submit(person(), tick);
    const fromEvents = await refolded(database.db, person());
    expect(JSON.stringify(fromSnapshot.verdicts)).toBe(JSON.stringify(fromEvents.verdicts.at(-1)));

    await database.db.query(`update snapshots set detector = '99', state = '{}' where person_key = $1`, [person()]);
    await expect(judge().judge.submit(person(), tick)).resolves.toMatchObject({ verdicts: [] });
  });

  it('a broken snapshot keeps nobody out: the evidence is folded instead', async () => {
    await judge().judge.open(newSession(catalogue, `${tag}-s`));
    const tick = { kind: 'tick', session: `${tag}-s` } as const;
    const ordinal = async () =>
      Number((await database.db.query('select ordinal from heads where person_key = $1', [person()])).rows[0]?.ordinal);
    for (const state of ['{', '{}', 'null', '{"ordinal":999}']) {
      await database.db.query(
        `insert into snapshots (person_key, ordinal, detector, state) values ($1, 1, $2, $3)
         on conflict (person_key) do update set ordinal = 1, detector = $2, state = $3`,
        [person(), String(newest), state],
      );
      const before = await ordinal();
      await expect(judge().judge.submit(person(), tick), state).resolves.toMatchObject({ verdicts: [] });
      expect(await ordinal(), state).toBe(before + 1);
    }
  });

  it('fences a process whose view is old: both processes’ words stand, no second is paid twice', async () => {
    const [a, b] = [judge(), judge()];
    await a.judge.open(newSession(catalogue, `${tag}-a`, 0, 'device-a'));
    clock.now += 10_000;
    await a.judge.submit(person(), beatDraft(`${tag}-a`, 1, 0, 10_000));
    // The same trainee opens elsewhere, on another process. The first does not know yet.
    await b.judge.open(newSession(catalogue, `${tag}-b`, 0, 'device-b', 1));
    clock.now += 10_000;
    const [late, fresh] = await Promise.all([
      a.judge.submit(person(), beatDraft(`${tag}-a`, 2, 10_000, 20_000)),
      b.judge.submit(person(), beatDraft(`${tag}-b`, 1, 0, 10_000)),
    ]);
    expect(late.verdicts.some((v) => v.verdict === 'deny' && v.span.reason === 'concurrentLogin.leaseLost')).toBe(true);
    expect(fresh.totals.heldMs).toBe(10_000);
    expect(await storedMs(database.db, person())).toEqual({ held: 20_000, denied: 10_000 });
    // The first plays on, well after it was told.
    clock.now += 20_000;
    await a.judge.submit(person(), beatDraft(`${tag}-a`, 3, 20_000, 40_000));
    expect([...a.alerts, ...b.alerts].map((alert) => [alert.code, [...alert.sessions].sort()])).toEqual([
      ['concurrentLogin', [`${tag}-a`, `${tag}-b`]],
    ]);
    const { rows } = await database.db.query('select epoch, ordinal, session_id from heads where person_key = $1', [
      person(),
    ]);
    expect(rows[0]).toEqual({ epoch: 2, ordinal: 7, session_id: `${tag}-b` });
  });

  it('any interleaving of two processes stores every accepted beat once and in one order', async () => {
    const [a, b] = [judge(), judge()];
    await a.judge.open(newSession(catalogue, `${tag}-s`));
    const settled = await Promise.allSettled(
      Array.from({ length: 40 }, (_, i) => {
        clock.now += 100;
        return (i % 2 ? a : b).judge.submit(person(), {
          kind: 'refused',
          session: `${tag}-s`,
          code: 'beatMac',
          count: 1,
        });
      }),
    );
    const stored = await evidence(database.db, person());
    // Beside them, the person's first event and the opening.
    expect(stored).toHaveLength(2 + settled.filter((one) => one.status === 'fulfilled').length);
    expect(stored.every((event, i) => i === 0 || event.at >= stored[i - 1]!.at)).toBe(true);
  });

  it('when the database is gone nothing is acknowledged; when it is back, nothing accepted is missing', async () => {
    const one = judge();
    await one.judge.open(newSession(catalogue, `${tag}-s`));
    clock.now += 10_000;
    await one.judge.submit(person(), beatDraft(`${tag}-s`, 1, 0, 10_000));
    await database.db.query('alter table events rename to events_gone');
    clock.now += 10_000;
    const results = await Promise.allSettled([
      one.judge.submit(person(), beatDraft(`${tag}-s`, 2, 10_000, 20_000)),
      one.judge.submit(person(), beatDraft(`${tag}-s`, 3, 20_000, 20_000)),
    ]);
    expect(results.map((r) => (r.status === 'rejected' ? r.reason.code : 'stored'))).toEqual([
      'commitFailed',
      'commitFailed',
    ]);
    await database.db.query('alter table events_gone rename to events');
    const again = await one.judge.submit(person(), beatDraft(`${tag}-s`, 2, 10_000, 20_000));
    expect(again.totals.heldMs + again.totals.deniedMs).toBe(20_000);
    expect(await evidence(database.db, person())).toHaveLength(4);
  });

  it('one person’s unacceptable row does not spoil the batch of the others', async () => {
    const { judge: j } = judge();
    await Promise.all([0, 1, 2].map((i) => j.open(newSession(catalogue, `${tag}-s${i}`, i))));
    clock.now += 10_000;
    await j.submit(person(), beatDraft(`${tag}-s0`, 1, 0, 10_000));
    clock.now += 10_000;
    const results = await Promise.allSettled([
      j.submit(person(), beatDraft(`${tag}-s0`, 1, 10_000, 20_000)), // the same number twice: a constraint forbids it
      ...[1, 2].map((i) => j.submit(catalogue.trainees[i]!.personKey, beatDraft(`${tag}-s${i}`, 1, 0, 10_000))),
    ]);
    expect(results.map((r) => r.status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  });

  it('wakes by itself: time that waited too long is judged by whichever process finds it overdue', async () => {
    const first = judge();
    await first.judge.open(newSession(catalogue, `${tag}-s`));
    clock.now += 10_000;
    await first.judge.submit(person(), beatDraft(`${tag}-s`, 1, 0, 10_000, { player: ['paused', 10_000, 100] }));
    await first.judge.drain();
    clock.now += catalogue.policy.presence.heldForMs + 10_000;
    const second = judge();
    second.judge.start();
    await expect.poll(() => storedMs(database.db, person())).toEqual({ denied: 10_000 });
  });

  it('draining finishes what is queued and refuses what comes after', async () => {
    const { judge: j } = judge();
    const opening = j.open(newSession(catalogue, `${tag}-s`));
    await j.drain();
    await expect(opening).resolves.toMatchObject({ at: start });
    await expect(j.submit(person(), { kind: 'tick', session: null })).rejects.toMatchObject({ code: 'draining' });
  });

  describe('of a person at two processes at once', () => {
    const beats = async () =>
      (
        await database.db.query<{ seq: number }>(
          'select seq from events where person_key = $1 and seq is not null order by ordinal',
          [person()],
        )
      ).rows.map(({ seq }) => seq);

    it('a beat that reached both is stored once, and whoever came second is told to send it again', async () => {
      const session = `${tag}-s`;
      const [one, other] = [judge().judge, judge().judge];
      await one.open(newSession(catalogue, session));
      clock.now += 10_000;
      await one.submit(person(), beatDraft(session, 1, 0, 10_000));
      // The page went over, and sends again what it has not heard of.
      clock.now += 10_000;
      const second = beatDraft(session, 2, 10_000, 20_000);
      const third = beatDraft(session, 3, 20_000, 20_000, {
        runs: [],
        cause: 'paused',
        player: ['paused', 20_000, 100],
      });
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
      let read = 0;
      const db = watched(database.db, (text, rows) => {
        if (text.startsWith('select line from events')) read += rows;
      });
      const [one, other] = [judge(db).judge, judge(db).judge];
      const sessions = [`${tag}-a`, `${tag}-b`] as const;
      await one.open(newSession(catalogue, sessions[0]));
      for (let seq = 1; seq <= sitting; seq += 1) {
        clock.now += 10_000;
        await one.submit(person(), beatDraft(sessions[0], seq, (seq - 1) * 10_000, seq * 10_000));
      }
      await other.open(newSession(catalogue, sessions[1], 0, 'device-2', 1));
      read = 0;
      for (let turn = 1; turn <= turns; turn += 1) {
        clock.now += 10_000;
        await one.submit(
          person(),
          beatDraft(sessions[0], sitting + turn, (sitting + turn - 1) * 10_000, (sitting + turn) * 10_000),
        );
        await other.submit(person(), beatDraft(sessions[1], turn, (turn - 1) * 10_000, turn * 10_000));
      }
      // Without a snapshot now and then, each would read more than the sitting has.
      expect(read / (2 * turns)).toBeLessThan(65);
    });
  });
});
