/** Where the server and this module are, and what language is spoken here. Never throws. */
import type { Language } from './surface.ts';

/** @example hexOf(new Uint8Array([1, 255])) // '01ff' */
export const hexOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

export function languageOf(element: HTMLElement): Language {
  const named = element.closest('[lang]')?.getAttribute('lang') ?? '';
  return /^en\b/i.test(named) ? 'en' : 'zh-CN';
}

/** The origin to talk to: as given, else where this module came from. */
export function endpointOf(given: string | undefined): string {
  try {
    return new URL(given ?? import.meta.url, location.href).origin;
  } catch {
    return location.origin;
  }
}
