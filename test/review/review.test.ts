import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertSchema } from '../../server/alerts/routes.ts';
import { alertStore } from '../../server/alerts/store.ts';
import { isHeard } from '../../server/console/store.ts';
import { reviewRoutes } from '../../server/review/routes.ts';
import { reviewStore, SPANS_MAX } from '../../server/review/store.ts';
import {
  addAlert,
  addBeat,
  addSession,
  addSpan,
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
const HOUR = 3_600_000;

beforeAll(async () => {
  w = await world();
  const { db } = w;
  await addSession(db, 's1', 'ta1', 'ca1', { closedMs: T0 + HOUR });
  await addSession(db, 's2', 'ta1', 'ca2', { openedMs: T0 + 2 * HOUR, lessonId: 'l2' });
  await addSession(db, 's3', 'tb1', 'cb1', { openedMs: T0 + HOUR });
  for (const [n, [who, id]] of (
    [
      ['ta1', 's2'],
      ['tb1', 's3'],
    ] as const
  ).entries()) {
    await addBeat(db, who, id, n, T0 + 3 * HOUR - 60_000);
  }
  // Its page died long ago; nobody closed it.
  await addSession(db, 'dead', 'ta2', 'ca1', { openedMs: T0 + HOUR });
  await addBeat(db, 'ta2', 'dead', 0, T0 + HOUR + 1000);
  await addSession(db, 'old', 'ta1', 'ca1', { openedMs: T0 - 48 * HOUR, closedMs: T0 - 47 * HOUR });
  await addSpan(db, 'ta1', 1, 's1', [T0, 2_700_000], 'credited', 'presence.proven');
  await addSpan(db, 'ta1', 2, 's1', [T0 + 2_700_000, 1234], 'held', 'presence.awaiting');
  await addSpan(db, 'ta1', 3, 's2', [T0 + 2 * HOUR, 30_001], 'denied', 'backgroundPlayback.hidden');
  await addSpan(db, 'tb1', 4, 's3', [T0 + HOUR, 60_000], 'credited', 'presence.proven');
  await w.db.query(
    `insert into ledger_leaves (origin, index, leaf, person_key, span_id) values ('x/attendance/2026', 0, '{}', 'person-1', 1)`,
  );
  await w.db.query(
    `insert into questions (id, lesson_id, text_zh, text_en, choices, answer_id) values ('q1', 'l1', '问', 'q', '[]', 'a')`,
  );
  await w.db.query(
    `insert into prompts (id, person_key, session_id, question_id, choice_ids, issued_ms, deadline_ms, answered_ms, outcome)
     values ('p1', 'person-1', 's1', 'q1', '{a,b}', $1, $2, $3, 'right'), ('p2', 'person-1', 's3', 'q1', '{a,b}', $1, $2, null, null)`,
    [T0 + 1000, T0 + 61_000, T0 + 9000],
  );
  await addAlert(db, alertOf('a1', 'ta1', 'ca1', { sessionId: 's1', at: T0 + 5 }));
  await addAlert(db, alertOf('a2', 'ta1', 'ca2', { sessionId: 's2', at: T0 + 6 }));
  await addAlert(db, alertOf('a3', 'tb1', 'cb1', { sessionId: 's3', at: T0 + 7 }));
  await addAlert(db, alertOf('a0', 'ta1', 'ca1', { sessionId: 'old', at: T0 - 47 * HOUR }));

  const alerts = alertStore(db, unseal);
  app = bareApp();
  await app.register(
    reviewRoutes({
      auth: w.auth,
      store: reviewStore(db, unseal, isHeard, () => T0 + 3 * HOUR),
      alerts: {
        schema: alertSchema,
        during: async (principal, { traineeId, classId, from, to }) => {
          const whose = principal.kind === 'person' ? { personOf: traineeId } : { traineeId };
          return (await alerts.list(principal, { ...whose, classId, since: from, until: to, limit: 200 })).alerts;
        },
      },
      now: () => T0 + 3 * HOUR,
    }),
  );
});
afterAll(async () => {
  await app.close();
  await w.drop();
});

async function get(headers: Record<string, string>, path: string, query: Record<string, string> = {}) {
  const response = await app.inject({ method: 'GET', url: path, headers, query });
  const json = String(response.headers['content-type']).startsWith('application/json');
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    body: json ? response.json() : null,
  };
}
const hours = (headers: Record<string, string>, id: string, query: Record<string, string> = {}) =>
  get(headers, `/v1/trainees/${encodeURIComponent(id)}/hours`, query);

