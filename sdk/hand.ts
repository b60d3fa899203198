/**
 * What a hand does from the moment a question is shown: counted, and told with the answer.
 *
 * Guarantees: no key, no place on the screen and no target leaves this file, only counts and times. An
 * activation counts as assistive technology's when it is trusted and came without a pointer and without a key.
 * The pointer's path, for which the wire has room, is not measured: it did not fit the script's budget.
 */
import { listen, now, read } from './natives.ts';
import type { Hand } from './wire.ts';

export interface HandWatch {
  /** A question stands before the trainee. The same one again, after a lost line, goes on being counted. */
  shown(prompt: string): void;
  /** What is told with an answer to it, up to now; nothing where it was not shown here. */
  of(prompt: string): { readonly hand?: Hand };
  stop(): void;
}

/** A key or a pointer presses a button when it is let go: people hold them for a moment. */
const PRESSED_MS = 1000;

export function watchHand(): HandWatch {
  let asked = '';
  let from = 0;
  let first = -1;
  let pressedAt = 0;
  /** Pointer, keys, synthetic, assistive. */
  let events = [0, 0, 0, 0] as [number, number, number, number];
  let stop = (): void => undefined;

  function heard(event: Event): void {
    const at = now();
    let place = 2;
    try {
      const type = read.type(event);
      if (read.isTrusted(event)) {
        if (type === 'click' && !read.detail(event as UIEvent)) {
          if (at - pressedAt >= PRESSED_MS) events[3]++;
          return;
        }
        if (type !== 'pointermove') pressedAt = at;
        if (type.endsWith('up')) return;
        place = type === 'keydown' ? 1 : 0;
        if (first < 0) first = at - from;
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
      stop = listen(window, ['pointerdown', 'pointerup', 'pointermove', 'keydown', 'keyup', 'click'], heard);
    },
    of(prompt) {
      if (asked !== prompt) return {};
      return {
        hand: {
          events,
          times: [Math.round(first), Math.round(now() - from)],
          path: [0, 0, 0],
          page: [+read.hidden(document) as 0 | 1, +read.focused(document) as 0 | 1],
        },
      };
    },
    stop() {
      stop();
      asked = '';
    },
  };
}
