import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alertRoutes } from '../../server/alerts/routes.ts';
import { alertStore } from '../../server/alerts/store.ts';
import type { Principal } from '../../server/auth/principal.ts';
import {
  addAlert,
  addSession,
  alertOf,
  bareApp,
  bearer,
  hostileTexts,
  people,
  platformBearer,
  T0,
  unreadableTexts,
  unseal,
  world,
} from '../console/world.ts';

let w: Awaited<ReturnType<typeof world>>;
let app: ReturnType<typeof bareApp>;
const changed: string[] = [];

beforeAll(async () => {
  w = await world();
  app = bareApp();
  await app.register(
    alertRoutes({
      auth: w.auth,
      store: alertStore(w.db, unseal, () => T0 + 60_000),
      changed: (alert, region) => changed.push(`${alert.id} ${alert.status} ${region}`),
    }),
  );
});
afterAll(async () => {
  await app.close();
  await w.drop();
});
beforeEach(async () => {
  changed.length = 0;
  await w.db.query('truncate alerts, alert_decisions, sessions cascade');
  await addAlert(w.db, alertOf('a1', 'ta1', 'ca1', { at: T0 + 1 }));
  await addAlert(w.db, alertOf('a2', 'ta1', 'ca2', { at: T0 + 2, code: 'courseBrushing', rule: 'playbackRate' }));
  await addAlert(w.db, alertOf('a3', 'tb1', 'cb1', { at: T0 + 3 }));
});

async function list(headers: Record<string, string>, query: Record<string, string> = {}) {
  const response = await app.inject({ method: 'GET', url: '/v1/alerts', headers, query });
  return { status: response.statusCode, body: response.json() };
}
const idsFor = async (headers: Record<string, string>, query: Record<string, string> = {}): Promise<string[]> => {
  const { status, body } = await list(headers, query);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.alerts.map((alert: { id: string }) => alert.id);
};
async function decide(headers: Record<string, string>, id: string, payload: object) {
  const response = await app.inject({
    method: 'POST',
    url: `/v1/alerts/${encodeURIComponent(id)}/decisions`,
    headers,
    payload,
  });
  return { status: response.statusCode, body: response.json() };
}

describe('who sees which alerts', () => {
  it.each([
    ['nation', ['a3', 'a2', 'a1']],
    ['jilin', ['a3', 'a1']],
    ['meihekou', ['a1']],
    ['jiangxi', ['a2']],
    ['percent', []],
    ['underscore', []],
    ['backslash', []],
    ['quote', []],
  ] as const)('%s sees %j', async (who, expected) => {
    expect(await idsFor(bearer(people[who]))).toEqual(expected);
  });

  it('keeps platforms apart', async () => {
    expect(await idsFor(platformBearer('pa'))).toEqual(['a2', 'a1']);
    expect(await idsFor(platformBearer('pb'))).toEqual(['a3']);
    expect(await idsFor(platformBearer('pb'), { traineeId: 'ta1' })).toEqual([]);
    expect(await idsFor(platformBearer('pb'), { classId: 'ca1' })).toEqual([]);
  });

  it('shows trainees none, and asks strangers to log in', async () => {
    expect((await list(bearer(people.ta1))).body.error.code).toBe('forbidden');
    expect((await list({})).body.error.code).toBe('unauthenticated');
    expect((await list({ authorization: 'Bearer not-a-token-at-all' })).body.error.code).toBe('unauthenticated');
  });

  it('tells a platform nothing of sessions elsewhere, and no names', async () => {
    await addSession(w.db, 'own', 'ta1', 'ca1');
    await addSession(w.db, 'foreign', 'tb1', 'cb1');
    await addAlert(w.db, alertOf('a4', 'ta1', 'ca1', { sessions: ['foreign', 'own'], at: T0 + 9 }));
    const forPlatform = (await list(platformBearer('pa'))).body.alerts[0];
    expect(forPlatform).toMatchObject({ id: 'a4', sessions: ['own'], traineeName: null });
    const forPerson = (await list(bearer(people.jilin))).body.alerts[0];
    expect(forPerson).toMatchObject({ id: 'a4', sessions: ['foreign', 'own'], traineeName: '王**' });
  });
});

