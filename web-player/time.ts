/** Durations for people: whole seconds, rounded down, so nothing is shown before it is earned. */

/** Less than this is shown as 0:00, so nothing is said of it either. */
export const shownFromMs = 1000;

/** @example clock(83_000) === '1:23', clock(3_683_000) === '1:01:23' */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const tail = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}

/** The same duration for `<time datetime>`: ISO 8601, whole seconds. */
export function isoDuration(ms: number): string {
  return `PT${Math.max(0, Math.floor(ms / 1000))}S`;
}
