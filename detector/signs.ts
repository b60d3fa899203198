/** What more than one reader takes from a beat. */
import { type BeatClaim, Sign } from './event.ts';

export { Sign, Unseen } from './event.ts';

/** The page was made to lie about being seen. */
export const spoofSigns = Sign.ownVisibility | Sign.visibilityMismatch | Sign.canarySwallowed;

/**
 * How long the page was hidden: as it saw by itself, and by the browser's own record what a thread that was
 * blocked could not see.
 */
export function hiddenMsOf({ page: [visibleMs, , recordedMs], busy = 0, span }: BeatClaim): number {
  const seen = Math.max(0, span[1] - span[0] - visibleMs);
  return Math.max(seen, Math.min(recordedMs, seen + busy));
}

/** The page is hidden as this beat ends. */
export function isHidden({ cause, page, span }: BeatClaim): boolean {
  return cause === 'hidden' || (cause !== 'visible' && span[1] > span[0] && page[0] === 0);
}

/** Play with a sign that stands, so far, up to `capMs`; 0 once it plays without. A pause changes nothing. */
export function standing(ms: number, stands: boolean, played: number, capMs: number): number {
  if (played === 0) return ms;
  return stands ? Math.min(capMs, ms + played) : 0;
}
