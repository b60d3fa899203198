/** The door: joining, its race, its bounds. On a real Postgres. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StoredAlert } from '../../server/alerts/alert.ts';
import { gather, SESSIONS_MAX } from '../../server/alerts/gather.ts';
import { raise, type Suspected, suspect } from '../../server/alerts/raise.ts';
import { alertRoutes } from '../../server/alerts/routes.ts';
import { alertStore } from '../../server/alerts/store.ts';
import { alertOf, bareApp, bearer, people, platformBearer, T0, unseal, world } from '../console/world.ts';

let w: Awaited<ReturnType<typeof world>>;
let app: ReturnType<typeof bareApp>;
const store = () => alertStore(w.db, unseal);

beforeAll(async () => {
  w = await world();
  app = bareApp();
  await app.register(alertRoutes({ auth: w.auth, store: store() }));
});
afterAll(async () => {
  await app.close();
  await w.drop();
});
beforeEach(() => w.db.query('truncate alerts, alert_decisions'));

/** What a job over many classes could suspect of one of them. */
const ofClass = (over: Partial<Suspected> = {}): Suspected => ({
  code: 'headcountPadding',
  rule: 'syntheticInput',
  severity: 'low',
  subject: { kind: 'class', id: 'ca1' },
  region: '220581',
  facts: {},
  at: T0,
  ...over,
});
const rows = async () =>
  (
    await w.db.query(
      'select id, suspicion, count, severity, facts, sessions, at_ms, last_ms, status from alerts order by suspicion, at_ms',
    )
  ).rows;
const seenBy = async (headers: Record<string, string>, query: Record<string, string> = {}) => {
  const response = await app.inject({ method: 'GET', url: '/v1/alerts', headers, query });
  expect(response.statusCode, response.body).toBe(200);
  return response.json().alerts as { id: string; count: number; status: string }[];
};
const decide = async (id: string, decision: 'lead' | 'dismissed' | 'confirmed') =>
  (await store().decide(people.nation, id, decision, '')).alert;

