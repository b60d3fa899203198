/**
 * The hash chain over one person's event lines, in the order they were folded.
 * h(0) is 32 zero bytes; h(n) = SHA-256(h(n−1) ‖ line n). Whoever holds h(n) can tell
 * whether any of the n lines was changed, removed or moved.
 */
import { createHash } from 'node:crypto';

/** The chain before the first event. A fresh buffer each time: buffers are mutable. */
export function chainStart(): Buffer {
  return Buffer.alloc(32);
}

/** The chain after one more event; `line` is the exact stored JSON text. */
export function chainNext(chain: Buffer, line: string): Buffer {
  return createHash('sha256').update(chain).update(line).digest();
}
