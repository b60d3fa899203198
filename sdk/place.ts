/** Where the server is, and which browser this is. Never throws. */
import { toBase64url } from './seal.ts';

function originOf(url: string, base?: string): string | null {
  try {
    const { origin } = new URL(url, base);
    return origin === 'null' ? null : origin;
  } catch {
    return null;
  }
}

/** Set while a classic script runs for the first time, never later: read at load. */
const script = globalThis.document?.currentScript;
const loadedFrom = originOf(script instanceof HTMLScriptElement ? script.src : `${import.meta.url}`);

/** The origin to talk to: as given, else where this script came from, else the page's own. */
export function endpointOf(given: string | undefined): string {
  return (given && originOf(given, location.href)) || loadedFrom || location.origin;
}

const KEY = 'zhenxue.device';

/** A random name of this browser, kept in its storage. A claim: anyone may change it. */
export function deviceName(): string {
  const fresh = toBase64url(crypto.getRandomValues(new Uint8Array(16)));
  try {
    const kept = localStorage.getItem(KEY);
    if (kept && /^[A-Za-z0-9_-]{8,64}$/.test(kept)) return kept;
    localStorage.setItem(KEY, fresh);
  } catch {
    // Storage is blocked: this page is its own device.
  }
  return fresh;
}
