/**
 * Credited, held and denied time, as the server last said it. Guarantees: shows only what
 * the server acknowledged (never an estimate), each as time with its meaning in words.
 */
import type { Totals } from '../sdk/wire.ts';
import { need, text } from './dom.ts';
import { drawn, say } from './language.ts';
import { clock, isoDuration, shownFromMs } from './time.ts';

export interface Tally {
  show(totals: Totals): void;
  length(lessonMs: number): void;
  /** A question waits: say that answering it is what releases the held time. */
  waiting(is: boolean): void;
}

const nothing: Totals = { creditedMs: 0, heldMs: 0, deniedMs: 0 };

export function tally(root: HTMLElement): Tally {
  const credited = need<HTMLTimeElement>('[data-credited-ms]', root);
  const held = need<HTMLTimeElement>('[data-held-ms]', root);
  const denied = need<HTMLTimeElement>('[data-denied-ms]', root);
  const creditedBar = need('[data-bar=credited]', root);
  const heldBar = need('[data-bar=held]', root);
  const percentText = need('[data-credited-of]');
  const heldWords = need('[data-held-words]', root);
  const deniedWords = need('[data-denied-words]', root);
  const lessonRow = need('[data-lesson]');
  const lessonStatus = need('[data-lesson-status]');
  let totals = nothing;
  let lessonMs = 0;
  let asked = false;

  function figure(node: HTMLTimeElement, attribute: string, ms: number): void {
    node.setAttribute(attribute, String(ms));
    node.dateTime = isoDuration(ms);
    text(node, clock(ms));
  }

  function draw(): void {
    figure(credited, 'data-credited-ms', totals.creditedMs);
    figure(held, 'data-held-ms', totals.heldMs);
    figure(denied, 'data-denied-ms', totals.deniedMs);
    const share = (ms: number) => (lessonMs > 0 ? Math.min(100, (ms / lessonMs) * 100) : 0);
    const percent = Math.floor(share(totals.creditedMs));
    creditedBar.style.width = `${share(totals.creditedMs)}%`;
    heldBar.style.width = `${Math.min(share(totals.heldMs), 100 - share(totals.creditedMs))}%`;
    const done = lessonMs > 0 && totals.creditedMs >= lessonMs - 1000;
    text(percentText, done ? say('creditedDone') : say('creditedOf', { total: clock(lessonMs), percent }));
    const release = say(asked ? 'heldReleaseNow' : 'heldRelease');
    text(heldWords, totals.heldMs >= shownFromMs ? release : say('heldNone'));
    text(deniedWords, say(totals.deniedMs >= shownFromMs ? 'deniedSee' : 'deniedNone'));
    lessonRow.setAttribute('data-done', String(done));
    text(lessonStatus, say(done ? 'lessonDone' : 'lessonNow'));
  }

  drawn(draw);
  return {
    show(shown) {
      totals = shown;
      draw();
    },
    length(ms) {
      lessonMs = ms;
      draw();
    },
    waiting(is) {
      asked = is;
      draw();
    },
  };
}
