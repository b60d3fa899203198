/**
 * Which tree a leaf goes to: one origin a year, `<host>/attendance/<year>`.
 * A year ends at midnight in China, the calendar by which subsidies are paid.
 */

/** China keeps UTC+8 all year, without summer time since 1991. */
const SHANGHAI_OFFSET_MS = 8 * 60 * 60 * 1000;

/** @param nowMs ms since the epoch */
export function originAt(host: string, nowMs: number): string {
  return `${host}/attendance/${new Date(nowMs + SHANGHAI_OFFSET_MS).getUTCFullYear()}`;
}

/** The host that names this installation's trees: of its public address, or `localhost`. */
export function originHost(publicUrl: string | null): string {
  return publicUrl === null ? 'localhost' : new URL(publicUrl).host;
}
