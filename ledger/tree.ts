/**
 * The RFC 6962 Merkle tree over SHA-256, as arithmetic.
 *
 * Guarantees: the same leaves in the same order give the same root however they were
 * batched. A tree of `size` leaves is held as its right edge, the roots of its complete
 * subtrees from the largest to the smallest (one for each set bit of `size`), so
 * appending needs at most 53 hashes of the past.
 *
 * Node (level, index) is the complete subtree over leaves [index·2^level, (index+1)·2^level).
 * Sizes and indices are safe integers; no 32-bit operator touches them.
 */
import { createHash } from 'node:crypto';

export const HASH_BYTES = 32;

/** Where a complete subtree stands. */
export interface Place {
  readonly level: number;
  readonly index: number;
}

export interface Node extends Place {
  readonly hash: Buffer;
}

export interface Grown {
  readonly size: number;
  readonly root: Buffer;
  /** The new right edge, largest subtree first. */
  readonly edge: readonly Buffer[];
  /** Every complete subtree that came to be, leaves included, children before parents. */
  readonly nodes: readonly Node[];
}

const LEAF = Buffer.from([0x00]);
const INNER = Buffer.from([0x01]);

/** SHA-256(0x00 ‖ data). */
export function leafHash(data: Uint8Array): Buffer {
  return createHash('sha256').update(LEAF).update(data).digest();
}

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(INNER).update(left).update(right).digest();
}

/** The root of the tree without leaves: SHA-256 of nothing. */
export function emptyRoot(): Buffer {
  return createHash('sha256').digest();
}

/** Where the right edge of a tree of `size` leaves stands, largest subtree first. */
export function edgePlaces(size: number): Place[] {
  const places: Place[] = [];
  for (let level = 0, width = checkedSize(size); width > 0; level += 1, width = Math.floor(width / 2)) {
    if (width % 2 === 1) places.push({ level, index: width - 1 });
  }
  return places.reverse();
}

/** The root above a right edge. */
export function rootOf(edge: readonly Buffer[]): Buffer {
  const last = edge.at(-1);
  if (last === undefined) return emptyRoot();
  return edge.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

/**
 * Appends leaves (given as leaf hashes) to a tree of `size` leaves whose right edge is `edge`.
 * Throws RangeError when the edge has not the form that `size` demands.
 */
export function append(size: number, edge: readonly Buffer[], leaves: readonly Buffer[]): Grown {
  const places = edgePlaces(size);
  if (edge.length !== places.length || edge.some((hash) => hash.length !== HASH_BYTES)) {
    throw new RangeError(`the right edge of ${size} leaves has ${places.length} hashes of ${HASH_BYTES} bytes`);
  }
  const grownSize = checkedSize(size + leaves.length);
  const stack = [...edge];
  const nodes: Node[] = [];
  leaves.forEach((leaf, offset) => {
    let node: Node = { level: 0, index: size + offset, hash: leaf };
    nodes.push(node);
    // An odd index closes a pair: its left sibling is the top of the stack.
    while (node.index % 2 === 1) {
      const left = stack.pop();
      if (left === undefined) throw new RangeError('the right edge ended early');
      node = { level: node.level + 1, index: (node.index - 1) / 2, hash: nodeHash(left, node.hash) };
      nodes.push(node);
    }
    stack.push(node.hash);
  });
  return { size: grownSize, root: rootOf(stack), edge: stack, nodes };
}

function checkedSize(size: number): number {
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`not a tree size: ${size}`);
  return size;
}