describe('a trainee’s hours', () => {
  it('have the promised shape, span by span', async () => {
    const { body } = await hours(bearer(people.jilin), 'ta1', { classId: 'ca1' });
    const common = { sessionId: 's1', classId: 'ca1', lessonId: 'l1', policyHash: 'policy-1' };
    expect(body).toEqual({
      creditedSeconds: 2700,
      heldSeconds: 1.234,
      deniedSeconds: 0,
      offlineSeconds: 0,
      classHours: 1,
      spans: [
        {
          ...common,
          from: '2026-03-02T00:00:00.000Z',
          to: '2026-03-02T00:45:00.000Z',
          fate: 'credited',
          reason: 'presence.proven',
          reasonWords: expect.objectContaining({ zh: expect.any(String), en: expect.any(String) }),
          seconds: 2700,
          leafIndex: 0,
          leafOrigin: 'x/attendance/2026',
        },
        {
          ...common,
          from: '2026-03-02T00:45:00.000Z',
          to: '2026-03-02T00:45:01.234Z',
          fate: 'held',
          reason: 'presence.awaiting',
          reasonWords: expect.objectContaining({ zh: expect.any(String), en: expect.any(String) }),
          seconds: 1.234,
          leafIndex: null,
          leafOrigin: null,
        },
      ],
      truncated: false,
    });
  });

  it('show each principal the own part only', async () => {
    const seen = async (headers: Record<string, string>, id = 'ta1') => {
      const { status, body } = await hours(headers, id);
      return status === 200 ? [...new Set(body.spans.map((s: { sessionId: string }) => s.sessionId))] : status;
    };
    expect(await seen(bearer(people.nation))).toEqual(['s1', 's2']);
    expect(await seen(bearer(people.jilin))).toEqual(['s1']);
    expect(await seen(bearer(people.jiangxi))).toEqual(['s2']);
    expect(await seen(platformBearer('pa'))).toEqual(['s1', 's2']);
    expect(await seen(bearer(people.ta1))).toEqual(['s1', 's2']);
    // The same person on another platform is another trainee.
    expect(await seen(platformBearer('pb'), 'tb1')).toEqual(['s3']);
  });

  it('answer for what is out of bounds exactly as for what does not exist', async () => {
    const strip = (body: { error: { requestId?: string } }) => ({ ...body.error, requestId: '' });
    const nobody = strip((await hours(bearer(people.jilin), 'no-such-trainee')).body);
    expect(nobody).toMatchObject({ code: 'notFound' });
    for (const [headers, id, query] of [
      [bearer(people.meihekou), 'tb1', {}],
      [bearer(people.jiangxi), 'ta2', {}],
      [bearer(people.jiangxi), 'ta1', { classId: 'ca1' }],
      [bearer(people.percent), 'ta1', {}],
      [bearer(people.underscore), 'ta1', {}],
      [bearer(people.quote), 'ta1', {}],
      [platformBearer('pb'), 'ta1', {}],
      [platformBearer('pa'), 'ta1', { classId: 'cb1' }],
      [platformBearer('pa'), 'tb1', { classId: 'cb1' }],
      [bearer(people.ta2), 'ta1', {}],
      [bearer(people.ta1), 'tb1', {}],
      [bearer(people.ta2), 'ta2', { classId: 'ca2' }],
    ] as const) {
      const { status, body } = await hours(headers, id, query);
      expect([status, strip(body)], `${id} ${JSON.stringify(query)}`).toEqual([404, nobody]);
    }
    expect((await hours({}, 'ta1')).status).toBe(401);
  });

  it('are zero, not missing, for a trainee who has not begun', async () => {
    const { status, body } = await hours(bearer(people.meihekou), 'ta2', { classId: 'ca1' });
    expect([status, body.creditedSeconds, body.classHours, body.spans]).toEqual([200, 0, 0, []]);
  });

  it('count a foreign person’s span under no session of this trainee', async () => {
    await addSpan(w.db, 'ta2', 1, 's1', [T0, 999_000], 'credited', 'presence.proven');
    const { body } = await hours(bearer(people.jilin), 'ta1', { classId: 'ca1' });
    expect(body.creditedSeconds).toBe(2700);
  });

  it('sum to their spans; beyond the limit the list is cut, the totals are not', async () => {
    await addSession(w.db, 'long', 'tb2', 'cb1', { openedMs: T0 - 24 * HOUR, closedMs: T0 });
    await w.db.query(
      `insert into spans (person_key, id, session_id, from_ms, to_ms, ms, fate, reason, open)
       select 'person-3', n, 'long', $1::bigint + n * 10, $1::bigint + n * 10 + 7, 7, (array['credited', 'held', 'denied'])[n % 3 + 1], 'presence.proven', false
         from generate_series(1, $2::int) n`,
      [T0 - 24 * HOUR, SPANS_MAX],
    );
    const sum = (spans: { fate: string; seconds: number }[], fate: string) =>
      spans.reduce((ms, s) => ms + (s.fate === fate ? Math.round(s.seconds * 1000) : 0), 0) / 1000;
    const whole = (await hours(platformBearer('pb'), 'tb2')).body;
    expect(whole.truncated).toBe(false);
    expect(whole.spans).toHaveLength(SPANS_MAX);
    expect(sum(whole.spans, 'credited')).toBe(whole.creditedSeconds);
    expect(sum(whole.spans, 'held')).toBe(whole.heldSeconds);
    expect(sum(whole.spans, 'denied')).toBe(whole.deniedSeconds);

    await addSpan(w.db, 'tb2', SPANS_MAX + 1, 'long', [T0 - 1000, 1000], 'credited', 'presence.proven');
    const cut = (await hours(platformBearer('pb'), 'tb2')).body;
    expect([cut.truncated, cut.spans.length]).toEqual([true, SPANS_MAX]);
    expect(cut.creditedSeconds).toBe((Math.round(whole.creditedSeconds * 1000) + 1000) / 1000);
  });
});

