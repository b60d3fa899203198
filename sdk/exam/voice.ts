/**
 * Speaks to the page's listeners. Guarantees: one that throws, or whose promise rejects, is reported to `onError` and
 * goes no further; when `onError` itself fails, there is no one left to tell.
 */
import type { ExamOptions, ExamTrouble } from './surface.ts';
import { wordsOf } from './words.ts';

export interface Voice {
  /** Settles when the listener's promise does; never rejects. */
  tell<A extends unknown[]>(listener: ((...args: A) => unknown) | undefined, ...args: A): Promise<void>;
  complain(trouble: ExamTrouble): void;
}

export function createVoice({ onError }: Pick<ExamOptions, 'onError'>): Voice {
  const voice: Voice = {
    async tell(listener, ...args) {
      try {
        await listener?.(...args);
      } catch (thrown) {
        if ((listener as unknown) === onError) return;
        const { zh, en } = wordsOf('pageError');
        voice.complain({ code: 'pageError', fatal: false, words: { zh: `${zh}：${thrown}`, en: `${en}: ${thrown}` } });
      }
    },
    complain: (trouble) => void voice.tell(onError, trouble),
  };
  return voice;
}
