/**
 * Launch links: what the demo's and a keyless platform's player page is opened with. Guarantees:
 * a link is not a ticket and opens nothing by itself; the page trades it for a fresh ticket each
 * time it loads, so reloading a lesson works and a spent ticket stays spent.
 */
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { fail } from '../errors.ts';
import { deriveKey } from '../secrets.ts';
import type { ExamScope, TicketScope } from './tickets.ts';

/** A working day with a lunch break; a platform mints a new link for the next. */
export const LAUNCH_SECONDS = 12 * 3600;
const AUDIENCE = 'zhenxue-launch';

export interface Launches {
  /** @param seconds how long the link works. */
  sign(scope: TicketScope, seconds?: number): string;
  /** Throws `ticketInvalid` or `ticketExpired`. */
  verify(launch: string): TicketScope;
  /** The same for an exam: a link to one is none to the other. */
  signExam(scope: ExamScope, seconds?: number): string;
  verifyExam(launch: string): ExamScope;
}

const common = { iss: z.string(), sub: z.string(), class: z.string() };
const claimsSchema = z.object({ ...common, lesson: z.string(), assistive: z.boolean().optional() });
const examClaimsSchema = z.object({ ...common, exam: z.string() });

export function createLaunches({ master, now }: { readonly master: Buffer; readonly now: () => number }): Launches {
  const key = deriveKey(master, 'launch-jwt');
  function signed(platformId: string, traineeId: string, claims: object, seconds: number): string {
    return jwt.sign({ ...claims, iat: Math.floor(now() / 1000) }, key, {
      algorithm: 'HS256',
      issuer: platformId,
      subject: traineeId,
      audience: AUDIENCE,
      expiresIn: seconds,
    });
  }

  function proven<C>(launch: string, schema: z.ZodType<C>): C {
    try {
      return schema.parse(
        jwt.verify(launch, key, {
          algorithms: ['HS256'],
          audience: AUDIENCE,
          clockTimestamp: Math.floor(now() / 1000),
        }),
      );
    } catch (error) {
      return fail(error instanceof jwt.TokenExpiredError ? 'ticketExpired' : 'ticketInvalid');
    }
  }

  return {
    sign({ platformId, traineeId, classId, lessonId, assistive = false }, seconds = LAUNCH_SECONDS) {
      const claims = { class: classId, lesson: lessonId, ...(assistive ? { assistive } : {}) };
      return signed(platformId, traineeId, claims, seconds);
    },
    verify(launch) {
      const { iss, sub, class: classId, lesson, assistive } = proven(launch, claimsSchema);
      const scope = { platformId: iss, traineeId: sub, classId, lessonId: lesson };
      return assistive === undefined ? scope : { ...scope, assistive };
    },
    signExam({ platformId, traineeId, classId, examId }, seconds = LAUNCH_SECONDS) {
      return signed(platformId, traineeId, { class: classId, exam: examId }, seconds);
    },
    verifyExam(launch) {
      const { iss, sub, class: classId, exam } = proven(launch, examClaimsSchema);
      return { platformId: iss, traineeId: sub, classId, examId: exam };
    },
  };
}
