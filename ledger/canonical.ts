/**
 * One spelling for one value, and its hash. Pure. Guarantees: equal values give equal bytes, in whatever order
 * their parts were put together; so a hash names a value, and not the way in which it was made.
 */
import { createHash } from 'node:crypto';

/** JSON with each object's keys in the order of their code units, and without parts that are `undefined`. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}

/** Hex SHA-256 of a text's UTF-8. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
