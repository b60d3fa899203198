import { describe, expect, test } from 'vitest';
import { answersHash, type ExamResult, examLeaf, reasonHash } from '../../ledger/examLeaf.ts';
import { LeafError, parseLeaf } from '../../ledger/leaf.ts';

const hash = (byte: string): string => byte.repeat(32);
const result: ExamResult = {
  trainee: hash('ab'),
  class: '班-1',
  exam: 'e1',
  sitting: 's1',
  attempt: 1,
  revision: 1,
  corrects: null,
  from: 1_767_225_600_000,
  to: 1_767_229_200_000,
  at: 1_767_229_200_005,
  paper: hash('01'),
  answers: hash('02'),
  score: 85,
  passed: true,
  policy: hash('cd'),
  proofs: [{ kind: 'face', id: 'p1', outcome: 'pass' }],
};

describe('an exam’s leaf', () => {
  test('is these exact bytes', () => {
    expect(examLeaf(result)).toBe(
      `{"kind":"exam","v":1,"trainee":"${hash('ab')}","class":"班-1","exam":"e1","sitting":"s1","attempt":1,` +
        '"revision":1,"corrects":null,"from":1767225600000,"to":1767229200000,"at":1767229200005,' +
        `"paper":"${hash('01')}","answers":"${hash('02')}","score":85,"passed":true,"policy":"${hash('cd')}",` +
        '"proofs":[{"kind":"face","id":"p1","outcome":"pass"}]}',
    );
  });

  test('of a correction says why and by whom, in version 2; one of before that does not', () => {
    const correction = { ...result, revision: 2, corrects: hash('ef') };
    const explained = { ...correction, reason: reasonHash('r2', '第三题答案有误'), author: hash('0a') };
    expect(parseLeaf(examLeaf(explained))).toEqual({ kind: 'exam', v: 2, ...explained });
    expect(parseLeaf(examLeaf(correction))).toEqual({ kind: 'exam', v: 1, ...correction });
    expect(() => parseLeaf(examLeaf(explained).replace('"v":2', '"v":1'))).toThrow(LeafError);
    expect(reasonHash('r3', '第三题答案有误')).not.toBe(explained.reason);
  });

  test('has the same bytes whatever order or extras its maker used, and is read back as it was', () => {
    const shuffled = Object.fromEntries(Object.entries({ ...result, name: '张三' }).reverse()) as unknown as ExamResult;
    expect(examLeaf(shuffled)).toBe(examLeaf(result));
    expect(parseLeaf(examLeaf(result))).toEqual({ kind: 'exam', v: 1, ...result });
  });

  test('refuses values that may not be sealed', () => {
    const bad: Partial<Record<keyof ExamResult, unknown>>[] = [
      { trainee: '110101199003070000' },
      { exam: '' },
      { attempt: 0 },
      { revision: 0 },
      { revision: 1, corrects: hash('ef') },
      { revision: 2, corrects: null },
      { revision: 2, corrects: 'the first one' },
      { to: 1.5 },
      { at: Number.NaN },
      { paper: '' },
      { answers: hash('AB') },
      { score: 101 },
      { score: 59.5 },
      { passed: 'yes' },
      { policy: 'terms' },
      { reason: hash('ef'), author: hash('ef') },
      { revision: 2, corrects: hash('ef'), reason: hash('ef') },
      { revision: 2, corrects: hash('ef'), reason: '第三题有误', author: hash('ef') },
      { proofs: {} },
      { proofs: [{ kind: 'face', id: '', outcome: 'pass' }] },
      { proofs: Array.from({ length: 65 }, () => result.proofs[0]) },
    ];
    for (const part of bad) {
      expect(() => examLeaf({ ...result, ...part } as ExamResult), JSON.stringify(part)).toThrow(LeafError);
    }
  });

  test('has one spelling: others are not read', () => {
    const text = examLeaf(result);
    const others = [
      text.replace('"kind":"exam"', '"kind":"credit"'),
      text.replace('"v":1', '"v":2'),
      text.replace('"score":85', '"score":85.0'),
      text.replace('"outcome":"pass"', '"outcome":"pass","name":"x"'),
      text.replace('"proofs"', '"note":"x","proofs"'),
      text.replace(/,"proofs".*$/, '}'),
      text.replace(/"proofs":.*$/, '"proofs":[null]}'),
    ];
    for (const other of others) expect(() => parseLeaf(other), other).toThrow(LeafError);
  });
});

test('the answers’ hash names what was saved: each answer, its order and its moment, however it is spelled', () => {
  const answers = [
    { seq: 1, n: 1, given: { choice: '2' }, tookMs: 5_000, at: 10 },
    { seq: 2, n: 2, given: { choices: ['1', '3'] }, tookMs: 7_000, at: 20 },
  ];
  const known = answersHash(answers);
  expect(answersHash(answers.toReversed())).toBe(known);
  const [first, second] = answers as [(typeof answers)[0], (typeof answers)[0]];
  for (const other of [
    [first],
    [first, { ...second, given: { choices: ['3', '1'] } }],
    [{ ...first, at: 11 }, second],
    [{ ...first, n: 2 }, second],
  ]) {
    expect(answersHash(other)).not.toBe(known);
  }
});
