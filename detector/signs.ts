/** Groups of `Sign` bits that more than one rule reads. */
import { Sign } from './event.ts';

/** The page was made to lie about being seen. */
export const spoofSigns = Sign.ownVisibility | Sign.visibilityMismatch | Sign.canarySwallowed;
