/** A rule that accuses far more people of a platform than it ever did is taken out there for a day; proofs never are. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { demoPolicy, rules } from '../../detector/index.ts';
import { createBreaker } from '../../server/breaker/breaker.ts';
import { decide, HOUR_MS, mayTrip, type Spell } from '../../server/breaker/decide.ts';
import { endTrip, findTripped, listTrips } from '../../server/breaker/store.ts';
import { createPolicies } from '../../server/classes/policies.ts';
import { createPublished } from '../../server/classes/publications/published.ts';
import { createLog } from '../../server/log.ts';
import { createMetrics } from '../../server/metrics.ts';
import { world } from '../console/world.ts';
import { hasPostgres } from '../support/db.ts';
import { tamper } from '../support/tamper.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const hours = (n: number, spell: Spell = { people: 2, creditedMs: 10 * HOUR_MS }): Spell[] =>
  Array.from({ length: n }, () => spell);

describe('a breaker', () => {
  it('trips at ten times its median and thirty people, not below', () => {
    // The median of the hours is 0.2 an hour.
    const base = hours(100);
    const credited = (h: number) => h * HOUR_MS;
    expect(decide({ people: 40, creditedMs: credited(20) }, base)).toMatchObject({ rate: 2, baseline: 0.2 });
    expect(decide({ people: 39, creditedMs: credited(20) }, base)).toBeNull();
    expect(decide({ people: 30, creditedMs: credited(10) }, base)).not.toBeNull();
    expect(decide({ people: 29, creditedMs: credited(1) }, base)).toBeNull();
    // A few wild hours do not move a median.
    expect(
      decide({ people: 40, creditedMs: credited(20) }, [...base, ...hours(40, { people: 9, creditedMs: HOUR_MS })]),
    ).not.toBeNull();
  });

  it('does not trip without a baseline, without credit, or on a rule that is merely rare', () => {
    const loud: Spell = { people: 100, creditedMs: 20 * HOUR_MS };
    expect(decide(loud, hours(71))).toBeNull();
    expect(decide(loud, hours(100, { people: 0, creditedMs: HOUR_MS - 1 }))).toBeNull();
    expect(decide({ ...loud, creditedMs: 0 }, hours(100))).toBeNull();
    const silent = hours(100, { people: 0, creditedMs: 10 * HOUR_MS });
    expect(decide({ people: 30, creditedMs: 301 * HOUR_MS }, silent)).toBeNull();
    expect(decide({ people: 30, creditedMs: 300 * HOUR_MS }, silent)).not.toBeNull();
  });

  it('is there for every rule but those of proofs', () => {
    const left = rules.map(({ name }) => name).filter((name) => !mayTrip(name));
    expect(left.sort()).toEqual([
      ...[
        'answerWithoutHand',
        'answeredHidden',
        'avoidedQuestions',
        'constantLatency',
        'presenceGap',
        'promptGuessing',
      ],
      ...['promptMissed', 'silentAtQuestions', 'suspicion', 'tooFastToRead'],
    ]);
    expect(mayTrip('constructor')).toBe(false);
  });
});

const HOUR0 = Date.parse('2026-03-20T00:00:00Z');
/** Half past. */
const NOW = HOUR0 + HOUR_MS / 2;

