/**
 * One request to `/v1/face/…`. Guarantees: sends nothing but what it is handed; a refusal is an Error that carries the
 * server's `code` and words for people; a line that is down is `disconnected`, and the same call may be made again.
 */
import type { FaceDecline, Words } from './wire.ts';

/** Why a call came to nothing. */
export interface FaceRefusal extends Error {
  readonly code: string;
  readonly words?: Words;
}

interface Said {
  readonly error?: { readonly code: string; readonly message: string; readonly messageEn: string };
}

const FRAMES_TYPE = 'application/x-face-frames';

/** @param url the server's origin and the path */
export async function faceCall<T>(url: string, pass?: string, body?: object | Uint8Array<ArrayBuffer>): Promise<T> {
  const isBytes = body instanceof Uint8Array;
  const response = await fetch(url, {
    method: body ? 'POST' : 'GET',
    credentials: 'omit',
    ...(pass && {
      headers: { authorization: `Bearer ${pass}`, 'content-type': isBytes ? FRAMES_TYPE : 'application/json' },
    }),
    ...(body && { body: isBytes ? body : JSON.stringify(body) }),
  }).catch(() => null);
  const said = (await response?.json().catch(() => null)) as (T & Said) | null | undefined;
  if (response?.ok && said) return said;
  const refused = said?.error;
  throw Object.assign(
    new Error(refused?.code ?? 'disconnected'),
    refused ? { code: refused.code, words: { zh: refused.message, en: refused.messageEn } } : { code: 'disconnected' },
  );
}

/** No camera, or not wanted: a question comes instead. */
export const declineCheck = (
  endpoint: string,
  session: string,
  { pass, prompt }: { readonly pass: string; readonly prompt: string },
  why: FaceDecline['why'],
): Promise<void> => faceCall(`${endpoint}/v1/face/decline`, pass, { session, check: prompt, why });
