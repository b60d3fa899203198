/** Results of other bodies: who may bring them, that a number is never shown, and what is sealed of them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseLeaf } from '../../ledger/leaf.ts';
import { leafHash } from '../../ledger/tree.ts';
import { maskNumber } from '../../server/exams/outside/outside.ts';
import { auditLedger } from '../../server/ledger/audit.ts';
import { sealBatch } from '../../server/ledger/batch.ts';
import { seed, signer } from '../ledger/fixture.ts';
import { tamper } from '../support/tamper.ts';
import { bearer, type ExamWorld, examWorld, people, platformBearer } from './world.ts';

const NUMBER = 'S000022000001254000017';
const document = { sha256: 'cd'.repeat(32), type: 'application/pdf', bytes: 80_000, ref: '档案 2026-0107' };
const brought = {
  ...{ assessment: 'skillLevel', issuer: { name: '梅河口市技能鉴定中心' }, number: NUMBER, issued: '2026-02-20' },
  ...{ occupationCode: '6-31-01-03', level: 4, passed: true, document },
};

let w: ExamWorld;
beforeEach(async () => {
  w = await examWorld();
  await tamper(w.db, 'delete from spans');
});
afterEach(() => w.drop());

const jilin = bearer(people.jilin);
const bring = (change: object = {}, who: Record<string, string> = platformBearer('pa')) =>
  w.call('POST', '/v1/exams/outside-results', { classId: 'ca1', traineeId: 'ta1', ...brought, ...change }, who);
const correct = (id: string, change: object = {}, who: Record<string, string> = jilin) =>
  w.call('POST', `/v1/exams/outside-results/${id}/corrections`, { ...brought, reason: '等级录入有误', ...change }, who);
const list = async (who: Record<string, string> = jilin) =>
  w.call('GET', '/v1/exams/completions?classId=ca1', undefined, who);
const problems = async () => (await auditLedger(w.db, seed)).problems.join('\n');

it('is brought by the class’s platform or a reviewer of the region, and by nobody else', async () => {
  for (const who of [bearer(people.meihekou), bearer(people.nation), bearer(people.ta1)]) {
    expect((await bring({}, who)).status).toBe(403);
  }
  for (const who of [platformBearer('pb'), bearer(people.jiangxi)]) expect((await bring({}, who)).status).toBe(404);
  expect((await bring({ traineeId: 'tb1' })).status).toBe(404);
  expect((await bring()).status).toBe(201);
  expect((await bring({ number: 'S000022000001254000018', traineeId: 'ta2' }, jilin)).status).toBe(201);
});

it.each([
  ['of no kind that is known', { assessment: 'driving' }, 400],
  ['without a source', { issuer: { name: '' } }, 400],
  ['with a credit code that cannot be', { issuer: { name: '鉴定中心', code: 'ABC' } }, 400],
  ['without a document’s hash', { document: { ...document, sha256: '' } }, 400],
  ['issued on a day that is none', { issued: '2026-02-30' }, 400],
  ['issued in the future', { issued: '2027-01-01' }, 422],
])('is refused %s', async (_what, change, status) => {
  expect((await bring(change)).status).toBe(status);
});

it('one certificate is imported once, however it is typed and for whomever', async () => {
  const both = await Promise.all([bring(), bring({ traineeId: 'ta2', number: ' s0000-2200000 1254000017' })]);
  expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  expect((await bring()).body.error.code).toBe('outsideKnown');
  expect((await bring({ issuer: { name: '另一家鉴定中心' } })).status).toBe(201);
});

it('one certificate is imported once, whether its body’s code is said or not', async () => {
  const code = '91220581MA1234567X';
  const issuer = { name: '梅河口市技能鉴定中心', code };
  const other = { traineeId: 'ta2' };
  expect((await bring()).status).toBe(201);
  expect((await bring({ issuer, ...other })).body.error.code).toBe('outsideKnown');
  expect((await bring({ issuer: { name: ' 梅河口市 技能鉴定中心' }, ...other })).body.error.code).toBe('outsideKnown');
  const number = 'S000022000001254000099';
  expect((await bring({ issuer, number })).status).toBe(201);
  expect((await bring({ number, ...other })).body.error.code).toBe('outsideKnown');
  expect((await bring({ issuer: { name: '鉴定中心', code }, number, ...other })).body.error.code).toBe('outsideKnown');
});

it('what a reviewer brought or corrected is not corrected by the platform', async () => {
  const first = (await bring({ passed: false })).body.id;
  expect((await correct(first, { passed: false }, platformBearer('pa'))).status).toBe(201);
  const own = (await bring({ number: 'S000022000001254000018' })).body.id;
  const { body } = await correct(own, { number: 'S000022000001254000018', passed: false });
  const back = { number: 'S000022000001254000018', passed: true };
  expect((await correct(body.id, back, platformBearer('pa'))).status).toBe(403);
  expect((await correct(body.id, back)).status).toBe(201);
});

it('its number is stored and shown masked, and its source is named; it is no sitting', async () => {
  await bring();
  const { body, text } = await list();
  expect(body).toMatchObject({
    sittings: [],
    outside: [{ number: maskNumber(NUMBER), issuer: { name: '梅河口市技能鉴定中心', code: null }, by: 'platform' }],
  });
  const { rows } = await w.db.query<{ all: string }>('select (o.*)::text as all from outside_results o');
  for (const told of [text, rows[0]?.all]) expect(told).not.toContain(NUMBER);
  expect((await w.db.query('select 1 from sittings')).rowCount).toBe(0);
  expect((await list(bearer(people.ta2))).body.outside).toEqual([]);
  expect((await list(bearer(people.ta1))).body.outside).toHaveLength(1);
  expect((await list(platformBearer('pb'))).body.outside).toEqual([]);
});

it('masks short numbers too', () => {
  expect(maskNumber('1234')).toBe('**34');
  expect(maskNumber('1')).toBe('*');
});

it('is corrected by another that names it and says why, once', async () => {
  const { body } = await bring();
  expect((await correct(body.id, { reason: '' })).status).toBe(400);
  expect((await correct(body.id, {}, bearer(people.jiangxi))).status).toBe(404);
  expect((await correct(body.id, {}, platformBearer('pb'))).status).toBe(404);
  expect((await correct(body.id, {}, bearer(people.ta1))).status).toBe(404);
  const both = await Promise.all([
    correct(body.id, { level: 3 }),
    correct(body.id, { number: 'S0000220000012540000' }),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  const { outside } = (await list()).body;
  expect(outside).toMatchObject([{ corrects: body.id, reason: '等级录入有误', by: 'person' }]);
});

it('a number that was mistyped is free again for whose it is', async () => {
  const { body } = await bring();
  expect((await correct(body.id, { number: 'S000022000001254000018' })).status).toBe(201);
  expect((await bring({ traineeId: 'ta2' })).status).toBe(201);
});

describe('in the ledger', () => {
  it('is a leaf of its own kind that names its source, and its corrections', async () => {
    const { body } = await bring();
    await correct(body.id, { passed: false });
    expect(await sealBatch(w.db, signer)).toMatchObject({ leaves: 2, doubted: 0 });
    const { rows } = await w.db.query<{ leaf: string }>('select leaf from ledger_leaves order by index');
    expect(rows.map(({ leaf }) => parseLeaf(leaf))).toMatchObject([
      {
        ...{ kind: 'outside', assessment: 'skillLevel', issuer: '梅河口市技能鉴定中心', issued: '2026-02-20' },
        ...{ document: document.sha256, revision: 1, corrects: null, passed: true, class: 'ca1' },
      },
      { revision: 2, corrects: leafHash(Buffer.from(rows[0]?.leaf ?? '')).toString('hex'), passed: false },
    ]);
    expect(await problems()).toBe('');
    for (const name of ['person-1', NUMBER, NUMBER.slice(-4)]) expect(rows[0]?.leaf).not.toContain(name);
  });

  it.each([
    ['its pass', 'update outside_results set passed = false', /leaf 0: says passed true/],
    [
      'its source',
      `update outside_results set record = replace(record, '鉴定中心', '培训学校')`,
      /leaf 0: says issuer .*\n.*says record/,
    ],
    ['its level', `update outside_results set record = replace(record, '"level":4', '"level":1')`, /says record/],
    ['whose it is', `update outside_results set person_key = 'person-9'`, /the record is another person’s/],
    ['its kind', `update outside_results set assessment = 'qualification'`, /says assessment skillLevel/],
    ['that it is there', 'delete from outside_results', /record .* is missing/],
  ])('%s changed afterwards is found', async (_what, fraud, words) => {
    await bring();
    await sealBatch(w.db, signer);
    await tamper(w.db, fraud);
    expect(await problems()).toMatch(words);
  });
});
