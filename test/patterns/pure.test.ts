import { describe, expect, it } from 'vitest';
import { clientAddress } from '../../server/address.ts';
import { groupsOf } from '../../server/patterns/groups.ts';
import { hashOrigin, originOf } from '../../server/patterns/origins/origin.ts';
import { longestCopy } from '../../server/patterns/rules/clonedTiming.ts';
import { patterns } from '../../server/patterns/rules/index.ts';
import { mostAtOnce } from '../../server/patterns/rules/sharedDevice.ts';
import { binomialTailLog10, median, robustScore } from '../../server/patterns/statistics.ts';
import { derive } from '../../server/secrets.ts';

describe('where a session was opened from', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7', '203.0.113/24'],
    ['::ffff:203.0.113.7', '203.0.113.7', '203.0.113/24'],
    ['2001:db8::1', '2001:db8:0:0:0:0:0:1', '2001:db8:0/48'],
    ['2001:0DB8:0000:0001::', '2001:db8:0:1:0:0:0:0', '2001:db8:0/48'],
    ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:1', 'fe80:0:0/48'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0:0:0:c000:221', '64:ff9b:0/48'],
    ['::1', '0:0:0:0:0:0:0:1', '0:0:0/48'],
  ])('%s is one address however it is written', (text, address, network) => {
    expect(originOf(text)).toEqual({ address, network });
  });

  it.each(['', 'localhost', '203.0.113', '203.0.113.7:80', '1::2::3', '-'])('%s is none', (text) => {
    expect(originOf(text)).toBeNull();
  });

  it('is kept as keyed hashes: equal for equals, other under another key, and never the address', () => {
    const [one, other] = [derive(Buffer.alloc(32, 1), 'origin'), derive(Buffer.alloc(32, 2), 'origin')];
    const of = (key: Buffer, text: string) => hashOrigin(key, text)!;
    expect(of(one, '203.0.113.7')).toEqual(of(one, '::ffff:203.0.113.7'));
    expect(of(one, '203.0.113.7').network).toEqual(of(one, '203.0.113.99').network);
    expect(of(one, '203.0.113.7').address).not.toEqual(of(one, '203.0.113.99').address);
    expect(of(one, '203.0.113.7').address).not.toEqual(of(other, '203.0.113.7').address);
  });
});

describe('whose address a connection has', () => {
  it.each([
    ['203.0.113.7', undefined, false, '203.0.113.7'],
    // Nobody is believed where no proxy is expected, and nobody from elsewhere where one is.
    ['203.0.113.7', '198.51.100.1', false, '203.0.113.7'],
    ['127.0.0.1', '198.51.100.1', false, '127.0.0.1'],
    ['203.0.113.7', '198.51.100.1', true, '203.0.113.7'],
    ['127.0.0.1', '198.51.100.1', true, '198.51.100.1'],
    ['::ffff:127.0.0.1', '198.51.100.1', true, '198.51.100.1'],
    // The browser’s own invention stands first.
    ['::1', '10.9.9.9, 198.51.100.1', true, '198.51.100.1'],
    ['::1', '198.51.100.1, 127.0.0.1', true, '198.51.100.1'],
    ['::1', "' or 1=1, ", true, '::1'],
    ['::1', undefined, true, '::1'],
  ])('%s saying %s (proxied: %s) is %s', (remote, forwardedFor, proxied, address) => {
    expect(clientAddress(remote, forwardedFor, proxied)).toBe(address);
  });
});

describe('the statistics', () => {
  it('middle and distance are not moved by those who are far out', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([])]).toEqual([2, 2.5, Number.NaN]);
    expect(robustScore(100, [1, 2, 3, 2, 1, 3, 2, 100], 0.1)).toBeGreaterThan(60);
    expect(robustScore(2, [2, 2, 2, 2], 0.5)).toBe(0);
  });

  it('the chance of so many hits', () => {
    expect(10 ** binomialTailLog10(2, 2, 0.5)).toBeCloseTo(0.25, 10);
    expect(10 ** binomialTailLog10(1, 2, 0.5)).toBeCloseTo(0.75, 10);
    expect([binomialTailLog10(0, 5, 0.1), binomialTailLog10(5, 5, 1), binomialTailLog10(1, 5, 0)]).toEqual([
      0,
      0,
      Number.NEGATIVE_INFINITY,
    ]);
    expect(binomialTailLog10(400, 400, 0.1)).toBeCloseTo(-400, 6);
  });

  it('groups are told apart, and small ones left out', () => {
    const ties = [
      ['a', 'b'],
      ['x', 'y'],
      ['c', 'b'],
      ['d', 'd2'],
      ['d2', 'd3'],
    ].map(([a, b]) => ({ a: a!, b: b! }));
    expect(groupsOf(ties, 3).map(({ members }) => members)).toEqual([
      ['a', 'b', 'c'],
      ['d', 'd2', 'd3'],
    ]);
  });

  it('the longest copy is found wherever each begins, and noise breaks it', () => {
    expect(longestCopy([900, 5000, 3100, 7020], [5010, 3090, 7000, 100])).toBe(3);
    expect(longestCopy([5000, 3000], [3000, 5000])).toBe(1);
    expect(longestCopy([], [1])).toBe(0);
  });

  it('who leaves when another comes has not met them; one person with two pages is one', () => {
    const stay = (personKey: string, openedAt: number, playedUntil: number) => ({ personKey, openedAt, playedUntil });
    expect(mostAtOnce([stay('a', 0, 10), stay('b', 10, 20), stay('c', 20, 30)])).toBe(1);
    expect(mostAtOnce([stay('a', 0, 10), stay('a', 2, 12), stay('b', 11, 20)])).toBe(2);
    expect(mostAtOnce([stay('a', 0, 10), stay('b', 1, 5), stay('c', 4, 9)])).toBe(3);
  });
});

it('every pattern has a name of its own', () => {
  expect(new Set(patterns.map(({ name }) => name)).size).toBe(patterns.length);
});
