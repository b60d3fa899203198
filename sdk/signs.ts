/**
 * Facts about the page that contradict an untouched browser, as the bits of the wire's `Sign`.
 *
 * Guarantees: only looks; what it means is the server's business. A bit is in the beat of
 * every stretch in which it was seen.
 */
import { owns, read } from './natives.ts';
import type { Sign } from './wire.ts';

type Bit<K extends keyof typeof Sign> = (typeof Sign)[K];
/** The wire's own numbers; the types hold them equal. */
const OWN_VISIBILITY: Bit<'ownVisibility'> = 1;
const VISIBILITY_MISMATCH: Bit<'visibilityMismatch'> = 2;
const CANARY_SWALLOWED: Bit<'canarySwallowed'> = 4;
const OWN_MEDIA: Bit<'ownMedia'> = 8;
const WEBDRIVER: Bit<'webdriver'> = 16;
const OFF_SCREEN: Bit<'offScreen'> = 32;
const PROXIED_EVENT: Bit<'proxiedEvent'> = 64;

const visibilityNames = ['hidden', 'visibilityState', 'hasFocus'];
const mediaNames = ['playbackRate', 'currentTime', 'paused', 'pause', 'play'];
/** Where the page runs, not what was done to it: told, but no reason for a beat of its own. */
const SURROUNDINGS = WEBDRIVER | OFF_SCREEN;

export interface Signs {
  /** Takes one look; true when a contradiction shows that this session has not told yet. */
  look(witness: { readonly swallowed: boolean; readonly proxied: boolean; readonly visible: boolean }): boolean;
  take(): number;
}

function lies(): boolean {
  try {
    const hidden = read.hidden(document);
    return (
      document.hidden !== hidden ||
      (document.visibilityState !== 'visible') !== hidden ||
      document.hasFocus() !== read.focused(document)
    );
  } catch {
    return true;
  }
}

/** `availLeft`, `availTop`: where this screen lies among several. Not in every browser. */
type PlacedScreen = Screen & { readonly availLeft?: number; readonly availTop?: number };

function offScreen(): boolean {
  const { availLeft, availTop, availWidth, availHeight } = screen as PlacedScreen;
  const { screenX, screenY, outerWidth, outerHeight, innerWidth, innerHeight } = window;
  // Zooming out makes both insides larger than the outsides; only one of them is no zoom.
  if (outerHeight > 0 && outerHeight < innerHeight && outerWidth >= innerWidth) return true;
  if (availLeft === undefined || availTop === undefined || availWidth === 0) return false;
  return (
    screenX + outerWidth <= availLeft ||
    screenX >= availLeft + availWidth ||
    screenY + outerHeight <= availTop ||
    screenY >= availTop + availHeight
  );
}

export function createSigns(element: HTMLMediaElement): Signs {
  let bits = 0;
  let told = SURROUNDINGS;

  return {
    look({ swallowed, proxied, visible }) {
      if (owns(document, visibilityNames)) bits |= OWN_VISIBILITY;
      if (lies()) bits |= VISIBILITY_MISMATCH;
      if (swallowed) bits |= CANARY_SWALLOWED;
      if (owns(element, mediaNames)) bits |= OWN_MEDIA;
      if (read.webdriver(navigator) !== false || owns(navigator, ['webdriver'])) bits |= WEBDRIVER;
      if (visible && offScreen()) bits |= OFF_SCREEN;
      if (proxied) bits |= PROXIED_EVENT;
      const fresh = (bits & ~told) !== 0;
      told |= bits;
      return fresh;
    },
    take() {
      const taken = bits;
      bits = 0;
      return taken;
    },
  };
}
