/**
 * What a hand does from the moment a question is shown: counted, and told with the answer.
 *
 * Guarantees: no key, no place on the screen and no target leaves this file, only counts and lengths. An
 * activation counts as assistive technology's when it is trusted and nothing else was: no pointer, no key,
 * and no script whose click a label passed on as a trusted one.
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
/** A label passes a script's click on within the same task. */
const PASSED_ON_MS = 50;
/** Types after which a click is that hand's. */
const presses: Readonly<Record<string, true>> = { pointerdown: true, pointerup: true, keydown: true, keyup: true };
/** What the wire takes at most. */
const most = (value: number): number => Math.min(100_000, Math.round(value));

export function watchHand(): HandWatch {
  let asked: { readonly prompt: string; readonly count: ReturnType<typeof countHand> } | null = null;
  function stop(): void {
    asked?.count.stop();
    asked = null;
  }
  return {
    shown(prompt) {
      if (asked?.prompt === prompt) return;
      stop();
      asked = { prompt, count: countHand() };
    },
    of: (prompt) => (asked?.prompt === prompt ? { hand: asked.count.take() } : {}),
    stop,
  };
}

function countHand(): { take(): Hand; stop(): void } {
  const from = now();
  let [pointer, keys, synthetic, assists, first] = [0, 0, 0, 0, -1];
  let [length, steps] = [0, 0];
  let begin: readonly [number, number] | null = null;
  let last: readonly [number, number] = [0, 0];
  let pressedAt = Number.NEGATIVE_INFINITY;
  let scriptAt = Number.NEGATIVE_INFINITY;

  function moved(event: MouseEvent): void {
    const here = [read.x(event), read.y(event)] as const;
    if (begin !== null) {
      length += Math.hypot(here[0] - last[0], here[1] - last[1]);
      steps++;
    }
    begin ??= here;
    last = here;
  }

  const stop = listen(window, [...Object.keys(presses), 'pointermove', 'click'], (event) => {
    const at = now();
    try {
      const type = read.type(event);
      if (!read.isTrusted(event)) {
        synthetic++;
        scriptAt = at;
        return;
      }
      if (type === 'click') {
        if (read.detail(event as UIEvent) > 0) pressedAt = at;
        else if (at - scriptAt < PASSED_ON_MS) synthetic++;
        else if (at - pressedAt >= PRESSED_MS) assists++;
        return;
      }
      if (presses[type]) pressedAt = at;
      if (type === 'keydown') keys++;
      else if (type === 'pointerdown' || type === 'pointermove') {
        pointer++;
        moved(event as MouseEvent);
      } else return;
      if (first < 0) first = at - from;
    } catch {
      // Its native getters throw: a Proxy, which no browser delivers.
      synthetic++;
    }
  });

  return {
    take() {
      const way = begin === null ? 0 : Math.hypot(last[0] - begin[0], last[1] - begin[1]);
      return {
        events: [most(pointer), most(keys), most(synthetic), most(assists)],
        times: [Math.round(first), Math.round(now() - from)],
        path: [most(length), length > 0 ? Math.round((100 * way) / length) : 0, most(steps)],
        page: [read.hidden(document) ? 1 : 0, read.focused(document) ? 1 : 0],
      };
    },
    stop,
  };
}
