/**
 * The pass of a lesson's media: it says that this session may fetch this lesson until then. Guarantees: made
 * by whoever holds the master secret and nobody else, of no use for another session or lesson, and checked
 * without asking the database.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { derive } from '../secrets.ts';

/** A working day with a lunch break, as a launch link: what plays on then is asked to open anew. */
const PASS_MS = 12 * 3_600_000;

export interface Passes {
  /** @example 'm0p8c2yo.u0J3…' */
  sign(session: string, lesson: string): string;
  verify(pass: string, session: string, lesson: string): boolean;
}

export function createPasses({ master, now }: { readonly master: Buffer; readonly now: () => number }): Passes {
  const key = derive(master, 'media-pass');
  const seal = (expiry: string, session: string, lesson: string): string =>
    createHmac('sha256', key)
      // No part can reach into the next one.
      .update(JSON.stringify([expiry, session, lesson]))
      .digest('base64url');
  return {
    sign(session, lesson) {
      const expiry = (now() + PASS_MS).toString(36);
      return `${expiry}.${seal(expiry, session, lesson)}`;
    },
    verify(pass, session, lesson) {
      const [expiry = '', given = ''] = pass.split('.');
      const right = Buffer.from(seal(expiry, session, lesson));
      const told = Buffer.from(given);
      if (right.length !== told.length || !timingSafeEqual(right, told)) return false;
      return Number.parseInt(expiry, 36) > now();
    },
  };
}
