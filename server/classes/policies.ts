/**
 * Policies. Guarantees: a policy is named by the SHA-256 of its exact stored bytes and is never
 * changed; what is added has every section of its schema and no unknown rule or threshold; what
 * was ever stored stays loadable, read by its own schema version.
 */
import { createHash } from 'node:crypto';
import { buildOf, newest, type Policy, readPolicy, type Shipped, shipped } from '../../detector/index.ts';
import type { Queryable } from '../db/pool.ts';
import { fail } from '../errors.ts';
import { checkPolicy } from './policySchema.ts';
import { addPolicyBody, findPolicyBody } from './store.ts';

/** The bytes that name a policy: JSON with sorted keys and no blanks, so that equal policies have one name. */
export function policyBody(policy: object): string {
  return JSON.stringify(policy, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** Hex SHA-256 of the exact bytes. */
export function policyHash(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}

export interface Policies {
  /** The exact stored text. Throws when there is none of this name, or its bytes are not what the name says. */
  body(hash: string): Promise<string>;
  /** As today's detector reads it. */
  load(hash: string): Promise<Policy>;
  /** Stores it, if it is new, and returns its name. Throws on what is no policy of today's schema. */
  add(policy: Policy): Promise<string>;
  /** Stores every version of the shipped policies. */
  ship(): Promise<void>;
  /** The name under which a new session of a class opens: a shipped policy stands for its newest version. */
  current(hash: string): string;
  /** Whether the detector version in force reads it. Throws as `body` does. */
  readable(hash: string): Promise<boolean>;
  /** The same policy without these rules, as a version of its own, stored; its own name where it has none of them. */
  without(hash: string, rules: readonly string[]): Promise<string>;
}

const lineages: readonly (readonly { readonly hash: string; readonly needs: number; readonly body: string }[])[] =
  Object.values(shipped).map((versions: readonly Shipped[]) =>
    versions.map(({ needs, policy }) => {
      const body = policyBody(policy);
      return { needs, body, hash: policyHash(body) };
    }),
  );

/** @param inForce the detector version that new events are folded by; default: the newest */
export function createPolicies(db: Queryable, inForce: () => number = () => Number.POSITIVE_INFINITY): Policies {
  // Never stale: a name stands for bytes that cannot change.
  const bodies = new Map<string, string>();
  const policies = new Map<string, Policy>();

  async function body(hash: string): Promise<string> {
    const known = bodies.get(hash);
    if (known !== undefined) return known;
    const found = await findPolicyBody(db, hash);
    if (found === null) throw new Error(`no policy is stored as ${hash}`);
    if (policyHash(found) !== hash) throw new Error(`the policy stored as ${hash} was changed; restore its bytes`);
    bodies.set(hash, found);
    return found;
  }

  return {
    body,
    async load(hash) {
      const known = policies.get(hash);
      if (known !== undefined) return known;
      const policy = freeze(read(await body(hash)));
      policies.set(hash, policy);
      return policy;
    },
    async add(policy) {
      const checked = checkPolicy(policy);
      if (checked.policy === null) throw new Error(`this is no policy: ${checked.problems.join('; ')}`);
      const text = policyBody(checked.policy);
      const hash = policyHash(text);
      await addPolicyBody(db, hash, text);
      return hash;
    },
    async ship() {
      for (const versions of lineages) for (const one of versions) await addPolicyBody(db, one.hash, one.body);
    },
    current(hash) {
      const lineage = lineages.find((versions) => versions.some((one) => one.hash === hash));
      return lineage?.findLast(({ needs }) => needs <= inForce())?.hash ?? hash;
    },
    async without(hash, off) {
      const stored = JSON.parse(await body(hash)) as Partial<Policy>;
      const { name, rules = {} } = stored;
      const taken = Object.keys(rules).filter((rule) => off.includes(rule));
      if (taken.length === 0) return hash;
      const left = Object.fromEntries(Object.entries(rules).filter(([rule]) => !taken.includes(rule)));
      const text = policyBody({ ...stored, name: `${name} without ${taken.sort().join(', ')}`, rules: left });
      const made = policyHash(text);
      if (!bodies.has(made)) await addPolicyBody(db, made, text);
      bodies.set(made, text);
      return made;
    },
    async readable(hash) {
      const text = await body(hash);
      try {
        buildOf(Math.min(inForce(), newest)).readPolicy(text);
        return true;
      } catch {
        return false;
      }
    },
  };
}

/** A schema that only a newer release reads is that release's to serve. */
function read(text: string): Policy {
  try {
    return readPolicy(text);
  } catch {
    return fail('newerRelease');
  }
}

function freeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) freeze(inner);
  return Object.freeze(value);
}
