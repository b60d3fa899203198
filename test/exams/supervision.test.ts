/** Supervisors are drawn, not chosen: who may be, that it can be checked, and who learns of it when. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commitmentOf, drawnOf, withoutLast } from '../../server/exams/supervision/draw.ts';
import { bearer, type ExamWorld, examWorld, HOUR, people, platformBearer, T0 } from './world.ts';

let w: ExamWorld;
const jilin = bearer(people.jilin);
const meihekou = bearer(people.meihekou);
const reviewer = (personId: string) =>
  bearer({ kind: 'person', personId, username: personId, role: 'reviewer', region: '' });
const [nation, nation2] = [reviewer('all'), reviewer('all2')];
beforeEach(async () => {
  w = await examWorld();
  await w.importBank();
  await w.define({ contentShareMin: null });
  await addPeople('m1', 'm2');
  await w.db.query(`insert into people (id, username, password_hash, role, region)
    values ('all', 'all', '', 'reviewer', ''), ('all2', 'all2', '', 'reviewer', '')`);
});
afterEach(() => w.drop());

const addPeople = (...names: string[]) =>
  Promise.all(
    names.map((name) =>
      w.db.query(
        `insert into people (id, username, password_hash, role, region) values ($1, $1, '', 'monitor', '2205')`,
        [name],
      ),
    ),
  );
const person = (personId: string) =>
  bearer({ kind: 'person', personId, username: personId, role: 'monitor', region: '2205' });
const draw = (reason: string | null = null, who: Record<string, string> = jilin, exam = 'exam') =>
  w.call('POST', `/v1/exams/${exam}/supervision`, { reason }, who);
const read = (who: Record<string, string> = jilin) => w.call('GET', '/v1/exams/exam/supervision', undefined, who);
const report = (id: string, who: Record<string, string>) =>
  w.call('POST', `/v1/exams/supervisions/${id}/reports`, { attended: true, remarks: '监考到位，秩序良好' }, who);
/** By another reviewer: who keeps others away does not draw. */
const recuse = (username: string, who: Record<string, string> = nation) =>
  w.call('POST', '/v1/exams/recusals', { username, institution: '甲校', reason: '在该校兼课' }, who);

