/** Kept pictures of flagged checks: who sees them, and what stands in the log before. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../../../server/auth/principal.ts';
import { hasPostgres } from '../../support/db.ts';
import { acted, type Room, room } from './room.ts';

const person = (region: string, role: 'monitor' | 'reviewer' = 'monitor'): Principal => ({
  ...{ kind: 'person', personId: `who-${region}`, username: 'who', role, region },
});

describe.skipIf(!hasPostgres())('a kept picture', () => {
  let r: Room;
  let mine: Awaited<ReturnType<Room['enrolled']>>;
  let mismatch: string;
  let passed: string;
  let traineeId: string;

  beforeAll(async () => {
    r = await room({ keepDays: 30 });
    for (const region of ['22', '2201', '36', '%', '']) {
      await r.db.query(
        `insert into people (id, username, password_hash, role, region) values ('who-' || $1, $1, '', 'monitor', $1)`,
        [region],
      );
    }
    mine = await r.enrolled();
    traineeId = r.seeded.trainees[mine.trainee]!.id;
    const check = await r.askFace(mine);
    mismatch = check.prompt;
    await r.send(mine.session, check, acted(check, 5));
    const good = await r.askFace(mine);
    passed = good.prompt;
    await r.send(mine.session, good, acted(good));
    expect(await r.outcomes(mine)).toEqual(['mismatch', 'pass']);
  });
  afterAll(() => r?.close());

  async function as(principal: Principal, method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) {
    r.principal.is = principal;
    const reply = await r.app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
    return { status: reply.statusCode, body: reply.json(), text: reply.body };
  }
  const framesOf = (id: string) => `/v1/face/checks/${id}/frames`;
  const why = { reason: '核实替课线索' };
  const views = () => r.count('face_views');

  it.each<[string, () => Principal, number]>([
    ['a platform', () => ({ kind: 'platform', platformId: r.seeded.platformId }), 403],
    ['a trainee', () => ({ kind: 'trainee', traineeId, platformId: r.seeded.platformId }), 403],
    ['a person of another region', () => person('36'), 404],
    ['a person of a part of the region', () => person('2201'), 404],
    ['a region that would be a wildcard', () => person('%'), 404],
  ])('is not for %s, and nothing is logged as seen', async (_who, who, status) => {
    expect((await as(who(), 'POST', framesOf(mismatch), why)).status).toBe(status);
    const { status: listed, body } = await as(who(), 'GET', `/v1/face/checks?traineeId=${traineeId}`);
    expect(listed === 403 || body.checks.length === 0).toBe(true);
    expect(await views()).toBe(0);
  });

  it.each([{}, { reason: '' }, { reason: '   x   ' }, { reason: 7 }, { reason: '好'.repeat(501) }])(
    'asks why: %j is no reason',
    async (body) => {
      expect((await as(person('22'), 'POST', framesOf(mismatch), body)).status).toBe(400);
      expect(await views()).toBe(0);
    },
  );

  it('is never of a check that passed, even where a row says that it is kept', async () => {
    await r.db.query(
      `insert into face_frames (check_id, frame, sealed, key_id, kept_until_ms)
       select $1, frame, sealed, key_id, kept_until_ms from face_frames where check_id = $2`,
      [passed, mismatch],
    );
    expect((await as(person('22'), 'POST', framesOf(passed), why)).status).toBe(404);
    await r.db.query('delete from face_frames where check_id = $1', [passed]);
    expect(await views()).toBe(0);
  });

  it('is not shown when the view cannot be logged', async () => {
    const stranger: Principal = { ...person('22'), personId: 'nobody-of-the-table' } as Principal;
    const reply = await as(stranger, 'POST', framesOf(mismatch), why);
    expect([reply.status, reply.text.includes('frames"')]).toEqual([500, false]);
  });

  it('is seen by a person of the region, who then stands in the log with the reason', async () => {
    const { body: listed } = await as(person('22'), 'GET', `/v1/face/checks?traineeId=${traineeId}`);
    expect(listed.checks).toMatchObject([{ id: mismatch, outcome: 'mismatch', frames: 8, views: 0 }]);
    const { body } = await as(person('22'), 'POST', framesOf(mismatch), why);
    expect(body.frames).toEqual(Array.from({ length: 8 }, (_, i) => Buffer.alloc(100, i + 1).toString('base64')));
    const { body: log } = await as(person(''), 'GET', `/v1/face/checks/${mismatch}/views`);
    expect(log.views).toEqual([{ personId: 'who-22', reason: why.reason, at: expect.any(String) }]);
    await expect(r.db.query('delete from face_views')).rejects.toThrow();
  });

  it('is gone after its time, whether or not it was swept', async () => {
    const before = r.clock.now;
    r.clock.now += 31 * 86_400_000;
    expect((await as(person('22'), 'POST', framesOf(mismatch), why)).status).toBe(404);
    r.clock.now = before;
  });

  it('and no route of faces gives out what was enrolled', async () => {
    const { rows } = await r.db.query<{ sealed: Buffer }>('select sealed from face_templates');
    const secrets = rows.flatMap(({ sealed }) => [sealed.toString('base64'), sealed.toString('hex')]);
    const replies = [
      await as(person(''), 'GET', `/v1/face/checks?traineeId=${traineeId}`),
      await as(person(''), 'POST', framesOf(mismatch), why),
      await as(person(''), 'GET', `/v1/face/checks/${mismatch}/views`),
      await as(person(''), 'GET', '/v1/face/notice'),
      await r.call('consent', mine.pass, { session: mine.session, notice: '0' }),
    ];
    for (const { text } of replies) {
      expect(text).not.toMatch(/descriptor|landmark|template|hash|sealed/i);
      for (const secret of secrets) expect(text).not.toContain(secret.slice(0, 40));
    }
  });
});
