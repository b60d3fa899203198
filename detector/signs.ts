/** What more than one reader takes from a beat. */
import { type BeatClaim, Sign } from './event.ts';

/** The page was made to lie about being seen. */
export const spoofSigns = Sign.ownVisibility | Sign.visibilityMismatch | Sign.canarySwallowed;

/** The page is hidden as this beat ends. */
export function isHidden({ cause, page, span }: BeatClaim): boolean {
  return cause === 'hidden' || (cause !== 'visible' && span[1] > span[0] && page[0] === 0);
}