describe('what an alert looks like', () => {
  it('has words, a masked name and an ISO time', async () => {
    const { body } = await list(bearer(people.meihekou));
    expect(body).toEqual({
      alerts: [
        {
          id: 'a1',
          code: 'backgroundPlayback',
          codeWords: { zh: '非前台播放', en: 'Playing in the background' },
          rule: 'hidden',
          ruleWords: { zh: '播放时页面不可见', en: 'The page was hidden while playing' },
          kind: 'behaviour',
          severity: 'medium',
          subject: { kind: 'person', id: 'ta1', name: '王**' },
          traineeId: 'ta1',
          traineeName: '王**',
          classId: 'ca1',
          className: '电工班',
          sessions: ['s-a1'],
          facts: { hiddenMs: 9000 },
          count: 1,
          at: '2026-03-02T00:00:00.001Z',
          firstAt: '2026-03-02T00:00:00.001Z',
          lastAt: '2026-03-02T00:00:00.001Z',
          status: 'open',
        },
      ],
      next: null,
    });
  });

  it('shows the others when one seal is broken', async () => {
    await addAlert(w.db, alertOf('a5', 'tb2', 'cb1', { at: T0 + 5 }));
    const { body } = await list(bearer(people.jilin));
    expect(body.alerts.map((a: { traineeName: string }) => a.traineeName)).toEqual(['*', '王**', '王**']);
  });
});

