/** What people and platforms read of exams: within their bounds, and nothing of how a page was held. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { suspicionsOf } from '../../server/exams/judging/judging.ts';
import { satOf } from '../../server/exams/judging/store.ts';
import { addSession, bearer, type ExamWorld, examWorld, people, platformBearer } from './world.ts';

let w: ExamWorld;
beforeEach(async () => {
  w = await examWorld();
  await w.importBank();
  await w.define({ contentShareMin: null });
});
afterEach(() => w.drop());

const exams = async (who: Record<string, string>, query = '') =>
  (await w.call('GET', `/v1/exams${query}`, undefined, who)).body.exams.map(({ id }: { id: string }) => id);

it('exams of every class within bounds, or of one class', async () => {
  await w.define({ id: 'elsewhere', classId: 'ca2' });
  for (const who of [platformBearer('pa'), bearer(people.nation)]) {
    expect((await exams(who)).sort()).toEqual(['elsewhere', 'exam']);
  }
  expect(await exams(bearer(people.jilin))).toEqual(['exam']);
  expect(await exams(bearer(people.jiangxi))).toEqual(['elsewhere']);
  expect(await exams(platformBearer('pa'), '?classId=ca2')).toEqual(['elsewhere']);
  for (const who of [platformBearer('pb'), bearer(people.percent), bearer(people.underscore), bearer(people.quote)]) {
    expect(await exams(who)).toEqual([]);
  }
  expect(await exams(bearer(people.ta1))).toEqual([]);
});

it('a sitting: its candidate masked and to people only, the page’s address and network never', async () => {
  const { body } = await w.open('ta1');
  await w.answerAll(body.sittingId, body.key);
  await w.handIn(body.sittingId, body.key);
  const read = (who: Record<string, string>) => w.call('GET', `/v1/exams/sittings/${body.sittingId}`, undefined, who);
  const people1 = await read(bearer(people.meihekou));
  expect(people1.body).toMatchObject({ title: '结业考核', classId: 'ca1', traineeName: '王**', completed: true });
  expect((await read(platformBearer('pa'))).body.traineeName).toBeNull();
  for (const word of ['王小明', '"address"', '"network"']) expect(people1.text).not.toContain(word);
  for (const who of [platformBearer('pb'), bearer(people.jiangxi), bearer(people.ta1)]) {
    expect((await read(who)).status).toBe(404);
  }
});

it('the rules are handed where a person learnt, where the sitting was held, and when the page was left', async () => {
  await addSession(w.db, 'lesson', 'ta1', 'ca1');
  await w.db.query(
    `insert into session_origins values ('lesson', 'person-1', 0, decode('aa', 'hex'), decode('bb', 'hex'))`,
  );
  const { body } = await w.open('ta1', { device: 'browser-of-ta1' });
  for (const fact of ['hidden', 'copied', 'visible']) {
    w.clock.now += 5000;
    await w.call('POST', `/v1/exams/sittings/${body.sittingId}/facts`, { key: body.key, fact });
  }
  await w.handIn(body.sittingId, body.key);
  const [sat] = await satOf(w.db, 'exam');
  expect(sat).toMatchObject({
    ...{ devices: ['browser-of-ta1'], lessonDevices: ['device-1'], lessonNetworks: ['bb'] },
    ...{ addresses: [expect.stringMatching(/^[0-9a-f]{32}$/)], networks: [expect.stringMatching(/^[0-9a-f]{32}$/)] },
  });
  expect(sat?.looks.map(({ fact }) => fact)).toEqual(['hidden', 'visible']);
  const held = {
    examId: 'exam',
    classId: 'ca1',
    platformId: 'pa',
    region: '220581',
    institution: '甲校',
    bankItems: 16,
  };
  expect(suspicionsOf({ ...held, sat: sat === undefined ? [] : [sat] }, w.clock.now)).toEqual([]);
});
