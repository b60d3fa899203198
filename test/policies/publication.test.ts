/** Two people publish a policy for a region; new sessions take the one that covers their class. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { demoPolicy, newest, type Policy, standardPolicy } from '../../detector/index.ts';
import type { Person } from '../../server/auth/scope.ts';
import { createPolicies } from '../../server/classes/policies.ts';
import { createPublished } from '../../server/classes/publications/published.ts';
import { publicationRoutes } from '../../server/classes/publications/routes.ts';
import { findPublished, publicationStore } from '../../server/classes/publications/store.ts';
import { bareApp, bearer, people, platformBearer, T0, world } from '../console/world.ts';
import { hasPostgres, watched } from '../support/db.ts';
import { tamper } from '../support/tamper.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const reviewer = (personId: string, region: string): Person => ({
  ...{ kind: 'person', role: 'reviewer', personId, username: personId, region },
});
const nationA = reviewer('nation-a', '');
const nationB = reviewer('nation-b', '');
const jilinA = people.jilin;
const jilinB = reviewer('jilin-b', '22');
const county = reviewer('county', '220581');
const countyB = reviewer('county-b', '220581');

const policy = (version: number): Policy => ({ ...standardPolicy, name: 'tried', version });
const hashOf = async (one: Policy) => createPolicies(w.db).add(one);
const ca1 = { region: '220581', platformId: 'pa', occupationCode: '6-31-01-03' };
const ca2 = { region: '360100', platformId: 'pa', occupationCode: '6-18-02-04' };

let w: Awaited<ReturnType<typeof world>>;
let app: ReturnType<typeof bareApp>;
const clock = { now: T0 };

describe.skipIf(!hasPostgres())('publications', () => {
  beforeAll(async () => {
    w = await world();
    for (const { personId, region } of [nationA, nationB, jilinB, county, countyB]) {
      await w.db.query(
        `insert into people (id, username, password_hash, role, region) values ($1, $1, '', 'reviewer', $2)`,
        [personId, region],
      );
    }
    app = bareApp();
    const store = publicationStore(w.db, () => clock.now);
    await app.register(
      publicationRoutes({ auth: w.auth, store, body: createPolicies(w.db).body, shadowCounts: async () => [] }),
    );
  });
  afterAll(async () => {
    await app?.close();
    await w?.drop();
  });
  beforeEach(async () => {
    clock.now = T0;
    await tamper(w.db, 'delete from policy_publications; delete from policy_proposals');
  });

  async function call(who: Record<string, string>, method: 'GET' | 'POST', url: string, payload?: object) {
    const response = await app.inject({
      ...{ method, url: `/v1/policy-publications${url}`, headers: who },
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: response.statusCode, body: response.json() };
  }
  const propose = (who: Record<string, string>, over: object = {}) =>
    call(who, 'POST', '', { policy: policy(1), region: '22', effectiveFrom: String(T0), ...over });
  async function proposed(who: Person, over: object = {}): Promise<string> {
    const { status, body } = await propose(bearer(who), over);
    expect(status, JSON.stringify(body)).toBe(201);
    return body.publication.id;
  }
  const publish = (who: Person, id: string) => call(bearer(who), 'POST', `/${id}/publish`);
  async function published(over: object = {}, [one, two] = [nationA, nationB]): Promise<string> {
    const id = await proposed(one, over);
    expect((await publish(two, id)).status).toBe(200);
    return id;
  }
  const inForce = async (of = ca1) => (await findPublished(w.db, of, clock.now))[0] ?? null;

  describe('two people', () => {
    it('a proposal has no effect until another person publishes it', async () => {
      const id = await proposed(jilinA);
      expect(await inForce()).toBeNull();
      const { status, body } = await publish(jilinB, id);
      expect(status).toBe(200);
      expect(body.publication).toMatchObject({
        ...{ id, status: 'published', region: '22', platformId: null, shadow: false },
        ...{ proposed: { by: 'jilin' }, published: { by: 'jilin-b' }, revoked: null },
      });
      expect(await inForce()).toBe(await hashOf(policy(1)));
    });

    it('whoever proposed cannot publish, by the routes or in the table', async () => {
      const id = await proposed(jilinA);
      expect((await publish(jilinA, id)).body.error.code).toBe('publicationSelf');
      const write = (by: string) =>
        w.db.query(
          `insert into policy_publications (proposal_id, proposed_by, published_by, published_ms) values ($1, $2, 'jilin', 1)`,
          [id, by],
        );
      await expect(write('jilin')).rejects.toThrow(/two_people/);
      // Nor by naming somebody else as the one who proposed.
      await expect(write('jilin-b')).rejects.toThrow(/foreign key/);
    });

    it('it is published once, whoever comes at the same time', async () => {
      const id = await proposed(nationA);
      const all = await Promise.all([nationB, jilinA, jilinB].map((who) => publish(who, id)));
      expect(all.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
      expect((await publish(nationA, id)).body.error.code).toBe('publicationState');
    });

    it('one revokes it, once; the one before it is in force again', async () => {
      await published({ policy: policy(1) });
      clock.now += 1000;
      const id = await published({ policy: policy(2) });
      expect(await inForce()).toBe(await hashOf(policy(2)));
      const revoked = await call(bearer(jilinA), 'POST', `/${id}/revoke`);
      expect(revoked.body.publication).toMatchObject({ status: 'revoked', revoked: { by: 'jilin' } });
      expect(await inForce()).toBe(await hashOf(policy(1)));
      expect((await call(bearer(jilinA), 'POST', `/${id}/revoke`)).body.error.code).toBe('publicationState');
      expect((await publish(jilinB, id)).body.error.code).toBe('publicationState');
      const unpublished = await proposed(nationA);
      expect((await call(bearer(jilinA), 'POST', `/${unpublished}/revoke`)).body.error.code).toBe('publicationState');
    });
  });

  describe('a right', () => {
    it.each([
      ['a monitor', () => bearer(people.nation)],
      ['a platform', () => platformBearer('pa')],
      ['a trainee', () => bearer(people.ta1)],
    ])('%s may neither propose nor publish nor revoke', async (_who, credential) => {
      const id = await proposed(jilinA);
      expect((await propose(credential())).body.error.code).toBe('forbidden');
      expect((await call(credential(), 'POST', `/${id}/publish`)).body.error.code).toBe('forbidden');
      expect((await call(credential(), 'POST', `/${id}/revoke`)).body.error.code).toBe('forbidden');
    });

    it('strangers and other sites’ pages may do nothing', async () => {
      expect((await call({}, 'GET', '')).body.error.code).toBe('unauthenticated');
      const cookie = `zhenxue=${bearer(jilinA).authorization.slice(7)}`;
      expect((await propose({ cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    });

    it.each([
      ['the whole country', jilinA, ''],
      ['another province', jilinA, '36'],
      ['the province above', county, '22'],
      ['a sibling county', county, '220582'],
    ])('nobody proposes for %s who is not responsible there', async (_what, who, region) => {
      const { rows } = await w.db.query('select count(*)::int as n from policies');
      expect((await propose(bearer(who), { region, policy: policy(77) })).body.error.code).toBe('forbidden');
      expect((await w.db.query('select count(*)::int as n from policies')).rows).toEqual(rows);
    });

    it('nobody publishes or revokes what reaches beyond the own region; what does not touch it is not there', async () => {
      const id = await proposed(jilinA);
      expect((await publish(county, id)).body.error.code).toBe('forbidden');
      expect((await publish(people.jiangxi, id)).body.error.code).toBe('notFound');
      expect((await call(bearer(people.jiangxi), 'GET', `/${id}`)).body.error.code).toBe('notFound');
      await publish(jilinB, id);
      expect((await call(bearer(county), 'POST', `/${id}/revoke`)).body.error.code).toBe('forbidden');
      expect((await call(bearer(people.jiangxi), 'POST', `/${id}/revoke`)).body.error.code).toBe('notFound');
    });

    it('people see what touches their region, from within and from above', async () => {
      for (const [who, region] of [
        [nationA, ''],
        [jilinA, '22'],
        [county, '220581'],
        [people.jiangxi, '36'],
      ] as const) {
        await proposed(who, { region });
      }
      const seen = async (who: Person) =>
        (await call(bearer(who), 'GET', '')).body.publications.map(({ region }: { region: string }) => region).sort();
      expect(await seen(people.meihekou)).toEqual(['', '22', '220581']);
      expect(await seen(people.jiangxi)).toEqual(['', '36']);
      expect(await seen(people.nation)).toEqual(['', '22', '220581', '36']);
      // A region that is no region sees no more for it.
      expect(await seen(people.percent)).toEqual(['']);
      expect((await call(platformBearer('pa'), 'GET', '')).status).toBe(403);
    });

    it('a person who is no reviewer any more does nothing with an old token', async () => {
      const id = await proposed(jilinA);
      await w.db.query(`update people set role = 'monitor' where id = 'jilin-b'`);
      expect((await publish(jilinB, id)).body.error.code).toBe('forbidden');
      expect((await propose(bearer(jilinB))).body.error.code).toBe('forbidden');
      await w.db.query(`update people set role = 'reviewer' where id = 'jilin-b'`);
    });
  });

  describe('what is proposed', () => {
    it.each([
      ['an unknown rule', { rules: { tooGood: {} } }, 'rules.tooGood'],
      ['a newer schema', { schema: 5 }, 'schema'],
      ['a threshold below zero', { rules: { hidden: { afterMs: -1, times: 5, withinMs: 1 } } }, 'rules.hidden.afterMs'],
    ])('%s is refused by its place', async (_what, over, place) => {
      const { status, body } = await propose(bearer(jilinA), { policy: { ...policy(1), ...over } });
      expect(status).toBe(422);
      expect(body.error).toMatchObject({ code: 'policyInvalid' });
      expect(body.error.details.problems.join()).toContain(place);
    });

    it.each([
      { region: '2' },
      { region: '220' },
      { region: '2205811' },
      { region: '%' },
      { region: '02' },
      { platformId: 'nowhere' },
      { effectiveFrom: 'tomorrow' },
      { effectiveFrom: '2026-03-01T00:00:00' },
      { more: 1 },
    ])('refuses %j', async (over) => {
      expect((await propose(bearer(nationA), over)).status).toBe(400);
    });

    it('is shown with its policy', async () => {
      const id = await proposed(jilinA, { policy: policy(5) });
      const { body } = await call(bearer(people.meihekou), 'GET', `/${id}`);
      expect(body.policy).toEqual(JSON.parse(JSON.stringify(policy(5))));
    });
  });

  describe('which one is in force', () => {
    it('the longest region, then the platform’s own, then the occupation’s own', async () => {
      const steps = [
        { region: '' },
        { region: '', occupationCode: '6-31-01-03' },
        { region: '', platformId: 'pa' },
        { region: '', platformId: 'pa', occupationCode: '6-31-01-03' },
        { region: '22' },
        { region: '2205' },
        { region: '220581' },
      ];
      for (const [n, step] of steps.entries()) {
        await published({ ...step, policy: policy(n + 1) });
        expect(await inForce(), JSON.stringify(step)).toBe(await hashOf(policy(n + 1)));
      }
      // A later one for more classes does not take it from the one for fewer.
      clock.now += 1000;
      await published({ region: '', policy: policy(9) });
      expect(await inForce()).toBe(await hashOf(policy(7)));
      expect(await inForce({ ...ca2, platformId: 'pb' })).toBe(await hashOf(policy(9)));
    });

    it('covers no other region, platform or occupation', async () => {
      await published({ region: '220581', policy: policy(1) });
      await published({ region: '36', platformId: 'pb', policy: policy(2) });
      await published({ region: '36', occupationCode: '9-99', policy: policy(3) });
      expect(await inForce({ ...ca1, region: '220582' })).toBeNull();
      expect(await inForce(ca2)).toBeNull();
    });

    it('from its moment on, not a millisecond before; and never from before it was published', async () => {
      await published({ effectiveFrom: String(T0 + 60_000), policy: policy(2) });
      await published({ effectiveFrom: '2020-01-01T00:00:00+08:00', policy: policy(1) });
      expect(await findPublished(w.db, ca1, T0 - 1)).toEqual([]);
      expect(await findPublished(w.db, ca1, T0)).toEqual([await hashOf(policy(1))]);
      expect((await findPublished(w.db, ca1, T0 + 59_999))[0]).toBe(await hashOf(policy(1)));
      expect((await findPublished(w.db, ca1, T0 + 60_000))[0]).toBe(await hashOf(policy(2)));
    });

    it('of two for the same scope and moment, the one published later', async () => {
      const [first, second] = [
        await proposed(nationA, { policy: policy(1) }),
        await proposed(nationA, { policy: policy(2) }),
      ];
      const at = String(T0 + 60_000);
      const third = await proposed(nationA, { policy: policy(3), effectiveFrom: at });
      const fourth = await proposed(nationA, { policy: policy(4), effectiveFrom: at });
      await publish(nationB, second);
      clock.now += 1;
      await publish(nationB, first);
      expect(await inForce()).toBe(await hashOf(policy(1)));
      await publish(nationB, fourth);
      clock.now += 1;
      await publish(nationB, third);
      clock.now = T0 + 60_000;
      expect(await inForce()).toBe(await hashOf(policy(3)));
    });

    it('a shadow is never what a session opens under', async () => {
      await published({ shadow: true });
      expect(await inForce()).toBeNull();
    });
  });

  describe('a new session', () => {
    const own = () => createPolicies(w.db).add(demoPolicy);
    const opening = (elapsed: { ms: number }, { version = newest, db = w.db } = {}) => {
      const policies = createPolicies(w.db, () => version);
      return createPublished({
        db,
        policies,
        tripped: async () => [],
        now: () => clock.now,
        elapsedMs: () => elapsed.ms,
      });
    };

    it('takes its class’s own policy where nothing is published, the published one within a minute, and loses it as soon', async () => {
      const elapsed = { ms: 0 };
      const under = opening(elapsed);
      const other = opening({ ms: 1e9 });
      const of = { ...ca1, policyHash: await own() };
      await w.db.query(`insert into policies (hash, body) values ($1, '{}') on conflict do nothing`, [of.policyHash]);
      expect(await under(of)).toBe(of.policyHash);
      const id = await published();
      expect(await other(of)).toBe(await hashOf(policy(1)));
      elapsed.ms += 59_999;
      expect(await under(of)).toBe(await hashOf(policy(1)));
      await call(bearer(jilinA), 'POST', `/${id}/revoke`);
      elapsed.ms += 59_999;
      expect(await under(of)).toBe(of.policyHash);
    });

    it('asks the database once for many that open together, and again after a failure', async () => {
      let asked = 0;
      let broken = true;
      const db = watched(w.db, () => {
        asked += 1;
        if (broken) throw new Error('gone');
      });
      const under = opening({ ms: 0 }, { db });
      const of = { ...ca1, policyHash: await own() };
      const failed = await Promise.allSettled([under(of), under(of)]);
      expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      broken = false;
      expect(await Promise.all([under(of), under(of), under(of)])).toEqual(Array(3).fill(of.policyHash));
      expect(asked).toBe(2);
    });

    it('what the detector version in force cannot read waits; the one below it applies', async () => {
      await published({ region: '22' });
      const of = { ...ca1, policyHash: 'policy-1' };
      expect(await opening({ ms: 0 }, { version: 1 })(of)).toBe('policy-1');
      expect(await opening({ ms: 0 })(of)).toBe(await hashOf(policy(1)));
      // Stored by a newer release beside this one.
      const body = '{"schema":5}';
      await w.db.query(
        `insert into policies (hash, body) values (encode(sha256($1), 'hex'), convert_from($1, 'UTF8'))`,
        [Buffer.from(body)],
      );
      await w.db.query(
        `insert into policy_proposals select 'newer', hash, '220581', null, null, false, 0, 'nation-a', 0 from policies where body = $1`,
        [body],
      );
      await w.db.query(`insert into policy_publications values ('newer', 'nation-a', 'nation-b', 0, null, null)`);
      expect(await opening({ ms: 0 })(of)).toBe(await hashOf(policy(1)));
    });
  });

  describe('in the table', () => {
    it.each([
      ['update policy_proposals set effective_ms = 0', /never written again/],
      [`update policy_proposals set region = ''`, /never written again/],
      ['delete from policy_proposals', /never written again|foreign key/],
      ['truncate policy_proposals cascade', /never written again/],
      ['update policy_publications set published_ms = 0', /never changed/],
      [`update policy_publications set published_by = 'county'`, /never changed/],
      [`update policy_publications set revoked_ms = 1, revoked_by = 'county', published_ms = 1`, /never changed/],
      [`update policy_publications set revoked_ms = 1`, /revoked/],
      ['delete from policy_publications', /never written again/],
      ['truncate policy_publications', /never written again/],
      [`update policies set body = body || ' '`, /never changed/],
      ['delete from policies', /never changed|foreign key/],
    ])('%s is refused', async (sql, words) => {
      await published();
      await expect(w.db.query(sql)).rejects.toThrow(words);
    });

    it('an end that was written is not taken back', async () => {
      const id = await published();
      await call(bearer(jilinA), 'POST', `/${id}/revoke`);
      for (const set of ['revoked_ms = null, revoked_by = null', 'revoked_ms = revoked_ms + 1']) {
        await expect(w.db.query(`update policy_publications set ${set}`)).rejects.toThrow(/never changed/);
      }
    });
  });
});
