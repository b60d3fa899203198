/**
 * Policies. Guarantees: a policy is named by the SHA-256 of its exact stored bytes and is
 * never changed; what is loaded under a name has those bytes, every threshold the detector
 * expects, and none it does not know.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Policy } from '../../detector/index.ts';
import type { Queryable } from '../db/pool.ts';
import { addPolicyBody, findPolicyBody } from './store.ts';

const ms = z.number().int().min(0);
const share = z.number().min(0).max(1);
const count = z.number().int().min(1);

export const policySchema: z.ZodType<Policy> = z.strictObject({
  name: z.string().min(1),
  version: z.number().int().min(1),
  clock: z.strictObject({ toleranceMs: ms }),
  beat: z.strictObject({ minIntervalMs: ms, maxIntervalMs: ms }),
  session: z.strictObject({ silentMs: ms }),
  rate: z.strictObject({ firstViewingMax: z.number().positive(), slackMs: ms, driftShare: share }),
  seek: z.strictObject({ flagShare: share }),
  focus: z.strictObject({ required: z.boolean() }),
  background: z.strictObject({
    evidenceMs: ms,
    minFramesPerSecond: z.number().min(0),
    maxThrottledTicksPerSecond: z.number().min(0),
  }),
  offline: z.strictObject({ capMs: ms }),
  presence: z.strictObject({
    maxGapMs: ms,
    ticketOpens: z.boolean(),
    minPromptMs: ms,
    maxPromptMs: ms,
    windowMs: ms,
    lateMs: ms,
    retryMs: ms,
    minLatencyMs: ms,
    alertAfterMisses: count,
    mostWrong: count,
    guessesOfEight: count,
  }),
  forgery: z.strictObject({
    window: count,
    maxResidualMs: ms,
    roundStretches: count,
    maxDateDrift: share,
    refusals: count,
  }),
  alerts: z.strictObject({ repeatMs: ms }),
});

/** The bytes that name a policy: JSON with sorted keys and no blanks, so that equal policies have one name. */
export function policyBody(policy: Policy): string {
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
  /** Throws when there is none of this name, or its bytes are not what the name says. */
  load(hash: string): Promise<Policy>;
  /** Stores it, if it is new, and returns its name. */
  add(policy: Policy): Promise<string>;
}

export function createPolicies(db: Queryable): Policies {
  // Never stale: a name stands for bytes that cannot change.
  const known = new Map<string, Policy>();
  return {
    load: async (hash) => {
      const found = known.get(hash);
      if (found !== undefined) return found;
      const body = await findPolicyBody(db, hash);
      if (body === null) throw new Error(`no policy is stored as ${hash}`);
      if (policyHash(body) !== hash) throw new Error(`the policy stored as ${hash} was changed; restore its bytes`);
      const policy = freeze(policySchema.parse(JSON.parse(body)));
      known.set(hash, policy);
      return policy;
    },
    add: async (policy) => {
      const body = policyBody(policySchema.parse(policy));
      const hash = policyHash(body);
      await addPolicyBody(db, hash, body);
      return hash;
    },
  };
}

function freeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) freeze(inner);
  return Object.freeze(value);
}
