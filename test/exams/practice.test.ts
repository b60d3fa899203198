/** The practice part: who may mark it, when it completes a training, and that what was marked stays as it was. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashOf } from '../../ledger/canonical.ts';
import { parseLeaf } from '../../ledger/leaf.ts';
import { leafHash } from '../../ledger/tree.ts';
import { auditLedger } from '../../server/ledger/audit.ts';
import { sealBatch } from '../../server/ledger/batch.ts';
import { seed, signer } from '../ledger/fixture.ts';
import { tamper } from '../support/tamper.ts';
import { bearer, type ExamWorld, examWorld, people, platformBearer, T0 } from './world.ts';

const criteria = [
  { id: 'prepare', title: '工具准备', points: 20 },
  { id: 'wiring', title: '接线', points: 50 },
  { id: 'safety', title: '安全操作', points: 30 },
];
const evidence = [{ sha256: 'ab'.repeat(32), type: 'video/mp4', bytes: 52_428_800, ref: '档案 2026-0031' }];
const marks = { prepare: 15, wiring: 40, safety: 25 };

let w: ExamWorld;
let sitting: string;
beforeEach(async () => {
  w = await examWorld();
  await tamper(w.db, 'delete from spans');
  await w.importBank();
  await w.define({ contentShareMin: null, practice: { passMark: 60, attempts: 2, criteria } });
  sitting = await sat('ta1');
});
afterEach(() => w.drop());

async function sat(trainee: string, right: (n: number) => boolean = (n) => n <= 8): Promise<string> {
  const { body } = await w.open(trainee, { device: `device-of-${trainee}` });
  await w.answerAll(body.sittingId, body.key, right);
  await w.handIn(body.sittingId, body.key);
  return body.sittingId;
}
const jilin = bearer(people.jilin);
const mark = (change: object = {}, who: Record<string, string> = jilin, id = sitting) =>
  w.call(
    'POST',
    `/v1/exams/sittings/${id}/practice`,
    { attempt: 1, place: '甲校实训室 2', practisedAt: String(T0), marks, evidence, ...change },
    who,
  );
const correct = (corrects: string, change: object = {}, who = jilin) =>
  w.call(
    'POST',
    `/v1/exams/sittings/${sitting}/practice/corrections`,
    {
      ...{
        corrects,
        place: '甲校实训室 2',
        practisedAt: String(T0),
        marks,
        evidence,
        reason: '接线一项漏记',
        ...change,
      },
    },
    who,
  );
const timeline = async (id = sitting) => (await w.call('GET', `/v1/exams/sittings/${id}`, undefined, jilin)).body;
const seal = () => sealBatch(w.db, signer);
const problems = async () => (await auditLedger(w.db, seed)).problems.join('\n');
const leaves = async () =>
  (await w.db.query<{ leaf: string }>('select leaf from ledger_leaves order by index')).rows.map(({ leaf }) => leaf);

describe('is not marked', () => {
  it('by anybody but a reviewer within whose region the class lies', async () => {
    for (const who of [bearer(people.nation), bearer(people.meihekou), platformBearer('pa'), bearer(people.ta1)]) {
      expect((await mark({}, who)).status).toBe(403);
    }
    expect((await mark({}, bearer(people.jiangxi))).status).toBe(404);
    expect((await mark({}, {})).status).toBe(401);
  });

  it.each([
    ['without points for a criterion', { marks: { prepare: 15, wiring: 40 } }],
    ['with points for no criterion', { marks: { ...marks, charm: 5 } }],
    ['with more points than there are', { marks: { ...marks, wiring: 51 } }],
    ['before it took place', { practisedAt: '2027-01-01T00:00:00Z' }],
  ])('%s', async (_what, change) => {
    const reply = await mark(change);
    expect(reply.status).toBe(422);
    expect(reply.body.error).toMatchObject({ code: 'practiceInvalid', details: { problems: [expect.any(String)] } });
  });

  it.each([
    ['negative points', { marks: { ...marks, wiring: -1 } }],
    ['half points', { marks: { ...marks, wiring: 1.5 } }],
    ['no evidence', { evidence: [] }],
    ['evidence without its hash', { evidence: [{ ...evidence[0], sha256: 'x' }] }],
    ['evidence beyond all bounds', { evidence: [{ ...evidence[0], bytes: 2 ** 40 }] }],
    ['no place', { place: '' }],
  ])('with %s', async (_what, change) => {
    expect((await mark(change)).status).toBe(400);
  });

  it('before the theory was handed in, twice for one attempt, or more often than the terms say', async () => {
    const { body } = await w.open('ta2', { device: 'device-of-ta2' });
    expect((await mark({}, jilin, body.sittingId)).body.error.code).toBe('practiceState');
    const both = await Promise.all([mark(), mark()]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect((await mark({ attempt: 3 })).body.error.code).toBe('practiceState');
    expect((await mark({ attempt: 2 })).status).toBe(201);
    expect((await mark({ attempt: 3 })).body.error.code).toBe('practiceState');
  });

  it('where the exam asks for none', async () => {
    await w.define({ id: 'theory', contentShareMin: null });
    const { body } = await w.open('ta1', { examId: 'theory' });
    await w.handIn(body.sittingId, body.key);
    expect((await mark({}, jilin, body.sittingId)).body.error.code).toBe('practiceInvalid');
    expect(await timeline(body.sittingId)).toMatchObject({ practice: null, completed: false });
  });
});

describe('completes a training', () => {
  it('only with the theory: neither alone is enough', async () => {
    expect(await timeline()).toMatchObject({ completed: false, results: [{ passed: true }] });
    expect((await mark()).body).toMatchObject({ score: 80, passed: true, completed: true });
    expect(await timeline()).toMatchObject({
      completed: true,
      practice: { marks: [{ place: '甲校实训室 2', marks, evidence, byPerson: 'jilin', score: 80 }] },
    });
    const failed = await sat('ta2', () => false);
    expect((await mark({}, jilin, failed)).body).toMatchObject({ passed: true, completed: false });
    const list = await w.call('GET', '/v1/exams/completions?classId=ca1', undefined, jilin);
    expect(list.body.sittings).toMatchObject([
      { sittingId: failed, theoryPassed: false, practicePassed: true, completed: false },
      { sittingId: sitting, theoryPassed: true, practicePassed: true, completed: true, assessment: 'completionExam' },
    ]);
  });

  it('at a second attempt, and no longer once the mark was corrected to a failure', async () => {
    const short = { marks: { prepare: 0, wiring: 29, safety: 30 } };
    expect((await mark(short)).body).toMatchObject({ score: 59, passed: false, completed: false });
    const second = await mark({ attempt: 2 });
    expect(second.body).toMatchObject({ passed: true, completed: true });
    const corrected = await correct(second.body.id, short);
    expect(corrected.body).toMatchObject({ score: 59, passed: false, completed: false });
    expect((await correct(second.body.id)).body.error.code).toBe('practiceState');
    expect(await timeline()).toMatchObject({
      completed: false,
      practice: { marks: [{}, {}, { corrects: second.body.id, attempt: 2, reason: '接线一项漏记' }] },
    });
  });

  it('a correction without a reason, or of another sitting’s mark, is refused', async () => {
    const { body } = await mark();
    expect((await correct(body.id, { reason: '' })).status).toBe(400);
    expect((await correct('nothing')).body.error.code).toBe('practiceState');
    expect((await correct(body.id, {}, bearer(people.jiangxi))).status).toBe(404);
  });
});

describe('in the ledger', () => {
  it('is a leaf that names the theory’s, sealed with it or after it, and its corrections', async () => {
    const { body } = await mark();
    expect(await seal()).toMatchObject({ leaves: 2, doubted: 0 });
    await correct(body.id, { marks: { ...marks, wiring: 50 } });
    expect(await seal()).toMatchObject({ leaves: 1, doubted: 0 });
    const all = await leaves();
    const hash = (n: number) => leafHash(Buffer.from(all[n] ?? '')).toString('hex');
    expect(all.map((leaf) => parseLeaf(leaf))).toMatchObject([
      { kind: 'exam', sitting, passed: true },
      {
        ...{ kind: 'practice', v: 1, class: 'ca1', exam: 'exam', sitting, attempt: 1, revision: 1, corrects: null },
        ...{ theory: hash(0), score: 80, passed: true, examiner: hashOf('jilin') },
      },
      { kind: 'practice', revision: 2, corrects: hash(1), theory: hash(0), score: 90 },
    ]);
    for (const name of ['person-1', 'ta1"', '张', '实训室', 'jilin']) expect(all.join('\n')).not.toContain(name);
    expect(await problems()).toBe('');
  });

  it.each([
    ['a score', 'update practice_marks set score = 95', /leaf 1: says score 80, the record comes to 95/],
    ['a pass', 'update practice_marks set passed = false', /leaf 1: says passed true/],
    [
      'points',
      `update practice_marks set record = replace(record, '"wiring":40', '"wiring":50')`,
      /leaf 1: says record [0-9a-f]{64}/,
    ],
    [
      'evidence',
      `update practice_marks set record = replace(record, repeat('ab', 32), repeat('cd', 32))`,
      /leaf 1: says record/,
    ],
    ['the examiner', `update practice_marks set by_person = 'jiangxi'`, /leaf 1: says examiner/],
    ['whose it is', `update practice_marks set sitting_id = 'OTHER'`, /rests on the theory of sitting/],
    ['a mark that is gone', 'delete from practice_marks', /leaf 1: record .* is missing/],
    [
      'a mark beside the sealed ones',
      `insert into practice_marks select 'forged', sitting_id, 2, null, theory, record, 100, true, by_person, at_ms from practice_marks`,
      /record forged has no leaf/,
    ],
    [
      'a second leaf',
      `insert into ledger_pending (person_key, record_id, leaf) select person_key, record_id, leaf from ledger_leaves where index = 1`,
      /record .* has more than one leaf/,
    ],
    [
      'a leaf tied to a result',
      'update ledger_leaves set result_id = record_id, record_id = null where index = 1',
      /leaf 1: is a leaf of kind practice for result/,
    ],
  ])('%s changed afterwards is found', async (_what, fraud, words) => {
    await mark();
    await seal();
    expect(await problems()).toBe('');
    const other = await sat('ta2');
    await tamper(w.db, fraud.replace('OTHER', other));
    expect(await problems()).toMatch(words);
  });

  it('is not sealed when its theory is in doubt', async () => {
    await mark();
    await tamper(
      w.db,
      `update ledger_pending set leaf = replace(leaf, '"score":80,"passed":true,"policy"', '"score":85,"passed":true,"policy"') where result_id is not null`,
    );
    expect(await seal()).toMatchObject({ leaves: 0, doubted: 2 });
    expect(await problems()).toMatch(/rests on theory .*, which has no leaf/);
  });

  it('is refused by the database, where its triggers are in force', async () => {
    await mark();
    for (const fraud of ['update practice_marks set score = 1', 'delete from practice_marks']) {
      await expect(w.db.query(fraud)).rejects.toThrow(/never written again/);
    }
  });

  it('is not stored when its leaf cannot be', async () => {
    await tamper(w.db, 'delete from ledger_pending');
    expect((await mark()).status).toBe(500);
    expect((await w.db.query('select 1 from practice_marks')).rowCount).toBe(0);
  });
});

it('terms of before there was practice still hold an exam', async () => {
  await tamper(w.db, `update exams set terms = regexp_replace(terms, ',"practice":.*$', '}')`);
  expect((await w.call('GET', '/v1/exams?classId=ca1', undefined, jilin)).body.exams).toHaveLength(1);
  expect(await timeline()).toMatchObject({ practice: null, completed: true });
});
