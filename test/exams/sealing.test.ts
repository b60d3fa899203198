/** Results of exams in the ledger: what was changed after it was sealed, or before, is found; what is honest holds. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseLeaf } from '../../ledger/leaf.ts';
import { leafHash } from '../../ledger/tree.ts';
import { auditLedger } from '../../server/ledger/audit.ts';
import { sealBatch } from '../../server/ledger/batch.ts';
import { credit, ground, naiveRoot, seed, signer } from '../ledger/fixture.ts';
import { tamper } from '../support/tamper.ts';
import { bearer, type ExamWorld, examWorld, people } from './world.ts';

let w: ExamWorld;
let first: string;
let other: string;
let key: string;
beforeEach(async () => {
  w = await examWorld();
  // What the world credits was never left to the ledger.
  await tamper(w.db, 'delete from spans');
  await w.importBank();
  await w.define({ contentShareMin: null });
  first = await sat('ta1');
  other = await sat('ta2');
});
afterEach(() => w.drop());

async function sat(trainee: string): Promise<string> {
  const { body } = await w.open(trainee);
  await w.answerAll(body.sittingId, body.key, (n) => n <= 8);
  expect((await w.handIn(body.sittingId, body.key)).body).toMatchObject({ score: 80, passed: true });
  key = body.key;
  return body.sittingId;
}
async function correct(sittingId: string, score: number) {
  const { rows } = await w.db.query<{ id: string }>(
    `select id from exam_results r where sitting_id = $1
       and not exists (select 1 from exam_results n where n.corrects = r.id)`,
    [sittingId],
  );
  const reply = await w.call(
    'POST',
    `/v1/exams/sittings/${sittingId}/corrections`,
    { corrects: rows[0]?.id, score, reason: '第三题答案有误' },
    bearer(people.jilin),
  );
  expect(reply.status).toBe(201);
  return reply.body.id as string;
}
const seal = () => sealBatch(w.db, signer);
const problems = async () => (await auditLedger(w.db, seed)).problems.join('\n');
const sealed = async () => {
  const { rows } = await w.db.query<{ leaf: string }>('select leaf from ledger_leaves order by index');
  return rows.map(({ leaf }) => leaf);
};
const resultOf = (sitting: string) =>
  `(select id from exam_results where sitting_id = '${sitting}' and corrects is null)`;

it('its candidate is told where the ledger has it, once it has, and where its correction is', async () => {
  const own = async () => (await w.call('POST', `/v1/exams/sittings/${other}/result`, { key })).body.result;
  expect(await own()).toMatchObject({ score: 80, corrected: false, leafIndex: null });
  await seal();
  const [index] = (await sealed()).flatMap((leaf, i) => (leaf.includes(other) ? [i] : []));
  expect(await own()).toMatchObject({ leafIndex: index });
  await correct(other, 70);
  expect(await own()).toMatchObject({ score: 70, corrected: true, leafIndex: null });
  await seal();
  expect(await own()).toMatchObject({ leafIndex: (await sealed()).length - 1 });
});

describe('changed after it was sealed, it is found', () => {
  const frauds: Record<string, [() => string, RegExp]> = {
    'a score': [() => 'update exam_results set score = 95', /leaf 0: says score 80, the result 95/],
    'a pass': [() => 'update exam_results set passed = false', /leaf 0: says passed true, the result false/],
    'an answer': [
      () => `update sitting_answers set given = '{"number":"4711"}' where sitting_id = '${first}' and seq = 9`,
      /leaf 0: says answers [0-9a-f]{64}, what is stored comes to/,
    ],
    'an answer’s moment': [
      () => `update sitting_answers set at_ms = at_ms + 1 where sitting_id = '${first}' and seq = 9`,
      /leaf 0: says answers [0-9a-f]{64}, what is stored comes to/,
    ],
    'answers that are gone': [() => 'delete from sitting_answers', /leaf 0: says answers/],
    'the stored hash of the answers': [
      () => `update exam_results set answers_hash = repeat('ab', 32)`,
      /leaf 0: says answers [0-9a-f]{64}, the result (ab){32}/,
    ],
    'the paper and its stored hash': [
      () => `update sittings set paper = paper || ' ';
             update sittings set paper_hash = encode(sha256(convert_to(paper, 'UTF8')), 'hex');
             update exam_results r set paper_hash = s.paper_hash from sittings s where s.id = r.sitting_id`,
      /leaf 0: says paper [0-9a-f]{64}, the result [0-9a-f]{64}\n.*what is stored comes to/,
    ],
    'the terms': [
      () => `update exams set terms = replace(terms, '"passMark":60', '"passMark":90')`,
      /leaf 0: says policy [0-9a-f]{64}, what is stored comes to/,
    ],
    'when it was handed in': [
      () => 'update sittings set handed_in_ms = handed_in_ms - 60000',
      /leaf 0: says to \d+, the result/,
    ],
    'whose sitting it is': [
      () => `update sittings set person_key = 'person-9' where id = '${first}'`,
      /leaf 0: the sitting is another person’s/,
    ],
    'a result that is gone': [
      () => `delete from exam_results where sitting_id = '${first}'`,
      /leaf 0: result .* is missing/,
    ],
    'a result beside the sealed ones': [
      () => `insert into exam_results select 'forged', sitting_id, id, paper_hash, answers_hash, terms_hash, 100, true, grade,
               'because', null, at_ms from exam_results where sitting_id = '${first}'`,
      /result forged has no leaf/,
    ],
    'a leaf tied to another’s result': [
      () => `update ledger_leaves set result_id = result_id || '-', person_key = person_key where index = 1;
             update ledger_leaves set result_id = ${resultOf(other)} where index = 0`,
      /leaf 0: the sitting is another person’s/,
    ],
    'a leaf tied to a span': [
      () => 'update ledger_leaves set result_id = null, span_id = 1 where index = 0',
      /leaf 0: is a leaf of kind exam for span person-1\/1/,
    ],
    'a second leaf of one result': [
      () =>
        `insert into ledger_pending (person_key, result_id, leaf) select person_key, result_id, leaf from ledger_leaves where index = 0`,
      /result .* has more than one leaf/,
    ],
  };
  for (const [what, [fraud, words]] of Object.entries(frauds)) {
    it(what, async () => {
      await seal();
      expect(await problems()).toBe('');
      await tamper(w.db, fraud());
      expect(await problems()).toMatch(words);
    });
  }

  it.each([
    ['why', `update exam_results set reason = '另有原因' where corrects is not null`, /leaf 2: says reason/],
    ['by whom', `update exam_results set by_person = 'jiangxi' where corrects is not null`, /leaf 2: says author/],
  ])('and it was %s a correction was made', async (_what, fraud, words) => {
    await correct(first, 90);
    await seal();
    expect(await problems()).toBe('');
    await tamper(w.db, fraud);
    expect(await problems()).toMatch(words);
  });

  it('and it was a correction that was made to correct another sitting’s', async () => {
    const correction = await correct(first, 90);
    await seal();
    expect(await problems()).toBe('');
    await tamper(w.db, `update exam_results set corrects = ${resultOf(other)} where id = '${correction}'`);
    expect(await problems()).toMatch(/leaf 2: corrects another leaf than that of/);
  });
});

describe('changed before it was sealed, it is not sealed', () => {
  it.each([
    [
      'a score in the table',
      () => `update exam_results set score = 95 where sitting_id = '${first}'`,
      /says score 80, the result 95/,
    ],
    [
      'a score in the leaf',
      () =>
        `update ledger_pending set leaf = replace(leaf, '"score":80', '"score":95') where result_id = ${resultOf(first)}`,
      /says score 95, the result 80/,
    ],
    ['an answer', () => `delete from sitting_answers where sitting_id = '${first}' and seq = 10`, /says answers/],
    [
      'proofs that nobody gave',
      () =>
        `update ledger_pending set leaf = replace(leaf, '"proofs":[]', '"proofs":[{"kind":"face","id":"x","outcome":"pass"}]') where result_id = ${resultOf(first)}`,
      /says proofs \[\{"id":"x","kind":"face","outcome":"pass"\}\], stored are \[\]/,
    ],
  ])('%s', async (_what, fraud, words) => {
    await tamper(w.db, fraud());
    expect(await seal()).toMatchObject({ leaves: 1, doubted: 1, size: 1 });
    expect(await problems()).toMatch(words);
  });

  it('a correction of another sitting’s leaf, whatever the table says', async () => {
    await seal();
    const correction = await correct(first, 90);
    const [, ofOther = ''] = await sealed();
    const hash = leafHash(Buffer.from(ofOther)).toString('hex');
    await tamper(
      w.db,
      `update ledger_pending set leaf = regexp_replace(leaf, '"corrects":"[0-9a-f]+"', '"corrects":"${hash}"');
       update exam_results set corrects = ${resultOf(other)} where id = '${correction}'`,
    );
    expect(await seal()).toMatchObject({ leaves: 0, doubted: 1 });
    expect(await problems()).toMatch(new RegExp(`corrects a leaf of sitting ${other}`));
  });

  it('a correction whose first result is in doubt', async () => {
    await correct(first, 90);
    await tamper(
      w.db,
      `update ledger_pending set leaf = replace(leaf, '"score":80', '"score":85') where result_id = ${resultOf(first)}`,
    );
    expect(await seal()).toMatchObject({ leaves: 1, doubted: 2 });
    expect(await problems()).toMatch(/which has no leaf/);
  });
});

it('is refused by the database, where its triggers are in force', async () => {
  for (const table of ['exam_results', 'sitting_answers']) {
    const change = table === 'exam_results' ? 'score = score' : 'n = n';
    for (const fraud of [`update ${table} set ${change}`, `delete from ${table}`, `truncate ${table} cascade`]) {
      await expect(w.db.query(fraud), fraud).rejects.toThrow(/never written again/);
    }
  }
});

describe('an honest result', () => {
  it('is sealed beside spans, in a ledger that has gone on since before there were exams', async () => {
    await ground(w.db);
    await credit(w.db, 'ann', 3);
    expect(await seal()).toMatchObject({ leaves: 5, doubted: 0, size: 5 });
    const audit = await auditLedger(w.db, seed);
    expect(audit).toMatchObject({ problems: [], pending: 0 });
    expect(audit.trees[0]?.root).toBe(naiveRoot(await sealed()).toString('hex'));
  });

  it('is no leaf that a process of the release before can seal or set aside', async () => {
    for (const table of ['ledger_leaves (origin, index,', 'ledger_doubts (doubt,']) {
      const extra = table.includes('index') ? `'o', 0,` : `'',`;
      await expect(
        w.db.query(
          `insert into ${table} person_key, span_id, leaf) select ${extra} person_key, span_id, leaf from ledger_pending`,
        ),
      ).rejects.toThrow(/_names/);
    }
  });

  it('that is a correction is none either', async () => {
    await correct(first, 90);
    await expect(
      w.db.query(
        `insert into ledger_doubts (doubt, person_key, result_id, leaf)
         select '', person_key, result_id, leaf from ledger_pending order by id desc limit 1`,
      ),
    ).rejects.toThrow(/ledger_doubts_v2/);
  });

  it('is sealed with its corrections, in one batch or in several', async () => {
    await correct(first, 90);
    expect(await seal()).toMatchObject({ leaves: 3, doubted: 0, size: 3 });
    await correct(first, 50);
    expect(await seal()).toMatchObject({ leaves: 1, doubted: 0, size: 4 });
    const leaves = await sealed();
    expect(leaves.map((leaf) => parseLeaf(leaf))).toMatchObject([
      {
        kind: 'exam',
        sitting: first,
        revision: 1,
        corrects: null,
        score: 80,
        passed: true,
        class: 'ca1',
        exam: 'exam',
      },
      { sitting: other, revision: 1, corrects: null },
      { sitting: first, revision: 2, corrects: leafHash(Buffer.from(leaves[0] ?? '')).toString('hex'), score: 90 },
      { sitting: first, revision: 3, corrects: leafHash(Buffer.from(leaves[2] ?? '')).toString('hex'), passed: false },
    ]);
    expect(await problems()).toBe('');
  });

  it('names nobody, and an erased salt unlinks it', async () => {
    await seal();
    const [leaf = ''] = await sealed();
    for (const name of ['person-1', 'ta1"', '张']) expect(leaf).not.toContain(name);
    await w.db.query('delete from ledger_salts');
    expect(await auditLedger(w.db, seed)).toMatchObject({ unlinked: 2, problems: [] });
  });

  it('is not stored when its leaf cannot be', async () => {
    await seal();
    await tamper(w.db, `delete from ledger_leaves where result_id = ${resultOf(first)}`);
    const { rows } = await w.db.query<{ id: string }>(`select ${resultOf(first)} as id`);
    const reply = await w.call(
      'POST',
      `/v1/exams/sittings/${first}/corrections`,
      { corrects: rows[0]?.id, score: 90, reason: '第三题答案有误' },
      bearer(people.jilin),
    );
    expect(reply.status).toBe(500);
    expect((await w.db.query('select 1 from exam_results where corrects is not null')).rowCount).toBe(0);
  });
});