describe('a class’s hours', () => {
  it('list roster and trainees, masked', async () => {
    const { body } = await get(bearer(people.meihekou), '/v1/classes/ca1/hours');
    expect(body).toMatchObject({ classId: 'ca1', className: '电工班', truncated: false });
    expect(body.trainees).toEqual([
      {
        traineeId: 'ta1',
        traineeName: '王**',
        citizenIdMasked: '2201**********001X',
        creditedSeconds: 2700,
        heldSeconds: 1.234,
        deniedSeconds: 0,
        classHours: 1,
      },
      expect.objectContaining({ traineeId: 'ta2', traineeName: '=****', creditedSeconds: 0, classHours: 0 }),
    ]);
    // Never rostered, yet has a session there.
    const listed = await get(bearer(people.jilin), '/v1/classes/cb1/hours');
    expect(listed.body.trainees.map((t: { traineeId: string }) => t.traineeId)).toEqual(['tb1', 'tb2']);
  });

  it('come as CSV that no spreadsheet takes for formulas', async () => {
    const { text, headers } = await get(bearer(people.meihekou), '/v1/classes/ca1/hours', { format: 'csv' });
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(headers['content-disposition']).toBe('attachment; filename="class-hours.csv"');
    expect(text).toBe(
      '\uFEFF学员编号,姓名,证件号,已计入（秒）,待确认（秒）,未计入（秒）,学时\r\n' +
        'ta1,王**,2201**********001X,2700,1.234,0,1\r\n' +
        "ta2,'=****,'+220**********0029,0,0,0,0\r\n",
    );
  });

  it('are out of sight for others, and refuse formats that do not exist', async () => {
    for (const headers of [bearer(people.jiangxi), platformBearer('pb'), bearer(people.ta1), bearer(people.percent)]) {
      expect((await get(headers, '/v1/classes/ca1/hours')).body.error.code).toBe('notFound');
    }
    expect((await get(platformBearer('pa'), '/v1/classes/ca1/hours')).body.trainees[0].traineeName).toBeNull();
    for (const format of ['xlsx', 'pdf', '']) {
      const { status, body } = await get(bearer(people.meihekou), '/v1/classes/ca1/hours', { format });
      expect([status, body.error.code]).toEqual([400, 'badRequest']);
    }
  });
});

