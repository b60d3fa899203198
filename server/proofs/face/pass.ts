/**
 * The pass of a page: it says that this session may do this one thing about a face until then. Guarantees:
 * made by whoever holds the master secret and nobody else; of no use for another session or purpose; checked
 * without asking the database.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { derive } from '../../secrets.ts';

/** `self`: consent, withdrawal, enrolment. `check:<id>`: the frames of that check, or to decline it. */
export type Purpose = 'self' | `check:${string}`;

export interface FacePasses {
  /** @example sign('session-1', 'self', 1_800_000_000_000) // 'mz3k….u0J3…' */
  sign(session: string, purpose: Purpose, untilMs: number): string;
  /** How long it still counts is of the pass itself. */
  verify(pass: string, session: string, purpose: Purpose): boolean;
}

export function createFacePasses(master: Buffer, now: () => number): FacePasses {
  const key = derive(master, 'face-pass');
  // No part can reach into the next one.
  const seal = (expiry: string, session: string, purpose: Purpose): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([expiry, session, purpose]))
      .digest('base64url');
  return {
    sign(session, purpose, untilMs) {
      const expiry = Math.ceil(untilMs).toString(36);
      return `${expiry}.${seal(expiry, session, purpose)}`;
    },
    verify(pass, session, purpose) {
      const [expiry = '', given = ''] = pass.split('.');
      const right = Buffer.from(seal(expiry, session, purpose));
      const told = Buffer.from(given);
      if (right.length !== told.length || !timingSafeEqual(right, told)) return false;
      return Number.parseInt(expiry, 36) >= now();
    },
  };
}
