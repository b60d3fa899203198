/**
 * Counts that a person touched something. Only counts: no key, no coordinate, no target
 * is ever read.
 *
 * Guarantees: a count is "trusted" only by the event's own unforgeable accessor; an event
 * on which the native getters throw is a Proxy and is told as such.
 */
import { listen, read } from './natives.ts';

export interface InputWatch {
  /** `[pointer, key, scroll, synthetic]` events since the last take. */
  take(): readonly [number, number, number, number];
  /** Whether an event came whose native getters throw. */
  proxied(): boolean;
  stop(): void;
}

/**
 * Event type → place in the counts. `wheel`, not `scroll`: a script's `scrollBy` makes trusted
 * scroll events, only a hand makes a trusted wheel.
 */
const places: Readonly<Record<string, 0 | 1 | 2>> = { pointerdown: 0, pointermove: 0, keydown: 1, wheel: 2 };
const SYNTHETIC = 3;
/** Counted only when synthetic: the trusted ones come with a pointer event that is counted already. */
const shadows = ['mousedown', 'mousemove', 'touchstart'];

export function watchInput(): InputWatch {
  let counts: [number, number, number, number] = [0, 0, 0, 0];
  let proxied = false;

  const stop = listen(window, [...Object.keys(places), ...shadows], (event) => {
    try {
      const place = places[read.type(event)];
      if (!read.isTrusted(event)) counts[SYNTHETIC]++;
      else if (place !== undefined) counts[place]++;
    } catch {
      proxied = true;
      counts[SYNTHETIC]++;
    }
  });

  return {
    take() {
      const taken = counts;
      counts = [0, 0, 0, 0];
      return taken;
    },
    proxied: () => proxied,
    stop,
  };
}
