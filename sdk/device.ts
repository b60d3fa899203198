/** Which browser this is, the same in lessons and in exams. Never throws. */
const KEY = 'zhenxue.device';

/** A random name of this browser, kept in its storage. A claim: anyone may change it. */
export function deviceOr(fresh: string): string {
  try {
    const kept = `${localStorage.getItem(KEY)}`;
    if (/^[\w-]{8,64}$/.test(kept)) return kept;
    localStorage.setItem(KEY, fresh);
  } catch {
    // Storage is blocked: this page is its own device.
  }
  return fresh;
}
