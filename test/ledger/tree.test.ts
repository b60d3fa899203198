import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consistencyPlan, inclusionPlan, prove, verifyConsistency, verifyInclusion } from '../../ledger/proof.ts';
import { append, emptyRoot, leafHash, type Place } from '../../ledger/tree.ts';
import { naiveRoot } from './fixture.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/** The leaves, roots and proofs by which Certificate Transparency implementations check one another. */
const vectors = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
].map(hex);

function tree(count: number) {
  const leaves = Array.from({ length: count }, (_, i) => leafHash(Buffer.from(`leaf ${i}`)));
  const grown = append(0, [], leaves);
  const stored = new Map(grown.nodes.map((node) => [`${node.level}/${node.index}`, node.hash]));
  const read = ({ level, index }: Place): Buffer => stored.get(`${level}/${index}`)!;
  const rootAt = (size: number): Buffer => append(0, [], leaves.slice(0, size)).root;
  return { leaves, read, rootAt };
}

describe('known vectors', () => {
  test('roots', () => {
    const hashes = vectors.map((leaf) => leafHash(hex(leaf)));
    for (const [size, root] of roots.entries()) expect(append(0, [], hashes.slice(0, size)).root).toEqual(root);
    expect(emptyRoot()).toEqual(roots[0]);
  });

  test('inclusion of leaf 5 among 8', () => {
    const { nodes } = append(
      0,
      [],
      vectors.map((leaf) => leafHash(hex(leaf))),
    );
    const read = (at: Place) => nodes.find((n) => n.level === at.level && n.index === at.index)!.hash;
    const proof = prove(inclusionPlan(5, 8), read);
    expect(proof.map((hash) => hash.toString('hex'))).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(verifyInclusion(5, 8, leafHash(hex(vectors[5]!)), proof, roots[8]!)).toBe(true);
    expect(verifyInclusion(4, 8, leafHash(hex(vectors[5]!)), proof, roots[8]!)).toBe(false);
  });

  test('consistency from 6 to 8 and from 2 to 5', () => {
    const { nodes } = append(
      0,
      [],
      vectors.map((leaf) => leafHash(hex(leaf))),
    );
    const read = (at: Place) => nodes.find((n) => n.level === at.level && n.index === at.index)!.hash;
    const from6 = prove(consistencyPlan(6, 8), read);
    expect(from6.map((hash) => hash.toString('hex'))).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(verifyConsistency(6, 8, roots[6]!, roots[8]!, from6)).toBe(true);
    const from2 = prove(consistencyPlan(2, 5), read);
    expect(from2.map((hash) => hash.toString('hex'))).toEqual([
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ]);
    expect(verifyConsistency(2, 5, roots[2]!, roots[5]!, from2)).toBe(true);
  });
});

describe('append', () => {
  test('any batching gives the root of RFC 6962, and the same subtrees', () => {
    const batches = fc.array(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), { maxLength: 12 });
    fc.assert(
      fc.property(batches, (parts) => {
        let at: { size: number; root: Buffer; edge: readonly Buffer[] } = append(0, [], []);
        const nodes = [];
        for (const part of parts) {
          const grown = append(at.size, at.edge, part.map(leafHash));
          nodes.push(...grown.nodes);
          at = grown;
        }
        const whole = append(0, [], parts.flat().map(leafHash));
        expect(at.root).toEqual(naiveRoot(parts.flat()));
        expect(whole.root).toEqual(at.root);
        expect(nodes).toEqual(whole.nodes);
      }),
    );
  });

  test('refuses an edge that does not belong to the size', () => {
    const { edge } = append(0, [], [leafHash(Buffer.from('a')), leafHash(Buffer.from('b'))]);
    expect(() => append(3, edge, [])).toThrow(RangeError);
    expect(() => append(2, [Buffer.alloc(31)], [])).toThrow(RangeError);
    expect(() => append(-1, [], [])).toThrow(RangeError);
  });
});