describe('the same suspicion', () => {
  it('joins the alert that stands open: its id and first moment stay, the rest grows', async () => {
    const [first] = await raise(w.db, [suspect(ofClass({ facts: { n: 1 }, sessions: ['s1', 's2'] }))]);
    await raise(w.db, [
      suspect(ofClass({ at: T0 + 60_000, severity: 'high', facts: { n: 2 }, sessions: ['s3', 's1'] })),
    ]);
    // A process whose clock is behind changes neither the last moment nor the newest facts.
    await raise(w.db, [suspect(ofClass({ at: T0 + 30_000, severity: 'medium', facts: { n: 3 } }))]);
    const [grown] = await rows();
    expect(grown).toMatchObject({ id: first!.id, count: 3, severity: 'high', facts: { n: 2 }, status: 'open' });
    expect(grown).toMatchObject({ sessions: ['s1', 's2', 's3'], at_ms: T0, last_ms: T0 + 60_000 });
    expect(await rows()).toHaveLength(1);
  });

  it('raised by two at once is one row that counts both', async () => {
    for (let round = 0; round < 20; round += 1) {
      const subject = { kind: 'institution', id: `校${round}` } as const;
      await Promise.all([1, 2].map((n) => raise(w.db, [suspect(ofClass({ subject, facts: { n } }))])));
    }
    expect((await rows()).map(({ count }) => count)).toEqual(Array.from({ length: 20 }, () => 2));
  });

  it('raised by many at once in any order neither doubles nor waits in a circle', async () => {
    const subjects = Array.from({ length: 30 }, (_, n) => ({ kind: 'institution', id: `校${n}` }) as const);
    await Promise.all(
      Array.from({ length: 8 }, (_, n) => {
        const all = subjects.map((subject) => suspect(ofClass({ subject })));
        const turned = [...all.slice(n * 3), ...all.slice(0, n * 3)];
        return raise(w.db, n % 2 === 0 ? turned : turned.toReversed());
      }),
    );
    expect((await rows()).map(({ count }) => count)).toEqual(subjects.map(() => 8));
  });

  it('starts anew once a person has decided, also when both happen at once', async () => {
    const [first] = await raise(w.db, [suspect(ofClass())]);
    expect((await decide(first!.id, 'lead')).count).toBe(1);
    await raise(w.db, [suspect(ofClass({ at: T0 + 1 }))]);
    await decide(first!.id, 'dismissed');
    const [second] = await raise(w.db, [suspect(ofClass({ at: T0 + 2 }))]);
    expect((await rows()).map(({ status, count }) => [status, count])).toEqual([
      ['dismissed', 1],
      ['open', 2],
    ]);
    const [told] = await store().standing([second!.suspicion]);
    expect(told?.alert).toMatchObject({ status: 'open', count: 2 });

    await Promise.all([
      decide(told!.alert.id, 'dismissed'),
      ...Array.from({ length: 6 }, (_, n) => raise(w.db, [suspect(ofClass({ at: T0 + 10 + n }))])),
    ]);
    const after = await rows();
    // None is lost: those before the decision joined, those after it are one new alert.
    expect(after.reduce((sum, { count }) => sum + count, 0)).toBe(9);
    expect(after.filter(({ status }) => status === 'open').length).toBeLessThanOrEqual(1);
  });

  it('is told by the open alert, else by the newest', async () => {
    const [first] = await raise(w.db, [suspect(ofClass())]);
    await decide(first!.id, 'dismissed');
    const told = async () => (await store().standing([first!.suspicion, 'unknown'])).map((each) => each.alert);
    expect((await told()).map(({ id, status }) => [id, status])).toEqual([[first!.id, 'dismissed']]);
    // Even one whose first moment is earlier: its process's clock was behind.
    await raise(w.db, [suspect(ofClass({ at: T0 - 5000 }))]);
    expect((await told()).map(({ status }) => status)).toEqual(['open']);
  });

  it('gathered first or raised one after another comes to the same', async () => {
    const one = fc.record({
      suspicion: fc.constantFrom('s1', 's2', 's3'),
      severity: fc.constantFrom('low' as const, 'medium' as const, 'high' as const),
      facts: fc.record({ n: fc.nat(9) }),
      sessions: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 }),
      after: fc.nat(4),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 8 }), async (drawn) => {
        const alerts = drawn.map(({ after, ...of }, n): StoredAlert => {
          return { ...alertOf(`a${n}`, 'ta1', 'ca1', { at: T0 + after }), ...of };
        });
        await w.db.query('truncate alerts, alert_decisions');
        for (const alert of alerts) await raise(w.db, [alert]);
        const apart = await rows();
        await w.db.query('truncate alerts, alert_decisions');
        const gathered = await raise(w.db, alerts);
        expect(await rows()).toEqual(apart);
        expect(gather(gathered)).toEqual(gathered);
        expect(new Set(gathered.map(({ suspicion }) => suspicion)).size).toBe(gathered.length);
        expect(gathered.reduce((sum, { count }) => sum + count, 0)).toBe(alerts.length);
      }),
      { numRuns: 40 },
    );
  });

  it('names a bounded number of sessions, however many there are', async () => {
    for (let n = 0; n < 3; n += 1) {
      const sessions = Array.from({ length: 60 }, (_, i) => `s${n}-${i}`);
      await raise(w.db, [suspect(ofClass({ sessions }))]);
    }
    const [row] = await rows();
    expect(row.sessions).toHaveLength(SESSIONS_MAX);
    expect(
      gather([suspect(ofClass({ sessions: Array.from({ length: 500 }, (_, i) => `${i}`) }))])[0]?.sessions,
    ).toEqual(Array.from({ length: SESSIONS_MAX }, (_, i) => `${i}`));
  });
});

