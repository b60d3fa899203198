/**
 * Whether the picture can be seen, measured as advertising measures it: how much of the element is in view
 * through all frames and windows (IntersectionObserver), whether it is drawn, lets light through, is larger than a
 * thumbnail, and what lies above it at nine points.
 *
 * Guarantees: only looks, at most twice a second; a fullscreen element and one in picture-in-picture are seen; what
 * is transparent, small, or cannot be told (layers that take no clicks, images, canvases) covers nothing. Time in
 * which the page is hidden is not counted here.
 */
import type { Beat, Unseen } from './wire.ts';

type Bit<K extends keyof typeof Unseen> = (typeof Unseen)[K];
/** The wire's own numbers; the types hold them equal. */
const DETACHED: Bit<'detached'> = 1;
const NOT_DRAWN: Bit<'notDrawn'> = 2;
const TRANSPARENT: Bit<'transparent'> = 4;
const CLIPPED: Bit<'clipped'> = 8;
const TINY: Bit<'tiny'> = 16;
const COVERED: Bit<'covered'> = 32;
const NO_PICTURE: Bit<'noPicture'> = 64;
const UNVOUCHED: Bit<'unvouched'> = 128;
const UNSEEN = DETACHED | NOT_DRAWN | TRANSPARENT | CLIPPED | TINY | COVERED;

export interface ViewWatch {
  /** Accounts for the time since the last look; `visible`: the page is. */
  look(at: number, visible: boolean): void;
  /** Since the last take. */
  take(): NonNullable<Beat['view']>;
  stop(): void;
}

/** Layout is asked for: twice a second is enough, and no phone feels it. */
const MEASURE_APART_MS = 500;
/** The share that advertising asks of a large advertisement; a lesson scrolled half away is well above. */
const IN_VIEW = 0.3;
/** CSS pixels. A video that follows the reader in a corner is about 160 × 90. */
const THUMBNAIL = { width: 100, height: 56 };
const LETS_THROUGH = 0.25;
/** What lets less than this through hides what is below. */
const OPAQUE = 0.9;
const POINTS = [1 / 6, 1 / 2, 5 / 6];
/** Of nine points: a question in the middle, a menu or a comment leaves more than this. */
const MOST_COVERED = 6;

type Root = Document | ShadowRoot;
/** Safari's own names for fullscreen and picture-in-picture. */
type AppleVideo = HTMLVideoElement & { readonly webkitPresentationMode?: string };
/** Not in every browser: whether it vouches that nothing covers or alters the target. */
type VouchedEntry = IntersectionObserverEntry & { readonly isVisible?: boolean };
interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const areaOf = ({ width, height }: { width: number; height: number }): number => width * height;

function inWindow({ left, top, right, bottom }: DOMRect, { innerWidth, innerHeight }: Window): Box {
  const [x, y] = [Math.max(0, left), Math.max(0, top)];
  const width = Math.max(0, Math.min(right, innerWidth) - x);
  const height = Math.max(0, Math.min(bottom, innerHeight) - y);
  return { left: x, top: y, width, height };
}

const isTiny = ({ width, height }: { width: number; height: number }): boolean =>
  width < THUMBNAIL.width || height < THUMBNAIL.height;

/** What an element stands in, through slots, shadow roots and frames of this origin. */
function aroundOf(node: Element): Element | null {
  const root = node.getRootNode() as Partial<ShadowRoot>;
  return node.assignedSlot ?? node.parentElement ?? root.host ?? node.ownerDocument.defaultView?.frameElement ?? null;
}

/** Its opacity times that of all it stands in. */
function opacityOf(element: Element): number {
  let opacity = 1;
  for (let node: Element | null = element; node; node = aroundOf(node))
    opacity *= Number(getComputedStyle(node).opacity);
  return opacity;
}

/** The frames of this origin that it stands in. */
function framesAround(element: Element): Element[] {
  const found: Element[] = [];
  for (let frame = element.ownerDocument.defaultView?.frameElement; frame; ) {
    found.push(frame);
    frame = frame.ownerDocument.defaultView?.frameElement;
  }
  return found;
}

const isDrawn = (element: Element): boolean =>
  areaOf(element.getBoundingClientRect()) > 0 &&
  getComputedStyle(element).visibility === 'visible' &&
  element.checkVisibility?.() !== false;

/** A browser shows it by itself, wherever the page has it. */
function standsApart(element: HTMLMediaElement): boolean {
  const mode = (element as AppleVideo).webkitPresentationMode;
  if (mode !== undefined && mode !== 'inline') return true;
  return ([element.ownerDocument, element.getRootNode()] as Partial<Root>[]).some(
    (root) => root.pictureInPictureElement === element || root.fullscreenElement === element,
  );
}

