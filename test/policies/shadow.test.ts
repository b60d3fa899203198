/** A policy in the shadow: every event counts once under both policies, and live judging is as it was. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Policy } from '../../detector/index.ts';
import { createPolicies } from '../../server/classes/policies.ts';
import { findShadows, publicationStore } from '../../server/classes/publications/store.ts';
import { dayOf } from '../../server/judge/shadow/count.ts';
import { createShadowJob } from '../../server/judge/shadow/job.ts';
import { readFolded, readShadowCounts, writeFolded } from '../../server/judge/shadow/store.ts';
import { createLog } from '../../server/log.ts';
import { aloneDemo as demoPolicy } from '../support/alone.ts';
import type { Catalogue } from '../support/catalogue.ts';
import { cloneDb } from '../support/clone.ts';
import { hasPostgres, type TestDb, testDb } from '../support/db.ts';
import { judgeOn, newSession } from '../support/judge.ts';
import { pageOf, tell } from '../support/story.ts';
import { tamper } from '../support/tamper.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const START = 1_800_000_000_000;
/** After everything the story tells. */
const LATER = START + 3_600_000;
const { hidden: _hidden, ...otherRules } = demoPolicy.rules;
const withoutHidden: Policy = { ...demoPolicy, name: 'no-hidden', rules: otherRules };

