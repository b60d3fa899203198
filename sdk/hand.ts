/**
 * What a hand does from the moment a question is shown: counted, and told with the answer.
 *
 * Guarantees: no key, no place on the screen and no target leaves this file, only counts and lengths. An
 * activation counts as assistive technology's when it is trusted and came without a pointer and without a key.
 */
import type { Hand } from './wire.ts';

/** Pristine references of the core (`natives.ts`). */
export interface HandNatives {
  readonly read: {
    hidden(document: Document): boolean;
    focused(document: Document): boolean;
    /** These throw on a Proxy around an event. */
    type(event: Event): string;
    isTrusted(event: Event): boolean;
    /** Clicks in a row; 0: no pointer made it. */
    detail(event: UIEvent): number;
    /** CSS pixels in the window. */
    x(event: MouseEvent): number;
    y(event: MouseEvent): number;
  };
  /** The monotonic clock, ms. */
  now(): number;
  /** Listens first and passively. Returns the unregistering. */
  listen(on: EventTarget, types: readonly string[], handler: (event: Event) => void): () => void;
}

export interface HandWatch {
  /** A question stands before the trainee. The same one again, after a lost line, goes on being counted. */
  shown(prompt: string): void;
  /** What is told with an answer to it, up to now; nothing where it was shown before this part had loaded. */
  of(prompt: string): { readonly hand?: Hand };
  stop(): void;
}

/** A key or a pointer presses a button when it is let go: people hold them for a moment. */
const PRESSED_MS = 1000;
/** What the wire takes at most. */
const most = (value: number): number => Math.min(1e5, Math.round(value));

export function watchHand({ read, now, listen }: HandNatives): HandWatch {
  let asked = '';
  let from = 0;
  let first = -1;
  let pressedAt = 0;
  /** Pointer, keys, synthetic, assistive. */
  let events = [0, 0, 0, 0] as [number, number, number, number];
  /** Where the pointer began and was last, how far it went, in how many steps. */
  let path: [x0: number, y0: number, x: number, y: number, length: number, steps: number] | null = null;
  let stop = (): void => undefined;

  function heard(event: Event): void {
    const at = now();
    let place = 2;
    try {
      const type = read.type(event);
      if (read.isTrusted(event)) {
        const click = type === 'click';
        if (click && !read.detail(event as UIEvent)) {
          if (at - pressedAt >= PRESSED_MS) events[3]++;
          return;
        }
        pressedAt = type === 'pointermove' ? pressedAt : at;
        if (click || type.endsWith('up')) return;
        place = type === 'keydown' ? 1 : 0;
        if (first < 0) first = at - from;
        if (!place) {
          const x = read.x(event as MouseEvent);
          const y = read.y(event as MouseEvent);
          if (!path) path = [x, y, x, y, 0, 0];
          else path = [path[0], path[1], x, y, path[4] + Math.hypot(x - path[2], y - path[3]), path[5] + 1];
        }
      }
    } catch {
      // Its native getters throw: a Proxy, which no browser delivers.
    }
    events[place as 0]++;
  }

  return {
    shown(prompt) {
      if (asked === prompt) return;
      stop();
      asked = prompt;
      from = now();
      first = -1;
      pressedAt = -PRESSED_MS;
      events = [0, 0, 0, 0];
      path = null;
      stop = listen(window, ['pointerdown', 'pointerup', 'pointermove', 'keydown', 'keyup', 'click'], heard);
    },
    of(prompt) {
      if (asked !== prompt) return {};
      const [x0, y0, x, y, length, steps] = path ?? [0, 0, 0, 0, 0, 0];
      return {
        hand: {
          events: events.map(most) as typeof events,
          times: [Math.round(first), Math.round(now() - from)],
          path: [most(length), length && Math.round((100 * Math.hypot(x - x0, y - y0)) / length), most(steps)],
          page: [read.hidden(document) ? 1 : 0, read.focused(document) ? 1 : 0],
        },
      };
    },
    stop() {
      stop();
      asked = '';
    },
  };
}
