import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { chainNext, chainStart } from '../../ledger/chain.ts';
import { type Credit, creditLeaf, LeafError, parseLeaf, pseudonym } from '../../ledger/leaf.ts';
import { originAt, originHost } from '../../ledger/origin.ts';
import { sha256 } from './fixture.ts';

const credit: Credit = {
  trainee: 'ab'.repeat(32),
  class: '班-1',
  lesson: 'l"1',
  session: 's1',
  from: 1_767_225_600_000,
  to: 1_767_225_612_345,
  creditedMs: 12_345,
  policy: 'cd'.repeat(32),
  detector: '1',
  evidence: { ordinal: 7, chain: 'ef'.repeat(32) },
};

describe('a leaf', () => {
  test('is these exact bytes', () => {
    expect(creditLeaf(credit)).toBe(
      `{"kind":"credit","v":1,"trainee":"${'ab'.repeat(32)}","class":"班-1","lesson":"l\\"1","session":"s1",` +
        '"from":1767225600000,"to":1767225612345,"creditedMs":12345,' +
        `"policy":"${'cd'.repeat(32)}","detector":"1","evidence":{"ordinal":7,"chain":"${'ef'.repeat(32)}"}}`,
    );
  });

  test('has the same bytes whatever order or extras its maker used', () => {
    const shuffled = Object.fromEntries(Object.entries({ ...credit, name: '张三' }).reverse()) as unknown as Credit;
    expect(creditLeaf(shuffled)).toBe(creditLeaf(credit));
  });

  test('is read back as it was', () => {
    expect(parseLeaf(creditLeaf(credit))).toEqual({ kind: 'credit', v: 1, ...credit });
  });

  test('refuses values that may not be sealed', () => {
    const bad: Partial<Record<keyof Credit, unknown>>[] = [
      { trainee: 'AB'.repeat(32) },
      { trainee: '110101199003070000' },
      { class: '' },
      { session: 'x'.repeat(257) },
      { lesson: 5 },
      { from: 1.5 },
      { from: -1 },
      { to: credit.from - 1, creditedMs: 0 },
      { creditedMs: 12_346 },
      { creditedMs: 0.5 },
      { creditedMs: Number.NaN },
      { policy: 'standard' },
      { detector: '' },
      { evidence: { ordinal: -1, chain: 'ef'.repeat(32) } },
      { evidence: { ordinal: 1, chain: '' } },
    ];
    for (const part of bad) {
      expect(() => creditLeaf({ ...credit, ...part } as Credit), JSON.stringify(part)).toThrow(LeafError);
    }
  });

  test('has one spelling: others are not read', () => {
    const text = creditLeaf(credit);
    const others = [
      '',
      'null',
      '[]',
      '"x"',
      '{}',
      text.slice(0, -1),
      `${text}\n`,
      ` ${text}`,
      text.replace('"v":1', '"v":2'),
      text.replace('"v":1', '"v":1.0'),
      text.replace('"kind":"credit"', '"kind":"debit"'),
      text.replace('"creditedMs":12345', '"creditedMs":1.2345e4'),
      text.replace('"detector":"1"', '"detector":"\\u0031"'),
      text.replace('"detector":"1"', '"detector":"1","note":"x"'),
      text.replace('"detector":"1"', '"detector":"2","detector":"1"'),
      text.replace('"class"', '"__proto__":{},"class"'),
      text.replace(/,"evidence".*$/, '}'),
    ];
    for (const other of others) expect(() => parseLeaf(other), other).toThrow(LeafError);
  });
});

test('a pseudonym is SHA-256(salt ‖ personKey): nothing without the salt', () => {
  const salt = sha256('salt');
  expect(pseudonym(salt, 'person')).toBe(createHash('sha256').update(salt).update('person').digest('hex'));
  expect(pseudonym(sha256('new salt'), 'person')).not.toBe(pseudonym(salt, 'person'));
});

test('the chain starts at 32 zero bytes and commits to content and order', () => {
  expect(chainStart()).toEqual(Buffer.alloc(32));
  const one = chainNext(chainStart(), '{"a":1}');
  expect(one).toEqual(createHash('sha256').update(Buffer.alloc(32)).update('{"a":1}').digest());
  const fold = (lines: string[]) => lines.reduce(chainNext, chainStart());
  expect(fold(['a', 'b'])).not.toEqual(fold(['b', 'a']));
  expect(fold(['a', 'b'])).not.toEqual(fold(['a']));
});

describe('origin', () => {
  test('turns with the year in China', () => {
    expect(originAt('h', Date.parse('2026-12-31T15:59:59.999Z'))).toBe('h/attendance/2026');
    expect(originAt('h', Date.parse('2026-12-31T16:00:00.000Z'))).toBe('h/attendance/2027');
  });

  test('is named after the public address', () => {
    expect(originHost('https://zx.example.cn/learn')).toBe('zx.example.cn');
    expect(originHost('http://127.0.0.1:3000')).toBe('127.0.0.1:3000');
    expect(originHost(null)).toBe('localhost');
  });
});
