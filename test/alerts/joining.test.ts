/** Through a real judge: what goes on is one alert that grows, and whoever is fenced raises nothing. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alertStore } from '../../server/alerts/store.ts';
import type { Person } from '../../server/auth/scope.ts';
import { type Catalogue, seedCatalogue } from '../support/catalogue.ts';
import { hasPostgres, type TestDb, testDb } from '../support/db.ts';
import { beatDraft, judgeOn, newSession } from '../support/judge.ts';
import { hiddenTab } from '../support/outcome.ts';

const start = 1_800_000_000_000;
const nation: Person = { kind: 'person', personId: 'p', username: 'p', role: 'monitor', region: '' };

describe.skipIf(!hasPostgres())('alerts of the judge', () => {
  let database: TestDb;
  let catalogue: Catalogue;
  let tag = 0;
  const clock = { now: start };
  let made: ReturnType<typeof judgeOn>[] = [];
  const judge = () => {
    const one = judgeOn(database.db, clock);
    made.push(one);
    return one;
  };
  const store = () => alertStore(database.db, () => '王小明');
  const standing = async () => (await store().list(nation, { traineeId: catalogue.trainees[0]!.id, limit: 50 })).alerts;

  beforeAll(async () => {
    database = await testDb();
  });
  beforeEach(async () => {
    clock.now = start;
    catalogue = await seedCatalogue(database.db, { tag: `a${++tag}` });
  });
  afterEach(async () => {
    await Promise.all(made.map((one) => one.judge.drain()));
    made = [];
  });
  afterAll(() => database?.drop());

  /** Beats of ten seconds in a tab that stays hidden. */
  async function hide(one: ReturnType<typeof judgeOn>, session: string, from: number, beats: number): Promise<void> {
    for (let n = from; n < from + beats; n += 1) {
      clock.now += 10_000;
      await one.judge.submit(
        catalogue.trainees[0]!.personKey,
        beatDraft(session, n + 1, n * 10_000, (n + 1) * 10_000, hiddenTab(10_000, 'hidden')),
      );
    }
  }

  it('a tab hidden for ten minutes is one alert that grows', async () => {
    const one = judge();
    const session = `${tag}-s`;
    await one.judge.open(newSession(catalogue, session));
    await hide(one, session, 0, 60);
    expect(one.alerts.length).toBeGreaterThan(3);
    expect(new Set(one.alerts.map((alert) => alert.suspicion)).size).toBe(1);
    const all = await standing();
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({
      id: one.alerts[0]!.id,
      code: 'backgroundPlayback',
      rule: 'hidden',
      kind: 'behaviour',
      count: one.alerts.length,
      sessions: [session],
      facts: one.alerts.at(-1)!.facts,
      firstAt: new Date(one.alerts[0]!.at).toISOString(),
      lastAt: new Date(one.alerts.at(-1)!.at).toISOString(),
    });
  });

  it('in many beats of one commit it is one row', async () => {
    const one = judge();
    const session = `${tag}-s`;
    const key = catalogue.trainees[0]!.personKey;
    await one.judge.open(newSession(catalogue, session));
    clock.now += 600_000;
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        one.judge.submit(key, beatDraft(session, n + 1, n * 10_000, (n + 1) * 10_000, hiddenTab(10_000, 'hidden'))),
      ),
    );
    const all = await standing();
    expect(all.filter(({ rule }) => rule === 'hidden')).toHaveLength(1);
    expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(one.alerts.reduce((sum, { count }) => sum + count, 0));
  });

  it('goes on in another process, and starts anew after a decision', async () => {
    const session = `${tag}-s`;
    const first = judge();
    await first.judge.open(newSession(catalogue, session));
    await hide(first, session, 0, 12);
    const [before] = await standing();
    const second = judge();
    await hide(second, session, 12, 12);
    const [grown] = await standing();
    expect(grown!.id).toBe(before!.id);
    expect(grown!.count).toBeGreaterThan(before!.count);

    await database.db.query(
      `insert into people (id, username, password_hash, role) values ($1, $1, '', 'monitor') on conflict do nothing`,
      [nation.personId],
    );
    await store().decide(nation, grown!.id, 'dismissed', '');
    await hide(second, session, 24, 12);
    expect((await standing()).map(({ status }) => status)).toEqual(['open', 'dismissed']);
    expect((await standing())[1]!.count).toBe(grown!.count);
  });

  it('of a person who was fenced raises nothing twice', async () => {
    const session = `${tag}-s`;
    const [a, b] = [judge(), judge()];
    await a.judge.open(newSession(catalogue, session));
    await hide(a, session, 0, 1);
    await hide(b, session, 1, 7);
    // `a` still believes in the head it wrote: its commit is fenced, judged again and stored once.
    await hide(a, session, 8, 7);
    const [alert, ...more] = await standing();
    expect(more).toEqual([]);
    expect(alert!.count).toBe([...a.alerts, ...b.alerts].reduce((sum, { count }) => sum + count, 0));
  });
});
