/** Fields that several rooms read from a request: bounded, printable, parsed once. */
import { z } from 'zod';

/** An id as platforms choose them. Control characters are refused: Postgres stores no NUL. */
export const idField = z
  .string()
  .min(1)
  .max(128)
  .regex(/^\P{Cc}+$/u)
  // States are kept under such names: `constructor` would find what every object has.
  .refine((id) => !(id in {}), 'must not be a word that every object knows');

/** The last instant that ISO 8601 writes with four digits of year. */
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** An instant as ms since the epoch or as ISO 8601 with a zone; comes out as ms since the epoch. */
export const instantField = z
  .union([
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
    z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  ])
  .pipe(z.number().int().min(0).max(LATEST_MS));

/** @example isoOf(0) // '1970-01-01T00:00:00.000Z' */
export const isoOf = (ms: number): string => new Date(ms).toISOString();
