/** When the lesson or the exam cannot open: what happened and the way forward, in words. */
import { need, text } from './dom.ts';
import { drawn, say } from './language.ts';
import type { LaunchFailure } from './launch.ts';
import type { Key } from './words.ts';

export type ProblemKind = LaunchFailure | 'media' | 'examMissing' | 'examRefused';

const words: Readonly<Record<ProblemKind, readonly [title: Key, body: Key, act: Key | null]>> = {
  missing: ['launchMissingTitle', 'launchMissingBody', null],
  refused: ['launchRefusedTitle', 'launchRefusedBody', null],
  unreachable: ['launchUnreachableTitle', 'launchUnreachableBody', 'retry'],
  examMissing: ['examMissingTitle', 'examMissingBody', null],
  examRefused: ['examRefusedTitle', 'examRefusedBody', null],
  media: ['mediaTitle', 'mediaBody', 'mediaRetry'],
};

export interface Problem {
  show(kind: ProblemKind, code: string | null, act: () => void): void;
  hide(): void;
}

export function problem(): Problem {
  const box = need('[data-problem]');
  const title = need('[data-problem-title]', box);
  const body = need('[data-problem-body]', box);
  const codeLine = need('[data-problem-code]', box);
  const button = need<HTMLButtonElement>('[data-problem-retry]', box);
  let shown: { kind: ProblemKind; code: string | null; act: () => void } | null = null;

  function draw(): void {
    box.hidden = !shown;
    if (!shown) return;
    const [titleKey, bodyKey, actKey] = words[shown.kind];
    text(title, say(titleKey));
    text(body, say(bodyKey));
    text(codeLine, shown.code ? say('errorCode', { code: shown.code }) : '');
    button.hidden = !actKey;
    text(button, actKey ? say(actKey) : '');
  }

  button.addEventListener('click', () => shown?.act());
  drawn(draw);
  return {
    show(kind, code, act) {
      box.setAttribute('data-problem', kind);
      shown = { kind, code, act };
      draw();
    },
    hide() {
      shown = null;
      draw();
    },
  };
}