describe('a day of a trainee', () => {
  const timeline = (headers: Record<string, string>, id: string, query: Record<string, string> = {}) =>
    get(headers, `/v1/trainees/${id}/timeline`, query);
  const sessionsOf = (body: { sessions: { sessionId: string }[] }) => body.sessions.map((s) => s.sessionId);
  const alertsOf = (body: { alerts: { id: string }[] }) => body.alerts.map((a) => a.id);

  it('joins the person’s platforms for people, within their region', async () => {
    const { body } = await timeline(bearer(people.nation), 'ta1', { date: '2026-03-02' });
    expect([body.from, body.to]).toEqual(['2026-03-01T16:00:00.000Z', '2026-03-02T16:00:00.000Z']);
    expect(sessionsOf(body)).toEqual(['s1', 's3', 's2']);
    expect(alertsOf(body)).toEqual(['a3', 'a2', 'a1']);
    expect(body.sessions[0]).toMatchObject({ lessonTitle: '安全用电', className: '电工班', platformId: 'pa' });
    expect(body.sessions[0].spans).toHaveLength(2);
    expect(body.sessions[0].prompts).toEqual([
      {
        id: 'p1',
        issuedAt: '2026-03-02T00:00:01.000Z',
        deadlineAt: '2026-03-02T00:01:01.000Z',
        answeredAt: '2026-03-02T00:00:09.000Z',
        outcome: 'right',
      },
    ]);
    // Nobody answered it, and its time is over: that is said though nothing of it is stored yet.
    expect(body.sessions[1].prompts).toMatchObject([{ id: 'p2', answeredAt: null, outcome: 'missed' }]);
    const jilin = (await timeline(bearer(people.jilin), 'ta1')).body;
    expect([sessionsOf(jilin), alertsOf(jilin)]).toEqual([
      ['s1', 's3'],
      ['a3', 'a1'],
    ]);
  });

  it('stays with the platform’s own trainee for platforms and trainees; a trainee sees no suspicion', async () => {
    const platform = (await timeline(platformBearer('pa'), 'ta1')).body;
    expect([sessionsOf(platform), alertsOf(platform)]).toEqual([
      ['s1', 's2'],
      ['a2', 'a1'],
    ]);
    const own = (await timeline(bearer(people.ta1), 'ta1', { classId: 'ca2' })).body;
    expect([sessionsOf(own), alertsOf(own)]).toEqual([['s2'], []]);
  });

  it('tells neither a trainee nor a platform what one answer came to', async () => {
    const { rows } = await w.db.query('select id, outcome from prompts where id = $1', ['p1']);
    for (const outcome of ['right', 'wrong', 'tooFast', 'expired', 'missed']) {
      await w.db.query('update prompts set outcome = $2 where id = $1', ['p1', outcome]);
      const told = outcome === 'expired' || outcome === 'missed' ? outcome : 'taken';
      for (const [headers, expected] of [
        [bearer(people.nation), outcome],
        [platformBearer('pa'), told],
        [bearer(people.ta1), told],
      ] as const) {
        const { sessions } = (await timeline(headers, 'ta1', { date: '2026-03-02' })).body;
        const prompts = sessions.flatMap((one: { prompts: { id: string; outcome: string }[] }) => one.prompts);
        expect(prompts.find(({ id }: { id: string }) => id === 'p1').outcome).toBe(expected);
      }
    }
    await w.db.query('update prompts set outcome = $2 where id = $1', ['p1', rows[0].outcome]);
  });

  it('knows other days, and days that do not exist', async () => {
    const before = (await timeline(bearer(people.nation), 'ta1', { date: '2026-02-28' })).body;
    expect([sessionsOf(before), alertsOf(before)]).toEqual([['old'], ['a0']]);
    for (const date of ['2026-02-30', '2026-2-1', 'today', "2026-03-02' or 1=1", '']) {
      expect((await timeline(bearer(people.nation), 'ta1', { date })).status).toBe(400);
    }
    expect((await timeline(bearer(people.nation), 'ta1', { date: '0000-01-01' })).status).not.toBe(500);
    expect((await timeline(bearer(people.nation), 'ta1', { date: '9999-12-31' })).status).toBe(200);
  });

  it('is out of sight for others', async () => {
    for (const headers of [bearer(people.ta2), platformBearer('pb'), bearer(people.percent)]) {
      expect((await timeline(headers, 'ta1')).status).toBe(404);
    }
  });
});

