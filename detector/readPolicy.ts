/**
 * Reads a stored policy by its own schema version. Guarantees: a policy that was ever used
 * stays readable for ever, whatever sections came later; what was stored is hashed, never
 * what is read here. Throws on a schema this version does not know.
 */
import type { Policy } from './policy.ts';
import { readPolicy1 } from './policy1.ts';
import { type Policy2, readPolicy2 } from './policy2.ts';
import { type Policy3, readPolicy3 } from './policy3.ts';

export function readPolicy(body: string): Policy {
  const stored = JSON.parse(body) as { readonly schema?: unknown };
  switch (stored.schema) {
    case undefined:
      return readPolicy3(readPolicy2(readPolicy1(stored as Parameters<typeof readPolicy1>[0])));
    case 2:
      return readPolicy3(readPolicy2(stored as Policy2));
    case 3:
      return readPolicy3(stored as Policy3);
    case 4:
      return stored as Policy;
    default:
      throw new Error(`policy schema ${String(stored.schema)} is newer than this detector`);
  }
}
