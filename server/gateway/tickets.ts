/**
 * Tickets: short-lived signed words "this trainee, this class, this lesson".
 *
 * Guarantees: a ticket is believed only under a key that its `kid` names in a closed set (the
 * server's own, or a registered key of the very platform in `iss`) and with the algorithm that
 * belongs to that key; the ticket's own `alg` decides nothing. It lives at most ten minutes and
 * carries an id, so that it can be spent once. Every way of being wrong gives the same code,
 * except being late.
 */
import { createPublicKey, type KeyObject, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import type { SessionKind } from '../../detector/index.ts';
import { fail } from '../errors.ts';
import { deriveKey } from '../secrets.ts';
import type { FindPlatformKey } from './contract.ts';
import { outerId } from './text.ts';

export const TICKET_AUDIENCE = 'zhenxue-learn';
/** A page loads and opens within seconds; ten minutes bear a slow network and a skewed clock. */
export const TICKET_SECONDS_MAX = 600;
/** What the server mints is used by the page that asks for it. */
const SERVER_TICKET_SECONDS = 300;
/** How far a platform's clock may run ahead. */
const SKEW_SECONDS = 60;
/** The server's own key. No platform key is ever looked up under this name. */
const SERVER_KID = 'server';

export interface TicketScope {
  readonly platformId: string;
  readonly traineeId: string;
  readonly classId: string;
  readonly lessonId: string;
  /** The platform says that this trainee uses assistive technology: it is asked in words, not in images. Default: no. */
  readonly assistive?: boolean | undefined;
}

/** Who may sit which exam. */
export interface ExamScope {
  readonly platformId: string;
  readonly traineeId: string;
  readonly classId: string;
  readonly examId: string;
}

interface Spendable {
  readonly jti: string;
  /** What it opens a session of. A ticket names a lesson or an exam, never both. */
  readonly of: SessionKind;
  /** ms since the epoch. */
  readonly expiresMs: number;
}

export interface Ticket extends TicketScope, Spendable {
  readonly assistive: boolean;
  readonly of: 'lesson';
}

export interface ExamTicket extends ExamScope, Spendable {
  readonly of: 'exam';
}

export interface Tickets {
  /** Throws `ticketInvalid` or `ticketExpired`. Does not spend it. */
  verify(ticket: string): Promise<Ticket>;
  mint(scope: TicketScope): string;
  /** Of a ticket for an exam; one for a lesson is `ticketInvalid` here, and the other way round. */
  verifyExam(ticket: string): Promise<ExamTicket>;
  mintExam(scope: ExamScope): string;
}

const headerSchema = z.object({
  kid: outerId,
  alg: z.string(),
  // An extension that must be understood, and is not (RFC 7515 §4.1.11).
  crit: z.undefined().optional(),
});
const common = {
  iss: outerId,
  sub: outerId,
  class: outerId,
  jti: outerId.min(8).max(64),
  iat: z.number().int().optional(),
  exp: z.number().int(),
};
const claimsSchema = z.object({
  ...common,
  lesson: outerId,
  exam: z.undefined().optional(),
  assistive: z.boolean().optional(),
});
const examClaimsSchema = z.object({ ...common, exam: outerId, lesson: z.undefined().optional() });

type VerifyingKey = { readonly key: Buffer | KeyObject; readonly alg: 'HS256' | 'ES256' | 'RS256' };

interface TicketDeps {
  readonly master: Buffer;
  readonly platformKey: FindPlatformKey;
  /** ms since the epoch. */
  readonly now: () => number;
}

export function createTickets({ master, platformKey, now }: TicketDeps): Tickets {
  const serverKey = deriveKey(master, 'ticket-jwt');
  const readPem = createPemReader();

  async function keyOf(kid: string, issuer: string): Promise<VerifyingKey> {
    if (kid === SERVER_KID) return { key: serverKey, alg: 'HS256' };
    const row = (await platformKey(issuer, kid)) ?? fail('ticketInvalid');
    return { key: readPem(row.publicPem), alg: row.alg };
  }

  /** The claims of a ticket that its key proves, if they have this form. */
  async function proven<C extends { iat?: number | undefined; exp: number }>(
    ticket: string,
    schema: z.ZodType<C>,
  ): Promise<C> {
    const decoded = decode(ticket);
    const { key, alg } = await keyOf(decoded.kid, decoded.iss);
    const nowSeconds = Math.floor(now() / 1000);
    const claims = schema.safeParse(verifyWith(ticket, key, alg, decoded.iss, nowSeconds));
    if (!claims.success) return fail('ticketInvalid');
    const { iat, exp } = claims.data;
    if (exp > nowSeconds + TICKET_SECONDS_MAX) return fail('ticketInvalid', { why: 'expiresTooLate' });
    if (iat !== undefined && iat > nowSeconds + SKEW_SECONDS) return fail('ticketInvalid', { why: 'issuedInFuture' });
    return claims.data;
  }

  function sign(platformId: string, traineeId: string, claims: object): string {
    return jwt.sign({ ...claims, iat: Math.floor(now() / 1000) }, serverKey, {
      algorithm: 'HS256',
      keyid: SERVER_KID,
      issuer: platformId,
      subject: traineeId,
      audience: TICKET_AUDIENCE,
      jwtid: randomUUID(),
      expiresIn: SERVER_TICKET_SECONDS,
    });
  }

  return {
    async verify(ticket) {
      const { iss, sub, class: classId, lesson, jti, exp, assistive = false } = await proven(ticket, claimsSchema);
      const scope = { platformId: iss, traineeId: sub, classId, lessonId: lesson, assistive };
      return { ...scope, jti, of: 'lesson', expiresMs: exp * 1000 };
    },

    mint({ platformId, traineeId, classId, lessonId, assistive = false }) {
      return sign(platformId, traineeId, { class: classId, lesson: lessonId, ...(assistive ? { assistive } : {}) });
    },

    async verifyExam(ticket) {
      const { iss, sub, class: classId, exam, jti, exp } = await proven(ticket, examClaimsSchema);
      const scope = { platformId: iss, traineeId: sub, classId, examId: exam };
      return { ...scope, jti, of: 'exam', expiresMs: exp * 1000 };
    },

    mintExam({ platformId, traineeId, classId, examId }) {
      return sign(platformId, traineeId, { class: classId, exam: examId });
    },
  };
}

/** The key's and the platform's name, unproven: they only choose which key must prove them. */
function decode(ticket: string): { readonly kid: string; readonly iss: string } {
  let decoded: unknown;
  try {
    decoded = jwt.decode(ticket, { complete: true });
  } catch {
    return fail('ticketInvalid');
  }
  const shape = z.object({ header: headerSchema, payload: z.object({ iss: outerId }) }).safeParse(decoded);
  if (!shape.success) return fail('ticketInvalid');
  return { kid: shape.data.header.kid, iss: shape.data.payload.iss };
}

function verifyWith(
  ticket: string,
  key: Buffer | KeyObject,
  alg: VerifyingKey['alg'],
  issuer: string,
  nowSeconds: number,
): unknown {
  try {
    return jwt.verify(ticket, key, {
      algorithms: [alg],
      audience: TICKET_AUDIENCE,
      issuer,
      clockTimestamp: nowSeconds,
    });
  } catch (error) {
    return fail(error instanceof jwt.TokenExpiredError ? 'ticketExpired' : 'ticketInvalid');
  }
}

/** Parsing a PEM costs more than the signature check; a platform has a handful of keys. */
function createPemReader(max = 256): (pem: string) => KeyObject {
  const read = new Map<string, KeyObject>();
  return (pem) => {
    const known = read.get(pem);
    if (known !== undefined) return known;
    if (read.size >= max) read.clear();
    const key = createPublicKey(pem);
    read.set(pem, key);
    return key;
  };
}
