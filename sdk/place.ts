/** Where the server and this script are, and which browser this is. Never throws. */
import { deviceOr } from './device.ts';
import { sourceOf } from './natives.ts';
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
const script = globalThis.document?.currentScript as HTMLScriptElement | null | undefined;
const url = script?.src ?? `${import.meta.url}`;
const loadedFrom = originOf(url);

/** This whole script as a function: `build.ts` wraps it so. Undefined where a platform bundles our sources itself. */
declare const zhenxueScript: unknown;

const { Blob, URL: Url } = globalThis;
/** Made once a page; it is as large as this script. */
let made: string | undefined;

/**
 * This script for a Worker, in the order to try: made of its own text, which needs no network and is never of
 * another version; from where it was loaded, for a policy that forbids the first.
 */
export function workerScripts(): [url: string, type: WorkerType][] {
  if (typeof zhenxueScript !== 'function') return [];
  const ways: [string, WorkerType][] = [];
  try {
    made ??= Url.createObjectURL(new Blob([`(${sourceOf(zhenxueScript)})()`], { type: 'text/javascript' }));
    ways.push([made, 'classic']);
  } catch {
    // A blocker's.
  }
  if (loadedFrom === location.origin) ways.push([url, script ? 'classic' : 'module']);
  return ways;
}

/** The origin to talk to: as given, else where this script came from, else the page's own. */
export function endpointOf(given: string | undefined): string {
  return (given && originOf(given, location.href)) || loadedFrom || location.origin;
}

/** @see deviceOr */
export const deviceName = (): string => deviceOr(toBase64url(crypto.getRandomValues(new Uint8Array(16))));
