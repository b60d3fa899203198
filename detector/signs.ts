/** What more than one reader takes from a beat. */
import { type BeatClaim, Sign } from './event.ts';

/** The page was made to lie about being seen. */
export const spoofSigns = Sign.ownVisibility | Sign.visibilityMismatch | Sign.canarySwallowed;

/**
 * How long the page was hidden: as it saw by itself, and, where it says that it went hidden, as the browser
 * recorded. A thread that was blocked sees late that its page was hidden.
 */
export function hiddenMsOf({ cause, page: [visibleMs, , recordedMs], span }: BeatClaim): number {
  return Math.max(0, span[1] - span[0] - visibleMs, cause === 'hidden' ? recordedMs : 0);
}

/** The page is hidden as this beat ends. */
export function isHidden({ cause, page, span }: BeatClaim): boolean {
  return cause === 'hidden' || (cause !== 'visible' && span[1] > span[0] && page[0] === 0);
}
