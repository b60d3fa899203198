/**
 * The login cookie, and whose page spends it. Browsers send cookies along with whatever any page
 * asks for, over HTTP and sockets alike: the cookie counts only where the page is known to be ours.
 */

export const COOKIE = 'zhenxue';

/** The token in a raw `Cookie` header; `null`: there is none. */
export function cookieToken(header: string | undefined): string | null {
  for (const part of header?.split(';') ?? []) {
    const [name, ...value] = part.trim().split('=');
    if (name === COOKIE) return value.join('=');
  }
  return null;
}

/**
 * Whether a page of this Origin is served by us.
 * @param host the request's Host header
 * @param publicUrl where browsers reach us, if that differs from the Host header
 */
export function isOurPage(origin: string, host: string | undefined, publicUrl: string | null): boolean {
  const from = hostOf(origin);
  return from !== null && (from === host || from === hostOf(publicUrl));
}

/** With the port; `null`: no address of a page, e.g. the Origin `null` of a sandboxed one. */
function hostOf(url: string | null): string | null {
  return url !== null && URL.canParse(url) ? new URL(url).host || null : null;
}