describe.skipIf(!hasPostgres())('a shadow policy', () => {
  let story: TestDb;
  let catalogue: Catalogue;
  let t: TestDb;

  beforeAll(async () => {
    story = await testDb();
    catalogue = await tell(story.db);
    for (const id of ['one', 'two']) {
      await story.db.query(
        `insert into people (id, username, password_hash, role, region) values ($1, $1, '', 'reviewer', '')`,
        [id],
      );
    }
  });
  afterAll(() => story?.drop());
  beforeEach(async () => {
    t = await cloneDb(story);
  });
  afterEach(() => t.drop());

  const job = ({ db } = t, now = LATER) =>
    createShadowJob({
      ...{ db, log: createLog('silent'), loadPolicyBody: createPolicies(db).body },
      shadows: () => findShadows(db, now),
    });
  async function shadow(over: { region?: string; platformId?: string; from?: number; policy?: Policy } = {}) {
    const { region = '22', platformId = null, from = START, policy = withoutHidden } = over;
    const store = publicationStore(t.db, () => START - 1);
    const scope = { region, platformId, occupationCode: null, shadow: true, effectiveAt: from };
    const { id } = await store.propose('one', policy, scope);
    await store.publish('two', id);
    return id;
  }
  /** `what rule`: live and shadow, of all days. */
  async function sums(id: string, { db } = t): Promise<Record<string, { live: number; shadow: number }>> {
    const { rows } = await db.query<{ name: string; live: number; shadow: number }>(
      `select what || ' ' || rule as name, sum(live)::bigint as live, sum(shadow)::bigint as shadow
         from policy_shadow_counts where proposal_id = $1 group by 1`,
      [id],
    );
    return Object.fromEntries(rows.map(({ name, live, shadow: other }) => [name, { live, shadow: other }]));
  }
  const one = async (sql: string): Promise<unknown> => (await t.db.query<{ n: unknown }>(sql)).rows[0]!.n;
  const total = (found: Awaited<ReturnType<typeof sums>>, what: string, side: 'live' | 'shadow') =>
    Object.entries(found)
      .filter(([name]) => name.startsWith(`${what} `))
      .reduce((all, [, row]) => all + row[side], 0);
  /** Bob goes on where the story left him, hidden again; Ann has a new session. */
  async function goOn(): Promise<void> {
    const clock = { now: LATER };
    const { judge } = judgeOn(t.db, clock);
    await judge.open(newSession(catalogue, 's3', 1, 'device-1', 1));
    await judge.open(newSession(catalogue, 's4', 2, 'device-3', 1));
    for (const [person, beat] of [
      [1, pageOf('s3')],
      [2, pageOf('s4')],
    ] as const) {
      for (let n = 0; n < 8; n += 1) {
        clock.now += 10_000;
        const patch = n > 2 && n < 6 ? { page: [0, 0, 10_000] as const } : {};
        await judge.submit(catalogue.trainees[person]!.personKey, beat(patch));
      }
    }
    await judge.drain();
  }

  it('counts what is stored on the live side, and what the policy would have made of it on the other', async () => {
    const id = await shadow();
    expect(await job().run()).toEqual({ folded: 2, failed: 0 });
    const found = await sums(id);
    const raised = await one(`select sum(count)::bigint as n from alerts where rule = 'hidden'`);
    expect(found['alert backgroundPlayback.hidden']).toEqual({ live: raised, shadow: 0 });
    expect(total(found, 'credited', 'live')).toBe(
      await one(`select sum(ms)::bigint as n from spans where fate = 'credited'`),
    );
    expect(total(found, 'denied', 'live')).toBe(
      await one(`select sum(ms)::bigint as n from spans where fate = 'denied' and not open`),
    );
    expect(total(found, 'denied', 'shadow')).toBeLessThan(total(found, 'denied', 'live'));
    const shown = await readShadowCounts(t.db, id, '2205');
    expect(shown).toContainEqual({
      ...{ day: '2027-01-15', classId: 'class-a', what: 'alert', rule: 'backgroundPlayback.hidden' },
      ...{ live: raised, shadow: 0 },
    });
    expect(shown.every(({ live, shadow: other }) => live !== other)).toBe(true);
    // Classes of another region are not shown to whoever watches only that.
    expect(await readShadowCounts(t.db, id, '36')).toEqual([]);
  });

  it('the policy that judged differs nowhere', async () => {
    const id = await shadow({ policy: demoPolicy });
    await job().run();
    for (const { live, shadow: other } of Object.values(await sums(id))) expect(other).toBe(live);
    expect(await readShadowCounts(t.db, id, '')).toEqual([]);
  });

  it('goes on where it was, in any process, and comes to what one round over everything comes to', async () => {
    const id = await shadow();
    await job().run();
    expect(await job().run()).toEqual({ folded: 0, failed: 0 });
    await goOn();
    expect(await job().run()).toEqual({ folded: 2, failed: 0 });
    const stepwise = await sums(id);
    await t.db.query('delete from policy_shadow_folds');
    await t.db.query('delete from policy_shadow_counts');
    expect(await job().run()).toEqual({ folded: 3, failed: 0 });
    expect(await sums(id)).toEqual(stepwise);
  });

  it('two processes at once count nothing twice', async () => {
    const id = await shadow();
    const [first, second] = [job(), job()];
    await Promise.all([first.run(), second.run(), first.run()]);
    await second.run();
    const found = await sums(id);
    expect(found['alert backgroundPlayback.hidden']!.live).toBe(
      await one(`select sum(count)::bigint as n from alerts where rule = 'hidden'`),
    );
    // Nor does one that lost its lock on the way.
    const [standing] = (await findShadows(t.db, LATER)).inForce;
    const row = { day: '2027-01-15', classId: 'class-a', what: 'alert', rule: 'x.y', live: 9, shadow: 9 } as const;
    const now = await readFolded(t.db, standing!, 'person-a-0');
    const late = { ...now, ordinal: now.ordinal - 1 };
    expect(await writeFolded(t.db, standing!, 'person-a-0', late, now, [row])).toBe(false);
    expect(await sums(id)).toEqual(found);
  });

  it('leaves everything alone that live judging stands on', async () => {
    const digest = () =>
      one(`select md5(string_agg(x, '|')) as n from (
        select e::text as x from events e union all select s::text from spans s union all select h::text from heads h
        union all select a::text from alerts a union all select s::text from sessions s order by 1) as all_rows`);
    await shadow();
    const before = await digest();
    await job().run();
    expect(await digest()).toBe(before);
  });

  it('only sessions opened in its time, in its classes, are in question', async () => {
    const afterFirst = await shadow({ from: START + 1 });
    const elsewhere = await shadow({ region: '36' });
    const otherPlatform = await shadow({ platformId: 'platform-a' });
    const tomorrow = await shadow({ from: LATER + 1 });
    await job().run();
    expect((await sums(afterFirst))['alert backgroundPlayback.hidden']!.live).toBeLessThan(
      (await sums(otherPlatform))['alert backgroundPlayback.hidden']!.live,
    );
    expect(await sums(elsewhere)).toEqual({});
    expect(await sums(tomorrow)).toEqual({});
  });

  it('a process whose clock is behind takes nothing away from it', async () => {
    const id = await shadow();
    await job().run();
    const before = await sums(id);
    await job(t, START - 1).run();
    await job().run();
    expect(await sums(id)).toEqual(before);
  });

  it('ends when it is revoked: what it came to stays', async () => {
    const id = await shadow();
    await job().run();
    const before = await sums(id);
    await publicationStore(t.db, () => LATER).revoke('one', id);
    await goOn();
    expect(await job().run()).toEqual({ folded: 0, failed: 0 });
    expect(await sums(id)).toEqual(before);
    expect(await one('select count(*)::int as n from policy_shadow_folds')).toBe(0);
  });

  it('a person who cannot be folded keeps nobody else from it', async () => {
    const id = await shadow();
    await tamper(t.db, `update events set line = '{' where person_key = 'person-a-0' and ordinal = 3`);
    expect(await job().run()).toEqual({ folded: 1, failed: 1 });
    expect(total(await sums(id), 'alert', 'live')).toBeGreaterThan(0);
  });
});

it('a day is China’s', () => {
  expect(dayOf(Date.parse('2026-03-01T15:59:59.999Z'))).toBe('2026-03-01');
  expect(dayOf(Date.parse('2026-03-01T16:00:00.000Z'))).toBe('2026-03-02');
});
