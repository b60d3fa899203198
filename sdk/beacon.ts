/**
 * Delivery of beats without a socket: when the page closes, and of what earlier pages left.
 *
 * Guarantees: CORS-simple (text/plain, no preflight, no cookies needed) and below the
 * server's limit per request. Sending twice is harmless: `(session, seq)` is idempotent.
 * Only the server's own words count as its answer: a blocker or a portal may answer for it.
 */
import { write } from './body.ts';
import { fetch, beacon as push } from './natives.ts';
import type { SealedBeat } from './wire.ts';

const PATH = '/v1/learn/beacon';
/** The wire's limit is 60 KiB; beats are ASCII, so characters are bytes. */
const CHARACTERS_MAX = 60 * 1024 - 256;
const BEATS_MAX = 200;

/** The requests' texts, oldest beats first. */
export function beaconTexts(session: string, beats: readonly SealedBeat[]): readonly string[] {
  const texts: string[] = [];
  let batch = '';
  let count = 0;
  const flush = (): void => {
    if (count > 0) texts.push(`{"session":${write(session)},"beats":[${batch}]}`);
    batch = '';
    count = 0;
  };
  for (const { body, mac, queued } of beats) {
    const text = write({ body, mac, queued });
    if (count >= BEATS_MAX || batch.length + text.length >= CHARACTERS_MAX) flush();
    batch += (count++ ? ',' : '') + text;
  }
  flush();
  return texts;
}

/** False: the browser refuses, or an extension took the function away. True says only that it was queued. */
function beacon(endpoint: string, text: string): boolean {
  try {
    return push(endpoint + PATH, text);
  } catch {
    return false;
  }
}
/** A string body goes as text/plain by itself; `keepalive` lets it outlive the page. */
const post = (endpoint: string, body: string): Promise<Response> =>
  fetch(endpoint + PATH, { method: 'POST', body, keepalive: true });

/** For a page that goes away: nothing is awaited. What goes neither way stays in the store for the next page. */
export function sendOnClose(endpoint: string, session: string, beats: readonly SealedBeat[]): void {
  for (const text of beaconTexts(session, beats))
    if (!beacon(endpoint, text)) post(endpoint, text).catch(() => undefined);
}

/**
 * known: the server had these beats already, or will never take them · news: some came only now ·
 * later: it asked to wait, or something else answered · unsent: the request did not get out.
 */
export type Delivery = 'known' | 'news' | 'later' | 'unsent';

/** What the server answers: the beats it had not had before, or why it takes none. */
interface Said {
  readonly accepted?: number;
  readonly error?: unknown;
}

export async function deliver(endpoint: string, session: string, beats: readonly SealedBeat[]): Promise<Delivery> {
  let delivery: Delivery = 'known';
  for (const text of beaconTexts(session, beats)) {
    const answer = await post(endpoint, text).catch(() => null);
    if (!answer) {
      // The other way may be open; whether it was, the next page learns.
      beacon(endpoint, text);
      return 'unsent';
    }
    const said: Said | null = await answer.json().catch(() => null);
    if (answer.status === 429 || answer.status >= 500 || (said?.accepted ?? said?.error) === undefined) return 'later';
    if (said?.accepted) delivery = 'news';
  }
  return delivery;
}
