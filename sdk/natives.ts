/**
 * Pristine references to what the browser gave us, taken once when this script loads.
 *
 * Guarantees: what the page puts in the place of a getter or a function afterwards is never called by us;
 * and what it replaced before, on its own globals, is not either: references come from a frame of ours, made
 * and removed at load. Measured in Chromium: a removed frame's getters, timers, frames, clocks and encoders
 * work when called on this page's objects; the constructors of its observers and of its Worker do not, so
 * those are the page's own, as they are at load. A script that runs in every frame before its first
 * line (an extension) reaches that frame too: then the browser's own records contradict it instead.
 *
 * Loading is harmless where there is no page: in a Worker, whose globals no page reaches, and on a server.
 */
const { apply } = Reflect;
const { getOwnPropertyDescriptor } = Object;
const root = globalThis;

function openFrame(): HTMLIFrameElement | null {
  try {
    const made = root.document.createElement('iframe');
    made.hidden = true;
    root.document.documentElement.append(made);
    return made;
  } catch {
    return null;
  }
}
const own = openFrame();
const inside = own?.contentWindow as typeof globalThis | null | undefined;
/** Where a policy gives us no frame, the page's own globals are what there is. */
const realm = inside?.Document ? inside : root;

type Reader<S extends object, V> = (self: S) => V;

function reader<S extends object, V>(prototype: object | undefined, name: string): Reader<S, V> {
  const get = prototype && getOwnPropertyDescriptor(prototype, name)?.get;
  return get ? (self) => apply(get, self, []) : (self) => Reflect.get(self, name) as V;
}

const doc = realm.Document?.prototype;
const media = realm.HTMLMediaElement?.prototype;
const videoPrototype = realm.HTMLVideoElement?.prototype;
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
  duration: reader<HTMLMediaElement, number>(media, 'duration'),
  currentSrc: reader<HTMLMediaElement, string>(media, 'currentSrc'),
  srcObject: reader<HTMLMediaElement, object | null>(media, 'srcObject'),
  /** Of a `MediaStream`; throws on everything else. */
  active: reader<object, boolean>(realm.MediaStream?.prototype, 'active'),
  /** Throws on a Proxy around an event. */
  type: reader<Event, string>(realm.Event?.prototype, 'type'),
  /** An own accessor of every event, not the prototype's: taken from one we made. Throws on a Proxy. */
  isTrusted: reader<Event, boolean>(realm.Event && new realm.Event('probe'), 'isTrusted'),
  data: reader<MessageEvent, unknown>(realm.MessageEvent?.prototype, 'data'),
  webdriver: reader<Navigator, boolean | undefined>(realm.Navigator?.prototype, 'webdriver'),
  /** Clicks in a row; 0: no pointer made it. */
  detail: reader<UIEvent, number>(realm.UIEvent?.prototype, 'detail'),
  x: reader<MouseEvent, number>(realm.MouseEvent?.prototype, 'clientX'),
  y: reader<MouseEvent, number>(realm.MouseEvent?.prototype, 'clientY'),
};

/** Whether the object itself carries one of these names: an untouched `document` or element carries none. */
export function owns(self: object, names: readonly string[]): boolean {
  return names.some((name) => getOwnPropertyDescriptor(self, name) !== undefined);
}

/** The function on this object, whatever is put in its place later. */
const bound =
  <A extends unknown[], R>(made: ((...given: A) => R) | undefined, self: unknown) =>
  (...given: A): R =>
    apply(made as (...given: A) => R, self, given);

const { performance: clock, navigator: browser } = root;
const records = realm.PerformanceObserver;
/** The monotonic clock, ms. */
export const now = bound(realm.performance?.now, clock);
/** The wall clock, ms: only to find what is old. */
export const date = realm.Date.now;
/** The browser's own records of this page, the first 50 or so of a type. */
export const entries = bound(realm.performance?.getEntriesByType, clock) as (type: string) => PerformanceEntryList;
/** The types that it keeps. */
export const recordable: readonly string[] = records?.supportedEntryTypes ?? [];
export const { PerformanceObserver: Observer, Worker: NativeWorker } = root;

const after = bound(realm.setTimeout as (then: () => void, ms: number) => number, root);
const every = bound(realm.setInterval as (then: () => void, ms: number) => number, root);
const stopEvery = bound(realm.clearInterval, root);

/** Calls `then` once, after `ms`. */
export function later(ms: number, then: () => void): void {
  after(then, ms);
}
/** Calls `then` each `ms`. Returns the unregistering. */
export function repeat(ms: number, then: () => void): () => void {
  const timer = every(then, ms);
  return () => stopEvery(timer);
}

export const frame = bound(realm.requestAnimationFrame, root);
/** Asks for the next presented video frame; `false` where the element has none. */
export function videoFrame(element: HTMLMediaElement, then: () => void): boolean {
  if (!requestVideoFrame || !('videoWidth' in element)) return false;
  apply(requestVideoFrame, element, [then]);
  return true;
}

/** A text as JSON. Of texts only: for objects it would ask `toJSON`, which a page may define. */
export const quote: (text: string) => string = realm.JSON.stringify;
const encoder = new realm.TextEncoder();
export const utf8 = bound(encoder.encode, encoder) as (text: string) => Uint8Array;
export const btoa = bound(realm.btoa, root);
export const atob = bound(realm.atob, root);

const of =
  <S, A extends unknown[], R>(made: ((this: S, ...given: A) => R) | undefined) =>
  (self: S, ...given: A): R =>
    apply(made as (this: S, ...given: A) => R, self, given);
export const sourceOf = of<unknown, [], string>(realm.Function.prototype.toString);
export const postTo = of<Worker, [message: unknown], void>(realm.Worker?.prototype.postMessage);

// What blocks these two stands for the network, and may: it can lose what is sealed, not change it.
export const fetch = bound(root.fetch, root);
export const beacon = bound(browser?.sendBeacon, browser) as (url: string, text: string) => boolean;

const target = realm.EventTarget?.prototype;
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

own?.remove();