describe.skipIf(!hasPostgres())('the breaker over stored rows', () => {
  let w: Awaited<ReturnType<typeof world>>;
  const clock = { now: NOW };
  let leaves = 0;
  let told: string[] = [];

  beforeAll(async () => {
    w = await world();
    await w.db.query(
      `insert into ledger_heads (origin, size, root, checkpoint) values ('x/attendance/2026', 0, '', '')`,
    );
  });
  afterAll(() => w?.drop());
  beforeEach(async () => {
    clock.now = NOW;
    leaves = 0;
    told = [];
    await tamper(
      w.db,
      `delete from policy_trips; delete from breaker_hours; delete from breaker_places; delete from ledger_leaves;
       delete from alerts`,
    );
  });

  const breaker = () => {
    const log = createLog('silent');
    log.error = ((fields: { rule: string }) => told.push(fields.rule)) as never;
    return createBreaker({ db: w.db, log, metrics: createMetrics(), now: () => clock.now });
  };
  /** One leaf for each moment. */
  async function credit(classId: string, ms: number, ats: readonly number[]): Promise<void> {
    await w.db.query(
      `insert into ledger_leaves (origin, index, leaf, person_key, span_id)
       select 'x/attendance/2026', $4::bigint + n - 1,
              json_build_object('class', $1::text, 'to', at, 'creditedMs', $2::bigint)::text, 'p', $4::int + n::int
         from unnest($3::bigint[]) with ordinality as t (at, n)`,
      [classId, ms, ats, leaves],
    );
    leaves += ats.length;
    await w.db.query('update ledger_heads set size = $1', [leaves]);
  }
  let alerts = 0;
  async function accuse(platform: string, rule: string, people: number, at: number): Promise<void> {
    alerts += 1;
    await w.db.query(
      `insert into alerts (id, person_key, session_id, sessions, trainee_id, class_id, platform_id, region, code, rule,
         severity, facts, at_ms, status, subject_kind, subject, suspicion, count, last_ms)
       select $1 || '-' || n, 'p' || n, 's', '{}', 't', 'c', $2, '220581', 'backgroundPlayback', $3, 'low', '{}', $5,
              'open', 'person', 'p' || n, $1 || '-' || n, 1, $5 from generate_series(1, $4::int) n`,
      [`a${alerts}`, platform, rule, people, at],
    );
  }
  const before = (n: number) => Array.from({ length: n }, (_, i) => HOUR0 - (i + 2) * HOUR_MS + 1000);
  /** Platform pa: a hundred hours of ten credited hours and two accused people each; twenty hours now. */
  async function quiet(rule = 'hidden'): Promise<void> {
    await credit('ca1', 10 * HOUR_MS, before(100));
    for (const at of before(100)) await accuse('pa', rule, 2, at);
    await credit('ca1', 20 * HOUR_MS, [NOW - 1000]);
  }
  const tripped = (platform = 'pa') => findTripped(w.db, platform, clock.now);

  it('trips on the platform where the rule is loud, once, and tells operators', async () => {
    await quiet();
    await accuse('pa', 'hidden', 45, NOW - 1000);
    const all = await Promise.all([breaker().run(), breaker().run(), breaker().run()]);
    await breaker().run();
    expect(all.flatMap((found) => found ?? [])).toMatchObject([{ platformId: 'pa', rule: 'hidden' }]);
    expect(told).toEqual(['hidden']);
    expect([await tripped('pa'), await tripped('pb')]).toEqual([['hidden'], []]);
    const [trip] = await listTrips(w.db);
    expect(trip).toMatchObject({ facts: { people: 45, creditedHours: 20, baseline: 0.2, baselineHours: 100 } });
  });

  it('few people with many alerts, and many people over a usual hour, trip nothing', async () => {
    await quiet();
    for (let n = 0; n < 40; n += 1) await accuse('pa', 'hidden', 5, NOW - 1000);
    await accuse('pa', 'hidden', 39, NOW - 1000);
    expect(await breaker().run()).toEqual([]);
  });

  it('what speaks of proofs never trips, however loud', async () => {
    await quiet('promptMissed');
    await accuse('pa', 'promptMissed', 500, NOW - 1000);
    expect(await breaker().run()).toEqual([]);
    expect(await tripped()).toEqual([]);
  });

  it('ends by itself after a day, to the millisecond', async () => {
    await quiet();
    await accuse('pa', 'hidden', 45, NOW - 1000);
    await breaker().run();
    clock.now = NOW + 24 * HOUR_MS - 1;
    expect(await tripped()).toEqual(['hidden']);
    clock.now += 1;
    expect(await tripped()).toEqual([]);
  });

  it('a reviewer ends it; it does not come back that day; nobody else may', async () => {
    await quiet();
    await accuse('pa', 'hidden', 45, NOW - 1000);
    await breaker().run();
    const { id } = (await listTrips(w.db))[0]!;
    await expect(endTrip(w.db, 'nation', id, clock.now)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(endTrip(w.db, 'nobody', id, clock.now)).rejects.toMatchObject({ code: 'notFound' });
    await endTrip(w.db, 'jilin', id, clock.now);
    expect(await tripped()).toEqual([]);
    await expect(endTrip(w.db, 'jilin', id, clock.now)).rejects.toMatchObject({ code: 'publicationState' });
    expect(await breaker().run()).toEqual([]);
  });

  it('counts each leaf once, in rounds and at once, and forgets what is older than the baseline', async () => {
    await credit('ca1', 1000, before(100));
    await Promise.all([breaker().run(), breaker().run()]);
    await credit('cb1', 500, [NOW, HOUR0 - 400 * HOUR_MS]);
    await breaker().run();
    await breaker().run();
    const { rows } = await w.db.query(
      'select platform_id, sum(credited_ms)::int as ms from breaker_hours group by 1 order by 1',
    );
    expect(rows).toEqual([
      { platform_id: 'pa', ms: 100_000 },
      { platform_id: 'pb', ms: 500 },
    ]);
    clock.now += 15 * 24 * HOUR_MS;
    await breaker().run();
    expect((await w.db.query('select from breaker_hours')).rowCount).toBe(0);
  });

  it('takes no hours from a leaf that credits none', async () => {
    await credit('ca1', 1000, before(2));
    await w.db.query(
      `insert into ledger_leaves (origin, index, leaf, person_key, result_id)
       values ('x/attendance/2026', $1, json_build_object('kind', 'exam', 'class', 'cb1', 'to', $2::bigint)::text, 'p', 'r')`,
      [leaves, HOUR0],
    );
    leaves += 1;
    await w.db.query('update ledger_heads set size = $1', [leaves]);
    await breaker().run();
    const { rows } = await w.db.query('select distinct platform_id as platform from breaker_hours');
    expect(rows).toEqual([{ platform: 'pa' }]);
  });

  it('a head that says more leaves than there are keeps nothing busy for ever', async () => {
    await credit('ca1', 1000, before(3));
    await w.db.query('update ledger_heads set size = 99');
    expect(await breaker().run()).toEqual([]);
  });

  it('new sessions of the platform open under a version without the rule, with everything else', async () => {
    const policies = createPolicies(w.db);
    const policyHash = await policies.add(demoPolicy);
    const of = { region: '220581', platformId: 'pa', occupationCode: '6-31-01-03', policyHash };
    const elapsed = { ms: 0 };
    const under = createPublished({
      ...{ db: w.db, policies, now: () => clock.now, elapsedMs: () => elapsed.ms },
      tripped: (platformId) => findTripped(w.db, platformId, clock.now),
    });
    expect(await under(of)).toBe(policyHash);
    await quiet();
    await accuse('pa', 'hidden', 45, NOW - 1000);
    await breaker().run();
    elapsed.ms += 59_999;
    const made = await under(of);
    const { hidden: _hidden, ...left } = demoPolicy.rules;
    // Read by another process, from the table.
    expect(await createPolicies(w.db).load(made)).toEqual({ ...demoPolicy, name: 'demo without hidden', rules: left });
    expect(await under(of)).toBe(made);
    expect(await under({ ...of, platformId: 'pb' })).toBe(policyHash);
    await endTrip(w.db, 'jilin', (await listTrips(w.db))[0]!.id, clock.now);
    elapsed.ms += 59_999;
    expect(await under(of)).toBe(policyHash);
  });

  it('a policy that lacks the rule, or is of the first schema, stays as it is', async () => {
    const policies = createPolicies(w.db);
    const { hidden: _hidden, ...left } = demoPolicy.rules;
    const lacking = await policies.add({ ...demoPolicy, rules: left });
    expect(await policies.without(lacking, ['hidden'])).toBe(lacking);
    await policies.ship();
    const { rows } = await w.db.query<{ hash: string }>(
      `select hash from policies where body::jsonb -> 'schema' is null and body::jsonb ->> 'name' = 'standard'`,
    );
    expect(await policies.without(rows[0]!.hash, ['hidden'])).toBe(rows[0]!.hash);
  });

  it.each([
    `update policy_trips set rule = 'seekAhead'`,
    'update policy_trips set ends_ms = ends_ms + 1',
    'delete from policy_trips',
    'truncate policy_trips',
  ])('%s is refused', async (sql) => {
    await quiet();
    await accuse('pa', 'hidden', 45, NOW - 1000);
    await breaker().run();
    await expect(w.db.query(sql)).rejects.toThrow(/never/);
  });
});
