/**
 * Speaks to the page's listeners.
 *
 * Guarantees: a listener that throws, or whose promise rejects, is reported to `onError`
 * and goes no further; when `onError` itself fails, there is no one left to tell.
 */
import { type Trouble, trouble, type WatchOptions } from './surface.ts';

export interface Voice {
  tell<A extends unknown[]>(listener: ((...args: A) => unknown) | undefined, ...args: A): void;
  complain(said: Trouble): void;
  /** For a fault that nobody expected. */
  fault(thrown: unknown): void;
}

export function createVoice(options: WatchOptions): Voice {
  function complain(said: Trouble): void {
    try {
      const heard: unknown = options.onError?.(said);
      Promise.resolve(heard).catch(() => undefined);
    } catch {
      // See above.
    }
  }
  let lastFault = '';
  function fault(thrown: unknown): void {
    const { words } = trouble('pageError', false);
    const detail = String(thrown);
    // A fault that comes with every look is told once.
    if (detail === lastFault) return;
    lastFault = detail;
    complain({ code: 'pageError', fatal: false, words: { zh: `${words.zh}:${detail}`, en: `${words.en}: ${detail}` } });
  }
  return {
    complain,
    fault,
    tell(listener, ...args) {
      try {
        Promise.resolve(listener?.(...args)).catch(fault);
      } catch (thrown) {
        fault(thrown);
      }
    },
  };
}
