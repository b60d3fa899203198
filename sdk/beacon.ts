/**
 * Delivery of beats without a socket: when the page closes, and of what earlier pages left.
 *
 * Guarantees: CORS-simple (text/plain, no preflight, no cookies needed) and below the
 * server's limit per request. Sending twice is harmless: `(session, seq)` is idempotent.
 */
import type { Beacon, SealedBeat } from './wire.ts';

const PATH = '/v1/learn/beacon';
/** The wire's limit is 60 KiB; beats are ASCII, so characters are bytes. */
const CHARACTERS_MAX = 60 * 1024 - 256;
const BEATS_MAX = 200;

/** The requests' texts, oldest beats first. */
export function beaconTexts(session: string, beats: readonly SealedBeat[]): readonly string[] {
  const texts: string[] = [];
  let batch: SealedBeat[] = [];
  let size = 0;
  const flush = (): void => {
    if (batch.length > 0) texts.push(JSON.stringify({ session, beats: batch } satisfies Beacon));
    batch = [];
    size = 0;
  };
  for (const beat of beats) {
    const length = JSON.stringify(beat).length + 1;
    if (batch.length >= BEATS_MAX || size + length > CHARACTERS_MAX) flush();
    batch.push(beat);
    size += length;
  }
  flush();
  return texts;
}

/** For a page that goes away: nothing is awaited. What the browser refuses stays in the store. */
export function sendOnClose(endpoint: string, session: string, beats: readonly SealedBeat[]): void {
  for (const text of beaconTexts(session, beats)) navigator.sendBeacon(endpoint + PATH, text);
}

/** Resolves to whether the server has said its last word on these beats: taken, or never to be. */
export async function deliver(endpoint: string, session: string, beats: readonly SealedBeat[]): Promise<boolean> {
  try {
    for (const text of beaconTexts(session, beats)) {
      // A string body goes as text/plain by itself.
      const answer = await fetch(endpoint + PATH, { method: 'POST', body: text, keepalive: true });
      if (answer.status === 429 || answer.status >= 500) return false;
    }
    return true;
  } catch {
    return false;
  }
}
