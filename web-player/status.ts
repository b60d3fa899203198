/**
 * Whether time is being counted, in words: the strip under the video, and a banner where
 * the trainee has to choose. Guarantees: losing the network never looks like losing hours;
 * a takeover always offers the way back.
 */
import type { Trouble, WatchState } from '../sdk/watch.ts';
import { need, text } from './dom.ts';
import { drawn, pick, say } from './language.ts';
import type { Key } from './words.ts';

const words: Readonly<Record<WatchState, Key>> = {
  connecting: 'stateConnecting',
  watching: 'stateWatching',
  disconnected: 'stateDisconnected',
  takenOver: 'stateTakenOver',
  closed: 'stateClosed',
  failed: 'stateFailed',
};

/** What stays so: lost time, and a page that has no Worker; that a session has opened mends neither. */
const lasting: ReadonlySet<string> = new Set(['outboxFull', 'workerBlocked']);

/** A slow phone on a slow network opens within this. */
const lateMs = 8000;

export interface Status {
  show(state: WatchState): void;
  /** What went wrong: why counting failed, or a passing trouble that the trainee should know of. */
  trouble(said: Trouble): void;
}

export function status(root: HTMLElement, again: () => void): Status {
  const strip = need('[data-state]', root);
  const stripWords = need('[data-state-words]', root);
  const troubleWords = need('[data-trouble]', root);
  const banner = need('[data-banner]', root);
  const title = need('[data-banner-title]', root);
  const body = need('[data-banner-body]', root);
  const codeLine = need('[data-banner-code]', root);
  const act = need<HTMLButtonElement>('[data-banner-act]', root);
  let state: WatchState = 'connecting';
  let cause: Trouble | null = null;
  /** Connecting for so long that the trainee should know: nothing is counted yet. */
  let late = false;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  function draw(): void {
    strip.setAttribute('data-state', state);
    text(stripWords, say(late ? 'stateConnectingLong' : words[state]));
    text(troubleWords, cause && !cause.fatal ? pick(cause.words) : '');
    const taken = state === 'takenOver';
    banner.hidden = !(taken || state === 'failed' || state === 'closed');
    if (banner.hidden) return;
    banner.setAttribute('data-banner', state);
    text(title, say(taken ? 'takenOverTitle' : state === 'closed' ? 'stateClosed' : 'failedTitle'));
    text(body, say(taken ? 'takenOverBody' : state === 'failed' ? 'failedBody' : 'closedBody'));
    const code =
      state === 'failed' && cause?.fatal ? `${say('errorCode', { code: cause.code })} · ${pick(cause.words)}` : '';
    text(codeLine, code);
    text(act, say(state === 'failed' ? 'reconnect' : 'retake'));
  }

  function wait(): void {
    clearTimeout(waiting);
    late = false;
    if (state !== 'connecting') return;
    waiting = setTimeout(() => {
      late = true;
      draw();
    }, lateMs);
  }

  act.addEventListener('click', again);
  wait();
  drawn(draw);
  return {
    show(shown) {
      state = shown;
      wait();
      if (shown === 'watching' && cause && !lasting.has(cause.code)) cause = null;
      draw();
    },
    trouble(said) {
      if (cause?.code === 'outboxFull' && !said.fatal) return;
      cause = said;
      draw();
    },
  };
}
