/**
 * The policies in this process's memory, read once for each detector version that needs them.
 * Guarantees: what stands here never changes, so it is never stale.
 */
import { buildOf, type Opaque, type PolicyFor } from '../../detector/index.ts';
import { AppError } from '../errors.ts';
import type { LoadPolicyBody } from './contract.ts';

export interface Shelf {
  has(hash: string): boolean;
  /** Fetches what is missing. Throws where a policy is not stored, or was changed. */
  need(hashes: readonly string[]): Promise<void>;
  /** Throws for a policy that was not fetched: a fault of ours. */
  readonly policyFor: PolicyFor;
}

export function createShelf(load: LoadPolicyBody): Shelf {
  const bodies = new Map<string, string>();
  /** By version, then by hash. */
  const policies: Map<string, Opaque>[] = [];
  return {
    has: (hash) => bodies.has(hash),
    async need(hashes) {
      for (const hash of hashes) if (!bodies.has(hash)) bodies.set(hash, await load(hash));
    },
    policyFor(hash, version) {
      policies[version] ??= new Map();
      const read = policies[version];
      const known = read.get(hash);
      if (known !== undefined) return known;
      const body = bodies.get(hash);
      if (body === undefined) throw new Error(`the policy ${hash} is not loaded`);
      const policy = readAs(version, body);
      read.set(hash, policy);
      return policy;
    },
  };
}

/** A policy of a schema that the version in force does not know waits for the rollout's end. */
function readAs(version: number, body: string): Opaque {
  try {
    return buildOf(version).readPolicy(body);
  } catch {
    throw new AppError('newerRelease');
  }
}
