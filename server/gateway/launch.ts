/**
 * Launch links: what the demo's and a keyless platform's player page is opened with. Guarantees:
 * a link is not a ticket and opens nothing by itself; the page trades it for a fresh ticket each
 * time it loads, so reloading a lesson works and a spent ticket stays spent.
 */
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { fail } from '../errors.ts';
import { deriveKey } from '../secrets.ts';
import type { TicketScope } from './tickets.ts';

/** A working day with a lunch break; a platform mints a new link for the next. */
export const LAUNCH_SECONDS = 12 * 3600;
const AUDIENCE = 'zhenxue-launch';

export interface Launches {
  /** @param seconds how long the link works. */
  sign(scope: TicketScope, seconds?: number): string;
  /** Throws `ticketInvalid` or `ticketExpired`. */
  verify(launch: string): TicketScope;
}

const claimsSchema = z.object({
  iss: z.string(),
  sub: z.string(),
  class: z.string(),
  lesson: z.string(),
  assistive: z.boolean().optional(),
});

export function createLaunches({ master, now }: { readonly master: Buffer; readonly now: () => number }): Launches {
  const key = deriveKey(master, 'launch-jwt');
  return {
    sign({ platformId, traineeId, classId, lessonId, assistive = false }, seconds = LAUNCH_SECONDS) {
      const iat = Math.floor(now() / 1000);
      return jwt.sign({ class: classId, lesson: lessonId, iat, ...(assistive ? { assistive } : {}) }, key, {
        algorithm: 'HS256',
        issuer: platformId,
        subject: traineeId,
        audience: AUDIENCE,
        expiresIn: seconds,
      });
    },
    verify(launch) {
      try {
        const claims = claimsSchema.parse(
          jwt.verify(launch, key, {
            algorithms: ['HS256'],
            audience: AUDIENCE,
            clockTimestamp: Math.floor(now() / 1000),
          }),
        );
        const { iss, sub, class: classId, lesson, assistive } = claims;
        const scope = { platformId: iss, traineeId: sub, classId, lessonId: lesson };
        return assistive === undefined ? scope : { ...scope, assistive };
      } catch (error) {
        return fail(error instanceof jwt.TokenExpiredError ? 'ticketExpired' : 'ticketInvalid');
      }
    },
  };
}