describe('is drawn', () => {
  it('by a reviewer of the region only, once, and again only with a reason', async () => {
    for (const who of [meihekou, platformBearer('pa'), bearer(people.ta1)]) {
      expect((await draw(null, who)).status).toBe(403);
    }
    expect((await draw(null, bearer(people.jiangxi))).status).toBe(404);
    expect((await draw('没有抽过就重抽')).body.error.code).toBe('drawState');
    const both = await Promise.all([draw(), draw()]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect((await draw()).body.error.code).toBe('drawState');
    expect((await draw('原定人员临时出差')).status).toBe(201);
    w.clock.now = T0 + 8 * HOUR;
    expect((await draw('考试已结束')).body.error.code).toBe('drawState');
  });

  it('from the region’s people: nobody of elsewhere, of the whole country, or of the institution', async () => {
    expect((await recuse('m2')).status).toBe(204);
    expect((await recuse('m2')).status).toBe(404);
    expect((await recuse('jiangxi', jilin)).status).toBe(404);
    expect((await recuse('m1', meihekou)).status).toBe(403);
    await draw();
    const { rows } = await w.db.query<{ eligible: string }>('select eligible from supervision_draws');
    expect(JSON.parse(rows[0]?.eligible ?? '')).toEqual(['jilin', 'm1', 'meihekou']);
  });

  it('nobody where nobody may be', async () => {
    for (const name of ['jilin', 'm1', 'm2', 'meihekou']) await recuse(name);
    expect((await draw()).body.error.code).toBe('drawNobody');
  });

  it('not who was drawn before for this institution, where another can be', async () => {
    const drawn = (reply: Awaited<ReturnType<typeof draw>>) => reply.body.draws.at(-1).drawn as string;
    const first = drawn(await draw());
    const second = drawn(await draw('原定人员临时出差'));
    expect(second).not.toBe(first);
    await w.define({ id: 'next', contentShareMin: null });
    expect(drawn(await draw(null, jilin, 'next'))).not.toBe(second);
    for (const name of ['jilin', 'm1', 'm2', 'meihekou'].filter((name) => name !== second)) await recuse(name);
    expect(drawn(await draw('其余人员均须回避', nation2))).toBe(second);
  });

  it('not until the right one comes: a reviewer draws for an exam once, and once more', async () => {
    await draw();
    expect((await draw('原定人员临时出差')).status).toBe(201);
    for (const reason of ['再换一人吧', '还要再换一人']) expect((await draw(reason)).body.error.code).toBe('drawOther');
    expect((await draw('由另一位审核员重抽', nation2)).status).toBe(201);
  });

  it('not by who kept others away from this institution; who only stays away may', async () => {
    expect((await recuse('jilin', jilin)).status).toBe(204);
    expect((await draw()).status).toBe(201);
    for (const name of ['m1', 'm2']) expect((await recuse(name, jilin)).status).toBe(204);
    await w.define({ id: 'next', contentShareMin: null });
    expect((await draw(null, jilin, 'next')).body.error.code).toBe('drawOther');
    expect((await draw(null, nation2, 'next')).status).toBe(201);
  });

  it('as likely each, and never another from the same seed', () => {
    const eligible = ['a', 'b', 'c'];
    const drawing = { examId: 'exam', nth: 1, eligible };
    const seed = randomBytes(32);
    expect(drawnOf(seed, { ...drawing, eligible: ['c', 'a', 'b'] })).toBe(drawnOf(seed, drawing));
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const fixed = Buffer.alloc(32);
      fixed.writeUInt32BE(i);
      const name = drawnOf(fixed, drawing) ?? '';
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    // Chi-squared of two degrees of freedom: 13.8 is one in a thousand; these seeds are always the same.
    const chi = eligible.reduce((sum, id) => sum + ((counts.get(id) ?? 0) - 2000) ** 2 / 2000, 0);
    expect(chi).toBeLessThan(13.8);
    expect(drawnOf(seed, { ...drawing, eligible: [] })).toBeNull();
    expect(withoutLast(['a'], 'a')).toEqual(['a']);
  });
});

describe('can be checked', () => {
  it('by whoever is told seed and list when the exam is over; before, the platform sees the commitment alone', async () => {
    const { body } = await draw();
    const [before] = (await read(platformBearer('pa'))).body.draws;
    expect(before).toMatchObject({ drawn: null, seed: null, eligible: null, eligibleCount: 4 });
    expect(body.draws[0]).toMatchObject({ drawn: expect.any(String), seed: null, commitment: before.commitment });
    expect((await read(platformBearer('pb'))).status).toBe(404);
    expect((await read(bearer(people.ta1))).status).toBe(404);
    w.clock.now = T0 + 8 * HOUR;
    const [after] = (await read(platformBearer('pa'))).body.draws;
    const drawing = { examId: 'exam', nth: 1, eligible: after.eligible };
    const seed = Buffer.from(after.seed, 'hex');
    expect(commitmentOf(seed, drawing)).toBe(before.commitment);
    expect(drawnOf(seed, drawing)).toBe(after.drawn);
    expect(commitmentOf(seed, { ...drawing, eligible: [...after.eligible, 'friend'] })).not.toBe(before.commitment);
  });

  it('and stays as it was', async () => {
    await draw();
    for (const fraud of [`update supervision_draws set drawn = 'jilin'`, 'delete from supervision_draws']) {
      await expect(w.db.query(fraud)).rejects.toThrow(/never written again/);
    }
  });
});

describe('reports', () => {
  it('what was seen: the drawn person alone, from the opening on, and nobody who was drawn away', async () => {
    w.clock.now = T0 - HOUR;
    const first = (await draw()).body.draws[0];
    const others = ['jilin', 'm1', 'm2', 'meihekou'].filter((name) => name !== first.drawn);
    const as = (name: string) => (name === 'jilin' ? jilin : name === 'meihekou' ? meihekou : person(name));
    expect((await report(first.id, as(first.drawn))).body.error.code).toBe('drawState');
    w.clock.now = T0 + HOUR;
    for (const name of others) expect((await report(first.id, as(name))).status).toBe(404);
    expect((await report(first.id, platformBearer('pa'))).status).toBe(403);
    expect((await report(first.id, as(first.drawn))).status).toBe(201);
    const tasks = async (name: string) =>
      (await w.call('GET', '/v1/exams/supervisions', undefined, as(name))).body.tasks;
    expect(await tasks(first.drawn)).toMatchObject([{ drawId: first.id, institution: '甲校', reports: 1 }]);
    expect(await tasks(others[0] ?? '')).toEqual([]);
    await draw('原定人员临时出差');
    expect((await report(first.id, as(first.drawn))).status).toBe(404);
    expect(await tasks(first.drawn)).toEqual([]);
    expect((await read(platformBearer('pa'))).text).not.toContain('秩序良好');
    expect((await read()).body.draws[0].reports).toMatchObject([{ attended: true, remarks: '监考到位，秩序良好' }]);
  });

  it('and who supervises does not mark the practice; who marked it is not drawn', async () => {
    const criteria = [{ id: 'a', title: '接线', points: 10 }];
    await w.define({ id: 'both', contentShareMin: null, practice: { criteria } });
    const { body } = await w.open('ta1', { examId: 'both' });
    await w.handIn(body.sittingId, body.key);
    for (const name of ['m1', 'm2', 'meihekou']) await recuse(name);
    await draw(null, jilin, 'both');
    const mark = () =>
      w.call(
        'POST',
        `/v1/exams/sittings/${body.sittingId}/practice`,
        {
          ...{ attempt: 1, place: '实训室', practisedAt: String(T0), marks: { a: 8 } },
          evidence: [{ sha256: 'ab'.repeat(32), type: 'image/jpeg', bytes: 1000, ref: '档案 1' }],
        },
        jilin,
      );
    expect((await mark()).body.error.code).toBe('practiceSupervisor');
    await addPeople('m3');
    expect((await draw('由其他人员督导', jilin, 'both')).body.draws.at(-1).drawn).toBe('m3');
    expect((await mark()).status).toBe(201);
    expect((await draw('再次抽取', nation2, 'both')).body.draws.at(-1)).toMatchObject({
      drawn: 'm3',
      eligibleCount: 1,
    });
  });
});
