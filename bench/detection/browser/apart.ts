/**
 * Reads and drives a page from a world apart, as a browser extension's script does: the same document, with
 * prototypes that no script of the page can have touched.
 */
import type { CDPSession, Page } from 'puppeteer-core';

const WORLD = 'apart';

/** What runs in the page reaches the player's document, in a frame or not, and keeps the lesson's element at hand. */
const PRELUDE = `
  const frame = document.querySelector('iframe[data-player]');
  const doc = (frame && frame.contentDocument) || document;
  globalThis.lessonVideo = doc.querySelector('video#lesson') || globalThis.lessonVideo;
  const video = globalThis.lessonVideo;
  const __name = (f) => f;
`;

export interface Apart {
  /** Runs `body`, the text of an async function's body, in which `doc`, `video` and `given` stand. */
  run<T>(body: string, given?: unknown): Promise<T>;
}

export async function openApart(page: Page): Promise<Apart & { readonly cdp: CDPSession }> {
  const cdp = await page.createCDPSession();
  return {
    cdp,
    async run<T>(body: string, given: unknown = null): Promise<T> {
      const { frameTree } = await cdp.send('Page.getFrameTree');
      const frameId = frameTree.frame.id;
      // The same world as before, unless the page was loaded anew.
      const { executionContextId } = await cdp.send('Page.createIsolatedWorld', { frameId, worldName: WORLD });
      const { result, exceptionDetails } = await cdp.send('Runtime.evaluate', {
        contextId: executionContextId,
        expression: `(async () => { ${PRELUDE} const given = ${JSON.stringify(given)}; ${body} })()`,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails !== undefined) {
        throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      }
      return result.value as T;
    },
  };
}

/** The text of a call of `script` with what is given, for a page: what a compiler may have added to it is there too. */
export function callOf<A extends readonly unknown[]>(script: (...given: A) => void, ...given: A): string {
  return `(() => { const __name = (f) => f; (${script})(...${JSON.stringify(given)}); })();`;
}

/** The same, in the page itself only, not in frames that it makes: a userscript's usual reach. */
export function inTop(script: string): string {
  return `if (window.top === window) { ${script} }`;
}
