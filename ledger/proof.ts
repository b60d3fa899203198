/**
 * Inclusion and consistency proofs of the RFC 6962 tree, and their verification as
 * RFC 9162 §2.1.3.2 and §2.1.4.2 prescribe it.
 *
 * Guarantees: a proof is planned without I/O as a list of leaf ranges; each range is
 * hashed from stored complete subtrees, so a caller reads all it needs (`placesOf`)
 * in one go. Verification uses only its arguments and never throws on hostile ones.
 */
import { edgePlaces, emptyRoot, HASH_BYTES, nodeHash, type Place, rootOf } from './tree.ts';

/** Leaves [from, to), a subtree that RFC 6962 names: `from` is a multiple of the power of two that holds `to − from`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The hash of a complete subtree; throws when it is not stored. */
export type ReadNode = (place: Place) => Buffer;

/** What proves that leaf `index` is in the tree of `size` leaves: ranges from the leaf upwards. */
export function inclusionPlan(index: number, size: number): Range[] {
  if (!isCount(index) || !isCount(size) || index >= size) throw new RangeError(`no leaf ${index} among ${size}`);
  const plan: Range[] = [];
  for (let from = 0, to = size; to - from > 1; ) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      plan.push({ from: middle, to });
      to = middle;
    } else {
      plan.push({ from, to: middle });
      from = middle;
    }
  }
  return plan.reverse();
}

/** What proves that the tree of `first` leaves is a beginning of the tree of `second`. */
export function consistencyPlan(first: number, second: number): Range[] {
  if (!isCount(first) || !isCount(second) || first > second)
    throw new RangeError(`no growth from ${first} to ${second}`);
  const plan: Range[] = [];
  if (first === 0 || first === second) return plan;
  let from = 0;
  let to = second;
  while (to !== first) {
    const middle = from + splitOf(to - from);
    if (first <= middle) {
      plan.push({ from: middle, to });
      to = middle;
    } else {
      plan.push({ from, to: middle });
      from = middle;
    }
  }
  // The verifier holds the old root already; any smaller piece of the old tree it must be told.
  if (from > 0) plan.push({ from, to });
  return plan.reverse();
}

/** The stored subtrees under a range, left to right. */
export function placesOf(range: Range): Place[] {
  return edgePlaces(range.to - range.from).map(({ level, index }) => ({
    level,
    index: range.from / 2 ** level + index,
  }));
}

/** The hashes of a planned proof. */
export function prove(plan: readonly Range[], read: ReadNode): Buffer[] {
  return plan.map((range) => rootOf(placesOf(range).map(read)));
}

/** Whether `proof` shows the leaf with hash `leaf` at `index` under `root`, a tree of `size` leaves. */
export function verifyInclusion(
  index: number,
  size: number,
  leaf: Buffer,
  proof: readonly Buffer[],
  root: Buffer,
): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let fn = index;
  let sn = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && hash.equals(root);
}

/** Whether `proof` shows that the tree (`first`, `firstRoot`) is a beginning of the tree (`second`, `secondRoot`). */
export function verifyConsistency(
  first: number,
  second: number,
  firstRoot: Buffer,
  secondRoot: Buffer,
  proof: readonly Buffer[],
): boolean {
  if (!isCount(first) || !isCount(second) || first > second || !areHashes([firstRoot, secondRoot, ...proof]))
    return false;
  if (first === second) return proof.length === 0 && firstRoot.equals(secondRoot);
  // RFC 9162 leaves the empty tree out; every tree grows from it, and nothing needs telling.
  if (first === 0) return proof.length === 0 && firstRoot.equals(emptyRoot());
  if (proof.length === 0) return false;
  const path = isPowerOfTwo(first) ? [firstRoot, ...proof] : [...proof];
  let fn = first - 1;
  let sn = second - 1;
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  const [seed, ...rest] = path;
  if (seed === undefined) return false;
  let older = seed;
  let newer = seed;
  for (const hash of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      older = nodeHash(hash, older);
      newer = nodeHash(hash, newer);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      newer = nodeHash(newer, hash);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && older.equals(firstRoot) && newer.equals(secondRoot);
}

/** The largest power of two below `width` (width ≥ 2): where RFC 6962 splits. */
function splitOf(width: number): number {
  let split = 1;
  while (split * 2 < width) split *= 2;
  return split;
}

function half(n: number): number {
  return Math.floor(n / 2);
}

function isPowerOfTwo(n: number): boolean {
  return edgePlaces(n).length === 1;
}

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

function areHashes(hashes: readonly Buffer[]): boolean {
  return hashes.every((hash) => hash.length === HASH_BYTES);
}