describe('filters and pages', () => {
  it('filters by each parameter', async () => {
    const nation = bearer(people.nation);
    expect(await idsFor(nation, { traineeId: 'tb1' })).toEqual(['a3']);
    expect(await idsFor(nation, { classId: 'ca2' })).toEqual(['a2']);
    expect(await idsFor(nation, { code: 'courseBrushing' })).toEqual(['a2']);
    expect(await idsFor(nation, { kind: 'behaviour' })).toEqual(['a3', 'a2', 'a1']);
    expect(await idsFor(nation, { kind: 'behaviour', code: 'courseBrushing' })).toEqual(['a2']);
    expect(await idsFor(nation, { kind: 'subsidy' })).toEqual([]);
    expect(await idsFor(nation, { status: 'lead' })).toEqual([]);
    expect(await idsFor(nation, { since: String(T0 + 2) })).toEqual(['a3', 'a2']);
    expect(await idsFor(nation, { since: '2026-03-02T08:00:00.003+08:00' })).toEqual(['a3']);
  });

  it('turns pages without loss or repetition, also among equal times', async () => {
    for (let n = 0; n < 25; n += 1) {
      await addAlert(
        w.db,
        alertOf(`b${String(n).padStart(2, '0')}`, 'ta2', 'ca1', { at: T0 + 10 + Math.floor(n / 10) }),
      );
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { status, body } = await list(bearer(people.nation), { limit: '4', ...(cursor ? { cursor } : {}) });
      expect(status).toBe(200);
      expect(body.alerts.length).toBeLessThanOrEqual(4);
      seen.push(...body.alerts.map((a: { id: string }) => a.id));
      cursor = body.next;
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(28);
    expect(seen).toHaveLength(28);
  });

  it('keeps the bounds when a cursor of somebody else is used', async () => {
    const { body } = await list(bearer(people.nation), { limit: '1' });
    expect(await idsFor(platformBearer('pa'), { cursor: body.next })).toEqual(['a2', 'a1']);
    expect(await idsFor(bearer(people.meihekou), { cursor: body.next })).toEqual(['a1']);
  });

  it.each(['0', '-1', '201', '1e9', '99999999999999999999', 'NaN', 'all', ''])('refuses limit=%s', async (limit) => {
    const { status, body } = await list(bearer(people.nation), { limit });
    expect([status, body.error.code]).toEqual([400, 'badRequest']);
  });

  it.each(['x', '%%%', 'AAAA', "' or 1=1", '0'.repeat(500)])('refuses cursor=%s', async (cursor) => {
    const { status, body } = await list(bearer(people.nation), { cursor });
    expect([status, body.error.code]).toEqual([400, 'badRequest']);
  });

  it.each(['yesterday', '-5', '1e400', '999999999999999', '2026-13-01T00:00:00Z'])(
    'refuses since=%s',
    async (since) => {
      expect((await list(bearer(people.nation), { since })).status).toBe(400);
    },
  );

  it.each(hostileTexts)('finds nothing under %j', async (text) => {
    const nation = bearer(people.nation);
    expect(await idsFor(nation, { traineeId: text })).toEqual([]);
    expect(await idsFor(nation, { classId: text })).toEqual([]);
    for (const field of ['code', 'kind', 'status', 'since', 'limit', 'cursor']) {
      expect((await list(nation, { [field]: text })).status).toBe(400);
    }
    expect((await decide(nation, text, { decision: 'lead' })).body.error.code).toBe('notFound');
    expect(await idsFor(nation)).toHaveLength(3);
  });

  it.each(unreadableTexts)('refuses %j', async (text) => {
    expect((await list(bearer(people.nation), { traineeId: text })).status).toBe(400);
    expect(
      (await decide(bearer(people.nation), 'a1', { decision: 'lead', note: `${text.slice(0, 2)}\u0000` })).status,
    ).toBe(400);
  });
});

describe('decisions', () => {
  it('goes from 疑点 to 线索 to 认定, and remembers who and when', async () => {
    const first = await decide(bearer(people.meihekou), 'a1', { decision: 'lead', note: '核对\n录像' });
    expect(first).toMatchObject({ status: 200, body: { alert: { id: 'a1', status: 'lead', traineeName: '王**' } } });
    expect((await decide(bearer(people.jilin), 'a1', { decision: 'confirmed' })).body.alert.status).toBe('determined');
    const history = await app.inject({ method: 'GET', url: '/v1/alerts/a1', headers: bearer(people.jilin) });
    const at = '2026-03-02T00:01:00.000Z';
    expect(history.json().decisions).toEqual([
      { decision: 'lead', from: 'open', to: 'lead', note: '核对\n录像', by: 'meihekou', at },
      { decision: 'confirmed', from: 'lead', to: 'determined', note: '', by: 'jilin', at },
    ]);
    expect(changed).toEqual(['a1 lead 220581', 'a1 determined 220581']);
    expect(await idsFor(bearer(people.nation), { status: 'determined' })).toEqual(['a1']);
  });

  it('refuses a determination of what is no lead, and any step after the last', async () => {
    const monitor = bearer(people.nation);
    expect(await decide(monitor, 'a1', { decision: 'confirmed' })).toMatchObject({
      status: 409,
      body: { error: { code: 'alertTransition', details: { status: 'open', allowed: ['lead', 'dismissed'] } } },
    });
    await decide(monitor, 'a1', { decision: 'dismissed' });
    for (const decision of ['lead', 'confirmed', 'dismissed']) {
      expect((await decide(monitor, 'a1', { decision })).status).toBe(409);
    }
    const stored = await w.db.query('select 1 from alert_decisions');
    expect(stored.rowCount).toBe(1);
    expect(changed).toEqual(['a1 dismissed 220581']);
  });

  it('lets exactly one of many at once decide', async () => {
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        decide(bearer(people.nation), 'a1', { decision: n % 2 === 0 ? 'lead' : 'dismissed' }),
      ),
    );
    const stored = await w.db.query<{ from_status: string }>('select from_status from alert_decisions order by id');
    const done = all.filter((a) => a.status === 200).length;
    expect(all.every((a) => a.status === 200 || a.status === 409)).toBe(true);
    // open → dismissed, open → lead, or open → lead → dismissed: never two from one status.
    expect(stored.rowCount).toBe(done);
    expect(new Set(stored.rows.map((row) => row.from_status)).size).toBe(done);
  });

  it('is for people within bounds only', async () => {
    expect((await decide(platformBearer('pa'), 'a1', { decision: 'dismissed' })).body.error.code).toBe('forbidden');
    expect((await decide(bearer(people.ta1), 'a1', { decision: 'dismissed' })).body.error.code).toBe('forbidden');
    expect((await decide({}, 'a1', { decision: 'dismissed' })).body.error.code).toBe('unauthenticated');
    expect((await decide(bearer(people.jiangxi), 'a1', { decision: 'dismissed' })).body.error.code).toBe('notFound');
    expect((await decide(bearer(people.percent), 'a1', { decision: 'dismissed' })).body.error.code).toBe('notFound');
    const outside = await app.inject({ method: 'GET', url: '/v1/alerts/a1', headers: bearer(people.jiangxi) });
    expect(outside.statusCode).toBe(404);
    const platform = await app.inject({ method: 'GET', url: '/v1/alerts/a1', headers: platformBearer('pa') });
    expect(platform.statusCode).toBe(403);
    expect(changed).toEqual([]);
  });

  it.each([
    {},
    { decision: 'open' },
    { decision: 'determined' },
    { decision: 'lead', status: 'determined' },
    { decision: 'lead', note: 'x'.repeat(2001) },
    { decision: ['lead'] },
  ])('refuses the body %j', async (payload) => {
    expect((await decide(bearer(people.nation), 'a1', payload)).body.error.code).toBe('badRequest');
  });

  it('holds the statuses in the database too', async () => {
    await expect(w.db.query(`update alerts set status = 'guilty' where id = 'a1'`)).rejects.toThrow(/alerts_status/);
  });
});

it('answers about people are kept by nobody on the way', async () => {
  const response = await app.inject({
    method: 'GET',
    url: '/v1/alerts',
    headers: bearer(people.nation satisfies Principal),
  });
  expect(response.headers['cache-control']).toBe('no-store');
});