describe('inclusion', () => {
  test('every leaf of every size up to 40 is proven', () => {
    const { leaves, read, rootAt } = tree(40);
    for (let size = 1; size <= 40; size += 1) {
      const root = rootAt(size);
      for (let index = 0; index < size; index += 1) {
        const proof = prove(inclusionPlan(index, size), read);
        expect(verifyInclusion(index, size, leaves[index]!, proof, root)).toBe(true);
      }
    }
  });

  test('no mutated proof passes', () => {
    const { leaves, read, rootAt } = tree(70);
    const cases = fc.integer({ min: 2, max: 70 }).chain((size) =>
      fc.record({
        size: fc.constant(size),
        index: fc.nat(size - 1),
        other: fc.nat(size - 1),
        nth: fc.nat(100),
        bit: fc.nat(255),
      }),
    );
    fc.assert(
      fc.property(cases, ({ size, index, other, nth, bit }) => {
        const proof = prove(inclusionPlan(index, size), read);
        const leaf = leaves[index]!;
        const root = rootAt(size);
        const at = nth % proof.length;
        const replaced = (hash: Buffer) => proof.map((old, i) => (i === at ? hash : old));
        const passes = (p: readonly Buffer[], i = index, l = leaf, r = root) => verifyInclusion(i, size, l, p, r);
        expect(passes(proof)).toBe(true);
        expect(passes(replaced(flip(proof[at]!, bit)))).toBe(false);
        expect(passes(replaced(proof[at]!.subarray(0, 31)))).toBe(false);
        expect(passes(proof.filter((_, i) => i !== at))).toBe(false);
        expect(passes([...proof, flip(root, bit)])).toBe(false);
        expect(passes([proof[at]!, ...proof])).toBe(false);
        expect(passes(proof, index, flip(leaf, bit))).toBe(false);
        expect(passes(proof, index, leaf, flip(root, bit))).toBe(false);
        expect(passes(proof, other)).toBe(other === index);
        expect(passes(proof, size)).toBe(false);
        expect(passes(proof, -1)).toBe(false);
        expect(passes(proof, Number.NaN)).toBe(false);
      }),
    );
  });

  test('indices beyond 32 bits keep their arithmetic', () => {
    const size = 2 ** 40 + 1;
    const left = leafHash(Buffer.from('the first 2^40 leaves'));
    const leaf = leafHash(Buffer.from('the last'));
    const { root } = append(2 ** 40, [left], [leaf]);
    const read = (at: Place) => (at.level === 40 ? left : leaf);
    const proof = prove(inclusionPlan(2 ** 40, size), read);
    expect(verifyInclusion(2 ** 40, size, leaf, proof, root)).toBe(true);
    expect(verifyConsistency(2 ** 40, size, left, root, prove(consistencyPlan(2 ** 40, size), read))).toBe(true);
  });
});

describe('consistency', () => {
  test('any two sizes up to 40', () => {
    const { read, rootAt } = tree(40);
    for (let second = 0; second <= 40; second += 1) {
      for (let first = 0; first <= second; first += 1) {
        const proof = prove(consistencyPlan(first, second), read);
        expect(verifyConsistency(first, second, rootAt(first), rootAt(second), proof)).toBe(true);
      }
    }
  });

  test('a rewritten past has no proof, a mutated proof does not pass', () => {
    const { read, rootAt } = tree(70);
    const sizes = fc.tuple(fc.integer({ min: 1, max: 69 }), fc.integer({ min: 1, max: 69 }), fc.nat(100), fc.nat(255));
    fc.assert(
      fc.property(sizes, ([a, b, nth, bit]) => {
        const [first, second] = [Math.min(a, b), Math.max(a, b) + 1];
        const proof = prove(consistencyPlan(first, second), read);
        const passes = (p: readonly Buffer[], was = rootAt(first), is = rootAt(second)) =>
          verifyConsistency(first, second, was, is, p);
        const at = nth % proof.length;
        expect(passes(proof)).toBe(true);
        expect(passes(proof.map((hash, i) => (i === at ? flip(hash, bit) : hash)))).toBe(false);
        expect(passes(proof.filter((_, i) => i !== at))).toBe(false);
        expect(passes([...proof, rootAt(first)])).toBe(false);
        expect(passes(proof, flip(rootAt(first), bit))).toBe(false);
        expect(passes(proof, rootAt(first), flip(rootAt(second), bit))).toBe(false);
        expect(verifyConsistency(second, first, rootAt(second), rootAt(first), proof)).toBe(false);
      }),
    );
  });
});

function flip(hash: Buffer, bit: number): Buffer {
  const copy = Buffer.from(hash);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}
