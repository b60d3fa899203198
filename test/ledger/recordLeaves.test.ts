import { describe, expect, test } from 'vitest';
import { LeafError, parseLeaf } from '../../ledger/leaf.ts';
import { type OutsideResult, outsideLeaf } from '../../ledger/outsideLeaf.ts';
import { type PracticeResult, practiceLeaf } from '../../ledger/practiceLeaf.ts';

const hash = (byte: string): string => byte.repeat(32);
const practice: PracticeResult = {
  ...{ trainee: hash('ab'), class: 'c1', exam: 'e1', sitting: 's1', attempt: 1, revision: 1, corrects: null },
  ...{ theory: hash('01'), at: 1_767_229_200_000, record: hash('02'), score: 85, passed: true },
  ...{ policy: hash('cd'), examiner: hash('03') },
};
const outside: OutsideResult = {
  ...{ trainee: hash('ab'), class: 'c1', assessment: 'skillLevel', issuer: '某市鉴定中心', issued: '2026-03-02' },
  ...{ revision: 2, corrects: hash('04'), at: 1_767_229_200_000, document: hash('05'), record: hash('06') },
  passed: false,
};

describe('a leaf of a practice', () => {
  test('is these exact bytes, and is read back as it was', () => {
    expect(practiceLeaf(practice)).toBe(
      `{"kind":"practice","v":1,"trainee":"${hash('ab')}","class":"c1","exam":"e1","sitting":"s1","attempt":1,` +
        `"revision":1,"corrects":null,"theory":"${hash('01')}","at":1767229200000,"record":"${hash('02')}",` +
        `"score":85,"passed":true,"policy":"${hash('cd')}","examiner":"${hash('03')}"}`,
    );
    expect(parseLeaf(practiceLeaf(practice))).toEqual({ kind: 'practice', v: 1, ...practice });
  });

  test.each([
    { theory: null },
    { examiner: 'jilin' },
    { attempt: 0 },
    { revision: 2 },
    { corrects: hash('ef') },
    { score: 100.5 },
    { passed: 1 },
    { record: 'marks' },
  ])('refuses %o', (change) => {
    expect(() => practiceLeaf({ ...practice, ...change } as unknown as PracticeResult)).toThrow(LeafError);
  });
});

describe('a leaf of another body’s result', () => {
  test('is these exact bytes, and is read back as it was', () => {
    expect(outsideLeaf(outside)).toBe(
      `{"kind":"outside","v":1,"trainee":"${hash('ab')}","class":"c1","assessment":"skillLevel",` +
        `"issuer":"某市鉴定中心","issued":"2026-03-02","revision":2,"corrects":"${hash('04')}","at":1767229200000,` +
        `"document":"${hash('05')}","record":"${hash('06')}","passed":false}`,
    );
    expect(parseLeaf(outsideLeaf(outside))).toEqual({ kind: 'outside', v: 1, ...outside });
  });

  test.each([{ issuer: '' }, { issued: '2026-3-2' }, { assessment: 'driving' }, { document: '' }, { corrects: null }])(
    'refuses %o',
    (change) => {
      expect(() => outsideLeaf({ ...outside, ...change } as unknown as OutsideResult)).toThrow(LeafError);
    },
  );
});

test('one kind’s leaf is not read as another’s', () => {
  expect(() => parseLeaf(practiceLeaf(practice).replace('"practice"', '"outside"'))).toThrow(LeafError);
  expect(() => parseLeaf(practiceLeaf(practice).replace('"practice"', '"exam"'))).toThrow(LeafError);
  expect(() => parseLeaf(outsideLeaf(outside).replace('"v":1', '"v":2'))).toThrow(LeafError);
});