describe('an alert without session and trainee', () => {
  it('is seen within region and tenant only', async () => {
    await raise(w.db, [
      suspect(ofClass({ platformId: 'pa' })),
      suspect(ofClass({ subject: { kind: 'institution', id: '甲校' }, code: 'illegalSubcontracting', region: '36' })),
      suspect(ofClass({ subject: { kind: 'platform', id: 'pb' }, code: 'dataTampering', region: '' })),
    ]);
    const subjects = async (headers: Record<string, string>) =>
      (await seenBy(headers)).map((alert) => (alert as unknown as { subject: { kind: string } }).subject.kind).sort();
    expect(await subjects(bearer(people.nation))).toEqual(['class', 'institution', 'platform']);
    expect(await subjects(bearer(people.jilin))).toEqual(['class']);
    expect(await subjects(bearer(people.meihekou))).toEqual(['class']);
    // A province's alert is the province's, not one of its counties'.
    expect(await subjects(bearer(people.jiangxi))).toEqual(['institution']);
    for (const who of ['percent', 'underscore', 'backslash', 'quote'] as const) {
      expect(await subjects(bearer(people[who]))).toEqual([]);
    }
    // A platform does not hear what is suspected of it, unless it is told.
    expect(await subjects(platformBearer('pa'))).toEqual(['class']);
    expect(await subjects(platformBearer('pb'))).toEqual([]);
    expect((await store().list(people.ta1, { limit: 9 })).alerts).toEqual([]);
    const institution = (await seenBy(bearer(people.jiangxi)))[0]!;
    await expect(store().decide(people.jilin, institution.id, 'lead', '')).rejects.toMatchObject({ code: 'notFound' });
  });

  it('says in words what it is about', async () => {
    await raise(w.db, [
      suspect(ofClass()),
      suspect(ofClass({ subject: { kind: 'institution', id: '甲校' }, code: 'subsidyDiversion' })),
      suspect(ofClass({ subject: { kind: 'platform', id: 'pb' }, code: 'dataTampering' })),
      suspect(ofClass({ subject: { kind: 'person', id: 'person-1' }, code: 'falseClaim', traineeId: 'ta1' })),
      suspect(ofClass({ subject: { kind: 'person', id: 'person-2' }, code: 'eligibilityForgery' })),
    ]);
    const shown = await seenBy(bearer(people.nation));
    const about = shown.map((alert) => (alert as unknown as { subject: object }).subject);
    expect(about).toEqual(
      expect.arrayContaining([
        { kind: 'class', id: 'ca1', name: '电工班' },
        { kind: 'institution', id: '甲校', name: '甲校' },
        { kind: 'platform', id: 'pb', name: '乙平台' },
        { kind: 'person', id: 'ta1', name: '王**' },
        { kind: 'person', id: null, name: null },
      ]),
    );
    // The key that joins a person over platforms is never shown, nor the suspicion that holds it.
    expect(JSON.stringify(shown)).not.toMatch(/person-\d|suspicion/);
  });

  it.each([
    ['a class alert of another class', { classId: 'ca2' }],
    ['a person alert of another person', { subjectKind: 'person', personKey: 'someone' }],
    ['an unknown kind of subject', { subjectKind: 'country' }],
    ['half a region', { region: '2' }],
    ['a wildcard for a region', { region: '22____' }],
    ['no region', { region: null }],
    ['a count of nothing', { count: 0 }],
    ['an end before its beginning', { lastAt: T0 - 1 }],
  ])('is refused by the database: %s', async (_, over) => {
    const alert = { ...suspect(ofClass()), ...over } as StoredAlert;
    await expect(raise(w.db, [alert])).rejects.toThrow(/violates/);
    expect(await rows()).toEqual([]);
  });
});

describe('what is new since', () => {
  it('is what was raised or grew since then; pages turn over what grows without loss or repetition', async () => {
    const alerts = Array.from({ length: 9 }, (_, n) => alertOf(`a${n}`, 'ta1', 'ca1', { at: T0 + n }));
    await raise(w.db, alerts);
    const nation = bearer(people.nation);
    expect(await seenBy(nation, { since: String(T0 + 100) })).toEqual([]);
    const seen: string[] = [];
    let after: { atMs: number; id: string } | undefined;
    for (let page = 0; page < 3; page += 1) {
      const turned = await store().list(people.nation, { limit: 3, after });
      seen.push(...turned.alerts.map(({ id }) => id));
      after = turned.next ?? undefined;
      // While somebody turns pages, the first and the last grow.
      for (const n of [0, 8]) await raise(w.db, [{ ...alerts[n]!, id: `again-${page}-${n}`, lastAt: T0 + 100 + page }]);
    }
    expect(seen).toEqual(alerts.map(({ id }) => id).toReversed());
    expect((await seenBy(nation, { since: String(T0 + 102) })).map(({ id, count }) => [id, count])).toEqual([
      ['a8', 4],
      ['a0', 4],
    ]);
  });
});

describe('the catalogue over HTTP', () => {
  it('lists every code and rule in words, to people and platforms', async () => {
    const get = (headers: Record<string, string>) =>
      app.inject({ method: 'GET', url: '/v1/alerts/catalogue', headers });
    const { codes, rules } = (await get(platformBearer('pa'))).json();
    expect(codes).toContainEqual({
      code: 'headcountPadding',
      kind: 'institution',
      words: { zh: '拼凑人数', en: 'Padding the headcount' },
    });
    expect(rules).toContainEqual({
      rule: 'hidden',
      words: { zh: '播放时页面不可见', en: 'The page was hidden while playing' },
    });
    for (const { code } of codes) await seenBy(bearer(people.nation), { code });
    expect((await get(bearer(people.ta1))).statusCode).toBe(403);
    expect((await get({})).statusCode).toBe(401);
  });
});
