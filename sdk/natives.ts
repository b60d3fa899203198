/**
 * Pristine references to what the browser gave us, taken once when this script loads.
 *
 * Guarantees: a read through this module calls the prototype's own getter on the object,
 * so an own property that a page puts on `document` or on the media element afterwards
 * does not fool it (measured: `Document.prototype`'s getter still says hidden). What was
 * replaced before this script loaded cannot be undone here; the frames, the timers and
 * the browser's own visibility record contradict it instead.
 *
 * Loading is harmless where there is no browser (server-side rendering).
 */
const { apply } = Reflect;
const { getOwnPropertyDescriptor } = Object;
const root = globalThis;

type Reader<S extends object, V> = (self: S) => V;

function reader<S extends object, V>(prototype: object | undefined, name: string): Reader<S, V> {
  const get = prototype && getOwnPropertyDescriptor(prototype, name)?.get;
  return get ? (self) => apply(get, self, []) : (self) => Reflect.get(self, name) as V;
}

const doc = root.Document?.prototype;
const media = root.HTMLMediaElement?.prototype;
const videoPrototype = root.HTMLVideoElement?.prototype;
const hasFocus = doc?.hasFocus;
const requestVideoFrame = videoPrototype?.requestVideoFrameCallback;

/** Getters read from the prototype. Times are seconds, as the element has them. */
export const read = {
  hidden: reader<Document, boolean>(doc, 'hidden'),
  focused: (self: Document): boolean => (hasFocus ? apply(hasFocus, self, []) : self.hasFocus()),
  currentTime: reader<HTMLMediaElement, number>(media, 'currentTime'),
  playbackRate: reader<HTMLMediaElement, number>(media, 'playbackRate'),
  paused: reader<HTMLMediaElement, boolean>(media, 'paused'),
  ended: reader<HTMLMediaElement, boolean>(media, 'ended'),
  seeking: reader<HTMLMediaElement, boolean>(media, 'seeking'),
  readyState: reader<HTMLMediaElement, number>(media, 'readyState'),
  /** Throws on a Proxy around an event. */
  type: reader<Event, string>(root.Event?.prototype, 'type'),
  /** An own accessor of every event, not the prototype's: taken from one we made. Throws on a Proxy. */
  isTrusted: reader<Event, boolean>(root.Event && new Event('probe'), 'isTrusted'),
  webdriver: reader<Navigator, boolean | undefined>(root.Navigator?.prototype, 'webdriver'),
};

/** Whether the object itself carries one of these names: an untouched `document` or element carries none. */
export function owns(self: object, names: readonly string[]): boolean {
  return names.some((name) => getOwnPropertyDescriptor(self, name) !== undefined);
}

const clock = root.performance;
const perfNow = clock?.now;
/** The monotonic clock, ms. */
export const now = (): number => apply(perfNow, clock, []);

const { setInterval: every, clearInterval: stopEvery, setTimeout: after } = root;

/** Calls `then` once, after `ms`. */
export function later(ms: number, then: () => void): void {
  apply(after, root, [then, ms]);
}
/** Calls `then` each `ms`. Returns the unregistering. */
export function repeat(ms: number, then: () => void): () => void {
  const timer = apply(every, root, [then, ms]);
  return () => apply(stopEvery, root, [timer]);
}

export const frame = root.requestAnimationFrame?.bind(root);
/** Asks for the next presented video frame; `false` where the element has none. */
export function videoFrame(element: HTMLMediaElement, then: () => void): boolean {
  if (!requestVideoFrame || !('videoWidth' in element)) return false;
  apply(requestVideoFrame, element, [then]);
  return true;
}

/** Beats are text; a page that replaces `JSON` later does not get to edit them. */
export const stringify = JSON.stringify;

const target = root.EventTarget?.prototype;
const add = target?.addEventListener;
const remove = target?.removeEventListener;
const how = { capture: true, passive: true };

/** Listens first and passively: the page's own handling is never changed. Returns the unregistering. */
export function listen(on: EventTarget, types: readonly string[], handler: (event: Event) => void): () => void {
  for (const type of types) apply(add, on, [type, handler, how]);
  return () => {
    for (const type of types) apply(remove, on, [type, handler, how]);
  };
}
