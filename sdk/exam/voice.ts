/**
 * Speaks to the page's listeners. Guarantees: one that throws, or whose promise rejects, is reported to `onError` and
 * goes no further; when `onError` itself fails, there is no one left to tell.
 */
import type { ExamOptions, ExamTrouble } from './surface.ts';
import { wordsOf } from './words.ts';

export interface Voice {
  tell<A extends unknown[]>(listener: ((...args: A) => unknown) | undefined, ...args: A): void;
  complain(trouble: ExamTrouble): void;
}

export function createVoice({ onError }: Pick<ExamOptions, 'onError'>): Voice {
  const voice: Voice = {
    tell(listener, ...args) {
      const fault = (thrown: unknown): void => {
        if ((listener as unknown) === onError) return;
        const { zh, en } = wordsOf('pageError');
        voice.complain({ code: 'pageError', fatal: false, words: { zh: `${zh}：${thrown}`, en: `${en}: ${thrown}` } });
      };
      try {
        Promise.resolve(listener?.(...args)).catch(fault);
      } catch (thrown) {
        fault(thrown);
      }
    },
    complain: (trouble) => voice.tell(onError, trouble),
  };
  return voice;
}
