/**
 * What an answer came to, and what happens next. Guarantees: stays until dismissed or
 * long enough to be read; hides without taking focus from anywhere else.
 */
import type { Answered } from '../sdk/wire.ts';
import { el, text } from './dom.ts';
import { drawn, say } from './language.ts';
import type { Key } from './words.ts';

/** `rightMore`: right, and another right answer is needed before anything counts. */
export type OutcomeKind = Answered['outcome'] | 'rightMore';

/** Long enough to read two short sentences twice. */
const shownMs = 15_000;

const words: Readonly<Record<OutcomeKind, readonly [title: Key, next: Key]>> = {
  right: ['outcomeRight', 'outcomeRightNext'],
  rightMore: ['outcomeRight', 'outcomeRightMore'],
  wrong: ['outcomeWrong', 'outcomeWrongNext'],
  tooFast: ['outcomeTooFast', 'outcomeTooFastNext'],
  expired: ['outcomeExpired', 'outcomeExpiredNext'],
};

export interface OutcomeCard {
  show(kind: OutcomeKind, takeFocus: boolean): void;
  words(): string;
  hide(): void;
}

export function outcomeCard(slot: HTMLElement, giveFocusBack: () => void): OutcomeCard {
  const title = el('h2', { tabindex: '-1' });
  const next = el('p');
  const close = el('button', { type: 'button' });
  const card = el('section', { class: 'card outcome' }, title, next, close);
  let kind: OutcomeKind | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function draw(): void {
    text(close, say('outcomeClose'));
    if (!kind) return;
    text(title, say(words[kind][0]));
    text(next, say(words[kind][1]));
  }

  function show(shown: OutcomeKind, takeFocus: boolean): void {
    kind = shown;
    card.setAttribute('data-outcome', shown);
    draw();
    slot.replaceChildren(card);
    if (takeFocus) title.focus({ preventScroll: true });
    clearTimeout(timer);
    timer = setTimeout(hide, shownMs);
  }

  function hide(): void {
    clearTimeout(timer);
    kind = null;
    const focused = card.contains(document.activeElement);
    card.remove();
    if (focused) giveFocusBack();
  }

  function spoken(): string {
    return kind ? say('outcomeSaid', { title: say(words[kind][0]), next: say(words[kind][1]) }) : '';
  }

  close.addEventListener('click', hide);
  drawn(draw);
  return { show, hide, words: spoken };
}
