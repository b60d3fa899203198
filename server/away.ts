/**
 * Which failures say that the database is away or takes nothing: not what was asked is at fault,
 * and the same request may succeed in a moment. Everything that turns a failure into an answer
 * asks here, so that all of them say the same.
 */
import { AppError } from './errors.ts';

/** Codes of connections that did not come about, or broke. */
export const UNREACHED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EPIPE',
]);
/** Codes of host names that nobody resolves. */
export const NO_NAME: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL']);

/** What `pg` says, without a code, of a connection that could not be had or was lost. */
const LOST =
  /timeout exceeded when trying to connect|^Connection terminated|is not queryable|after calling end on the pool/;

/**
 * SQLSTATE: 08 the connection; 28 the login; 3D no such database; 53 no disk, no memory, no connection
 * left; 57P stopping, crashed or starting; 58 the system below it; 25006 it only reads.
 */
const REFUSING = /^(08|28|3D|53|57P|58|25006)/;

/** A host with several addresses fails once for each: the first speaks for all. */
export function firstFault(error: unknown): (Error & { readonly code?: unknown }) | null {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0];
  return error instanceof Error ? error : null;
}

export function isDatabaseAway(error: unknown): boolean {
  const fault = firstFault(error);
  if (fault === null) return false;
  const code = typeof fault.code === 'string' ? fault.code : '';
  return UNREACHED.has(code) || NO_NAME.has(code) || REFUSING.test(code) || LOST.test(fault.message);
}

/** The failure in the error table's words: what nobody foresaw is `internal`. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError(isDatabaseAway(error) ? 'unavailable' : 'internal');
}
