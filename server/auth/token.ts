/**
 * People tokens. Guarantees: HS256 and nothing else, with a key of their own, for 12 hours,
 * for this issuer and audience; a platform's ticket or a launch link never passes for one.
 */
import type { KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { fail } from '../errors.ts';
import type { Principal } from './principal.ts';

/** A working day, so that nobody logs in twice in one. */
export const TOKEN_SECONDS = 12 * 60 * 60;
const ISSUER = 'zhenxue';
const AUDIENCE = 'zhenxue:people';

const claimsSchema = z.object({
  principal: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('platform'), platformId: z.string().min(1) }),
    z.strictObject({
      kind: z.literal('person'),
      personId: z.string().min(1),
      username: z.string().min(1),
      role: z.enum(['monitor', 'reviewer']),
      region: z.string(),
    }),
    z.strictObject({ kind: z.literal('trainee'), traineeId: z.string().min(1), platformId: z.string().min(1) }),
  ]),
});

export interface Tokens {
  sign(principal: Principal, personId: string): string;
  /** Throws `unauthenticated`. */
  verify(token: string): Principal;
}

/** @param key derived with the label 'people-jwt'. */
export function createTokens(key: KeyObject): Tokens {
  return {
    sign: (principal, personId) =>
      jwt.sign({ principal }, key, {
        algorithm: 'HS256',
        subject: personId,
        issuer: ISSUER,
        audience: AUDIENCE,
        expiresIn: TOKEN_SECONDS,
      }),
    verify: (token) => {
      let claims: unknown;
      try {
        claims = jwt.verify(token, key, { algorithms: ['HS256'], issuer: ISSUER, audience: AUDIENCE });
      } catch {
        fail('unauthenticated');
      }
      const parsed = claimsSchema.safeParse(claims);
      if (!parsed.success) fail('unauthenticated');
      return parsed.data.principal;
    },
  };
}
