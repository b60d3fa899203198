/**
 * Logging. Guarantees: one JSON object a line; never a body, a query string, an
 * authorization header, a cookie or a citizen ID.
 */
import { type Logger, pino } from 'pino';

export type Log = Logger;

/** Keys that never reach a log, wherever they stand one or two levels deep. */
const secretKeys = ['authorization', 'cookie', 'password', 'ticket', 'token', 'apiKey', 'key', 'citizenId', 'name'];

export function createLog(level: 'debug' | 'info' | 'warn' | 'error' | 'silent' = 'info'): Log {
  return pino({
    level,
    base: null,
    timestamp: () => `,"at":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
  });
}

/** A path without its query: tickets and launch links travel there. */
export function withoutQuery(url: string): string {
  const mark = url.indexOf('?');
  return mark < 0 ? url : url.slice(0, mark);
}
