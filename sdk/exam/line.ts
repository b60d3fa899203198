/**
 * Asks the server over HTTP. Guarantees: never throws; what came back is one of three: a value, a refusal with the
 * server's code and words, or nothing that the server said (`unheard`: no line, a portal, a server that restarts).
 */
import type { Words } from '../wire.ts';

export type Reply<T> =
  | { readonly kind: 'value'; readonly value: T; readonly sentAt: number; readonly heardAt: number }
  | { readonly kind: 'refused'; readonly code: string; readonly words: Words; readonly retryAfterMs: number | null }
  | { readonly kind: 'unheard' };

export interface Line {
  /** @param path below `/v1/exams/sittings` */
  ask<T>(path: string, body: object): Promise<Reply<T>>;
  /** For a page that goes: nothing is awaited. */
  leave(path: string, body: object): void;
}

/** A server answers within milliseconds; whoever waits longer than this has lost the line and not been told. */
const TIMEOUT_MS = 15_000;
/** `retry` of the server's table says "the same request may succeed later"; without a time of its own, this much. */
const RETRY_MS = 1_000;

interface ErrorBody {
  readonly error?: {
    readonly code?: string;
    readonly message?: string;
    readonly messageEn?: string;
    readonly retry?: boolean;
    readonly details?: { readonly retryAfterMs?: number };
  };
}

export function createLine(endpoint: string, now: () => number = () => performance.now()): Line {
  const post = (path: string, body: object, how: RequestInit): Promise<Response> =>
    fetch(`${endpoint}/v1/exams/sittings${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      credentials: 'omit',
      ...how,
    });

  return {
    async ask<T>(path: string, body: object): Promise<Reply<T>> {
      const sentAt = now();
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
      try {
        const response = await post(path, body, { signal: stop.signal });
        const said = (await response.json()) as T & ErrorBody;
        if (response.ok) return { kind: 'value', value: said, sentAt, heardAt: now() };
        const { code, message = '', messageEn = '', retry, details } = said.error ?? {};
        // A portal's answer is none of the server's, and its 5xx pass.
        if (code === undefined || (response.status >= 500 && retry !== false)) return { kind: 'unheard' };
        const retryAfterMs = retry ? (details?.retryAfterMs ?? RETRY_MS) : null;
        return { kind: 'refused', code, words: { zh: message, en: messageEn }, retryAfterMs };
      } catch {
        return { kind: 'unheard' };
      } finally {
        clearTimeout(timer);
      }
    },
    leave(path, body) {
      try {
        post(path, body, { keepalive: true }).catch(() => undefined);
      } catch {
        // The page goes; the next one saves what this one could not.
      }
    },
  };
}
