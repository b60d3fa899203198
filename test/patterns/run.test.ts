/** Runs: one at a time, the same evidence once, failures apart, what is forgotten. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ruleWords } from '../../server/alerts/catalogue.ts';
import { connect } from '../../server/db/pool.ts';
import { createLog } from '../../server/log.ts';
import { createMetrics } from '../../server/metrics.ts';
import { createPatterns } from '../../server/patterns/patterns.ts';
import { patterns } from '../../server/patterns/rules/index.ts';
import { RETENTION_MS, runPatterns } from '../../server/patterns/run.ts';
import { releaseRunLock, takeFresh, takeRunLock } from '../../server/patterns/store.ts';
import { world as adminWorld } from '../admin/world.ts';
import { hasPostgres } from '../support/db.ts';
import { DAY, depsOf, HOUR, MORNING, NOW, times, type World, world } from './world.ts';

describe.skipIf(!hasPostgres())('a run of the patterns', () => {
  let w: World;
  beforeEach(async () => {
    w = await world();
  });
  afterEach(() => w?.drop());

  /** Five people on one device, an hour apart. */
  const visit = (from: number, name = 'p') =>
    w.study(
      times(5, (n) => ({
        person: `${name}${n}`,
        device: 'library',
        openedAt: from + n * HOUR,
        lengthMs: 900_000 + 7777 * n,
      })),
    );
  const shared = async () => (await w.alerts('sharedDevice')).map(({ count, status }) => [count, status]);

  it('raises the same evidence once, and joins what stands open when there is more', async () => {
    await visit(MORNING);
    await w.run();
    await w.run(NOW + 600_000);
    expect(await shared()).toEqual([[1, 'open']]);
    await w.study([{ person: 'another', device: 'library', openedAt: MORNING + 6 * HOUR }]);
    await w.run(NOW + 1_200_000);
    expect(await shared()).toEqual([[2, 'open']]);
    expect((await w.alerts())[0]!.facts).toMatchObject({ people: 6 });
  });

  it('does not raise again what a person has dismissed, but what came after', async () => {
    await visit(MORNING);
    await w.run();
    await w.db.query(`update alerts set status = 'dismissed'`);
    await w.run(NOW + 600_000);
    expect(await shared()).toEqual([[1, 'dismissed']]);
    await visit(MORNING + DAY);
    await w.run(NOW + DAY);
    expect(await shared()).toEqual([
      [1, 'dismissed'],
      [1, 'open'],
    ]);
  });

  it('leaves it to the process that runs them, or has just done so', async () => {
    const other = await w.db.connect();
    expect(await takeRunLock(other)).toBe(true);
    expect(await w.run()).toEqual({ kind: 'busy' });
    await releaseRunLock(other);
    other.release();
    expect((await w.run()).kind).toBe('ran');
    expect(await w.run(NOW, { everyMs: 9 * 60_000 })).toEqual({ kind: 'notDue' });
    await w.db.query(`update pattern_runs set ran_at = now() - interval '10 minutes'`);
    expect((await w.run(NOW, { everyMs: 9 * 60_000 })).kind).toBe('ran');
  });

  it('two at once raise once', async () => {
    await visit(MORNING);
    const kinds = (await Promise.all(times(4, () => w.run()))).map(({ kind }) => kind);
    expect(kinds).toContain('ran');
    expect(await shared()).toEqual([[1, 'open']]);
  });

  it('goes on with the others when one fails, and tries that one again', async () => {
    await visit(MORNING);
    await w.db.query('alter table questions rename to gone');
    const failed = await runPatterns(depsOf(w.db, NOW));
    expect(
      failed.kind === 'ran' && failed.outcomes.filter(({ error }) => error !== null).map(({ rule }) => rule),
    ).toEqual(['knownBank']);
    expect(await shared()).toEqual([[1, 'open']]);
    await w.db.query('alter table gone rename to questions');
    await w.run();
  });

  it('marks nothing when the alert could not be stored', async () => {
    await visit(MORNING);
    const ran = await runPatterns({ ...depsOf(w.db, NOW), raise: () => Promise.reject(new Error('no alerts today')) });
    expect(ran.kind === 'ran' && ran.outcomes.some(({ error }) => error !== null)).toBe(true);
    await w.run();
    expect(await shared()).toEqual([[1, 'open']]);
  });

  it('stops at once: the connection, and with it the lock and what was not finished, is gone', async () => {
    await visit(MORNING);
    const stop = new AbortController();
    const ran = await runPatterns(
      {
        ...depsOf(w.db, NOW),
        raise: async () => {
          stop.abort();
          return () => undefined;
        },
      },
      { signal: stop.signal },
    );
    expect(ran).toEqual({ kind: 'stopped' });
    await expect.poll(async () => (await w.run()).kind).toBe('ran');
    expect(await shared()).toEqual([[1, 'open']]);
  });

  it('takes so many at a time, and the others the next time', async () => {
    const findings = times(5, (n) => ({
      ...{ subject: { kind: 'person', id: `p${n}` } as const, facts: {}, region: '', sessions: [] },
      ...{ traineeId: null, classId: null, platformId: null, evidenceAt: n },
    }));
    const taken = async () => (await takeFresh(w.db, 'lockstep', findings, 3)).map(({ subject }) => subject.id);
    expect([await taken(), await taken(), await taken()]).toEqual([['p0', 'p1', 'p2'], ['p3', 'p4'], []]);
  });

  it('forgets where sessions were opened from after 180 days, and nothing younger', async () => {
    await w.study([
      { person: 'old', device: 'a', openedAt: NOW - RETENTION_MS - 1, address: '203.0.113.7' },
      { person: 'new', device: 'b', openedAt: NOW - RETENTION_MS + 1, address: '203.0.113.7' },
    ]);
    expect(await w.run()).toMatchObject({ forgotten: 1 });
    const { rows } = await w.db.query('select person_key from session_origins');
    expect(rows).toEqual([{ person_key: 'new' }]);
  });

  it('is not held up by a million-fold device: what it reads is bounded', async () => {
    await w.study(
      times(3000, (n) => ({
        person: `bot${n}`,
        device: 'farm',
        openedAt: MORNING + (n % 3) * HOUR,
        address: '203.0.113.7',
      })),
    );
    await w.run();
    expect((await w.alerts('sharedDevice'))[0]!.facts).toMatchObject({ people: 3000 });
    expect((await w.alerts('sharedDevice'))[0]!.sessions).toHaveLength(100);
  }, 60_000);

  it('is counted by rule, and told', async () => {
    const metrics = createMetrics();
    const key = Buffer.alloc(32, 1);
    const made = createPatterns({ ...depsOf(w.db, NOW), originKey: key, log: createLog('silent'), metrics });
    made.start();
    made.origins.record({ session: 'x', personKey: 'p', at: NOW, address: '203.0.113.7' });
    await made.stop();
    const { rows } = await w.db.query(
      'select length(address) as bytes, address = network as same from session_origins',
    );
    expect(rows).toEqual([{ bytes: 16, same: false }]);
    expect(await metrics.registry.metrics()).toContain('zhenxue_session_origins_lost_total 0');
  });

  it('counts an origin that cannot be stored, and goes on', async () => {
    const metrics = createMetrics();
    const away = connect('postgres://127.0.0.1:1/none', { max: 1 });
    const made = createPatterns({
      ...depsOf(away, NOW),
      originKey: Buffer.alloc(32),
      log: createLog('silent'),
      metrics,
    });
    made.origins.record({ session: 'x', personKey: 'p', at: NOW, address: '203.0.113.7' });
    made.origins.record({ session: 'y', personKey: 'p', at: NOW, address: 'unix:' });
    await made.stop();
    await away.end();
    expect(await metrics.registry.metrics()).toContain('zhenxue_session_origins_lost_total 2');
  });
});

describe.skipIf(!hasPostgres())('npm run admin -- patterns', () => {
  let a: Awaited<ReturnType<typeof adminWorld>>;
  beforeAll(async () => {
    a = await adminWorld();
  });
  afterAll(() => a?.close());

  it('says what each pattern found, and says so when another process runs them', async () => {
    const said = await a.run('patterns');
    for (const { name } of patterns)
      expect(said).toContain(`${name}（${ruleWords[name].zh} · ${ruleWords[name].en}）：发现 found 0`);
    const other = await a.t.db.connect();
    await takeRunLock(other);
    await expect(a.run('patterns')).rejects.toThrow('another process runs the patterns');
    other.release(new Error(`done ${randomUUID()}`));
  });
});