/** The last part of a computed colour that has one: `rgba(0, 0, 0, 0.5)`, `color(srgb 0 0 0 / 0.5)`. */
function alphaOf(color: string): number {
  const found = /^rgba\(.*,\s*([\d.]+)\)$|\/\s*([\d.]+%?)\)$/.exec(color);
  return found ? Number(found[1] ?? found[2]) : 1;
}

function hidesWhatIsBelow(layer: Element, x: number, y: number): boolean {
  const { left, right, top, bottom } = layer.getBoundingClientRect();
  // A dialog's backdrop is hit outside its box.
  if (x < left || x > right || y < top || y > bottom) return false;
  const paints = layer.tagName === 'VIDEO' || alphaOf(getComputedStyle(layer).backgroundColor) >= OPAQUE;
  return paints && opacityOf(layer) >= OPAQUE;
}

function isCoveredAt(element: Element, roots: ReadonlySet<Root>, x: number, y: number): boolean {
  for (const root of roots)
    for (const layer of root.elementsFromPoint(x, y)) {
      if (layer.contains(element) || layer.shadowRoot?.contains(element) || element.contains(layer)) break;
      if (hidesWhatIsBelow(layer, x, y)) return true;
    }
  return false;
}

function isCovered(element: Element): boolean {
  const view = element.ownerDocument.defaultView;
  if (!view) return false;
  const { left, top, width, height } = inWindow(element.getBoundingClientRect(), view);
  // Where it takes no clicks itself nobody can say what lies above it and what below.
  if (getComputedStyle(element).pointerEvents === 'none') return false;
  const roots = new Set([element.ownerDocument, element.getRootNode() as Root]);
  const covered = POINTS.flatMap((x) => POINTS.map((y) => [left + x * width, top + y * height] as const)).filter(
    ([x, y]) => isCoveredAt(element, roots, x, y),
  );
  return covered.length >= MOST_COVERED;
}

export function watchView(element: HTMLMediaElement): ViewWatch {
  let entry: VouchedEntry | null = null;
  let lookedAt = Number.NaN;
  let measuredAt = Number.NEGATIVE_INFINITY;
  let percent = 0;
  let now = 0;
  let unseenMs = 0;
  let met = 0;

  const observer = globalThis.IntersectionObserver
    ? new IntersectionObserver(
        (entries) => {
          entry = entries[entries.length - 1] ?? entry;
        },
        // The browser refuses to vouch more often than each 100 ms; those that never vouch ignore it.
        { threshold: [...Array(11).keys()].map((n) => n / 10), trackVisibility: true, delay: 100 } as object,
      )
    : null;
  observer?.observe(element);

  function measure(): readonly [percent: number, bits: number] {
    const video = element as HTMLVideoElement;
    // Its size is known with its metadata.
    if (!('videoWidth' in video) || (video.readyState > 0 && video.videoWidth === 0)) return [0, NO_PICTURE];
    if (!element.isConnected) return [0, DETACHED];
    if (standsApart(element)) return [100, 0];
    const view = element.ownerDocument.defaultView;
    const frames = framesAround(element);
    const noRoom = !view || areaOf({ width: view.innerWidth, height: view.innerHeight }) === 0;
    if (noRoom || ![element, ...frames].every(isDrawn)) return [0, NOT_DRAWN];

    const box = element.getBoundingClientRect();
    const here = inWindow(box, view);
    // The observer sees through all frames, the window's own edges are known at once: the smaller holds.
    const through = entry?.intersectionRect;
    const part = through && areaOf(through) < areaOf(here) ? through : here;
    const share = Math.min(1, areaOf(part) / areaOf(box));
    const fills = areaOf(part) / areaOf({ width: view.innerWidth, height: view.innerHeight });
    let bits = 0;
    if (share < IN_VIEW && fills < IN_VIEW) bits |= CLIPPED;
    if (isTiny(part) || frames.some((frame) => isTiny(frame.getBoundingClientRect()))) bits |= TINY;
    if (opacityOf(element) < LETS_THROUGH) bits |= TRANSPARENT;
    if (entry?.isVisible === false) bits |= UNVOUCHED;
    // What the browser vouches for needs no second look.
    if (!entry?.isVisible && [element, ...frames].some(isCovered)) bits |= COVERED;
    return [Math.round(share * 100), bits];
  }

  return {
    look(at, visible) {
      const elapsed = at - lookedAt;
      lookedAt = at;
      if (!visible) return;
      if (elapsed > 0 && now & UNSEEN) unseenMs += elapsed;
      if (at - measuredAt < MEASURE_APART_MS) return;
      measuredAt = at;
      [percent, now] = measure();
      met |= now;
    },
    take() {
      const taken: [number, number, number] = [Math.round(unseenMs), percent, met];
      unseenMs = 0;
      met = now;
      return taken;
    },
    stop: () => observer?.disconnect(),
  };
}