describe('who is learning now', () => {
  it('shows open sessions within bounds', async () => {
    const seen = async (headers: Record<string, string>) => {
      const { body } = await get(headers, '/v1/overview');
      return [body.live, body.alertsOpen, body.sessions.map((s: { sessionId: string }) => s.sessionId)];
    };
    expect(await seen(bearer(people.nation))).toEqual([2, 4, ['s2', 's3']]);
    expect(await seen(bearer(people.jilin))).toEqual([1, 3, ['s3']]);
    expect(await seen(platformBearer('pa'))).toEqual([1, 3, ['s2']]);
    expect(await seen(bearer(people.percent))).toEqual([0, 0, []]);
    expect((await get(bearer(people.ta1), '/v1/overview')).status).toBe(403);
    const { body } = await get(bearer(people.jiangxi), '/v1/overview');
    expect(body.sessions[0]).toMatchObject({ traineeName: '王**', lessonTitle: '接地', alertsOpen: 1 });
  });
});

it.each(hostileTexts)('takes %j for an id that nobody has', async (text) => {
  const nation = bearer(people.nation);
  const id = encodeURIComponent(text);
  expect((await get(nation, `/v1/trainees/${id}/hours`)).status).toBe(404);
  expect((await get(nation, `/v1/trainees/${id}/timeline`)).status).toBe(404);
  expect((await get(nation, `/v1/classes/${id}/hours`)).status).toBe(404);
  expect((await hours(nation, 'ta1', { classId: text })).status).toBe(404);
  expect((await get(nation, '/v1/trainees/ta1/timeline', { date: text })).status).toBe(400);
  expect((await get(nation, '/v1/classes/ca1/hours', { format: text })).status).toBe(400);
});

it.each(unreadableTexts)('refuses the id %j', async (text) => {
  const nation = bearer(people.nation);
  const id = encodeURIComponent(text);
  const statuses = await Promise.all([
    get(nation, `/v1/trainees/${id}/hours`),
    get(nation, `/v1/trainees/${id}/timeline`),
    get(nation, `/v1/classes/${id}/hours`),
    hours(nation, 'ta1', { classId: text }),
  ]);
  for (const { status } of statuses) expect([400, 404, 414]).toContain(status);
});
