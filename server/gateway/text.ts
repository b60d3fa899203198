/**
 * Text from outside that may reach Postgres. Guarantees: no control character (Postgres knows no
 * NUL) and no half of a surrogate pair (no UTF-8 for it, and `jsonb` refuses the whole statement).
 */
import { z } from 'zod';

const STORABLE = /^[^\p{Cc}\p{Cs}]+$/u;

export function isStorable(text: string): boolean {
  return STORABLE.test(text);
}

/** A name that a platform gave. */
export const outerId = z.string().regex(/^[^\p{Cc}\p{Cs}]{1,128}$/u);
