/**
 * What an answer came to, and what happens next. Guarantees: stays until dismissed or
 * long enough to be read; hides without taking focus from anywhere else.
 */
import type { Answered, Words } from '../sdk/wire.ts';
import { el, text } from './dom.ts';
import { drawn, pick, say } from './language.ts';
import type { Key } from './words.ts';

/** `withdrawn`: it waits for no answer any more, because another took its place or it need not be asked. */
export type OutcomeKind = 'taken' | 'expired' | 'withdrawn';

/** Long enough to read two short sentences twice. */
const shownMs = 15_000;

const words: Readonly<Record<OutcomeKind, readonly [title: Key, next: Key]>> = {
  taken: ['outcomeTaken', 'outcomeTakenNext'],
  expired: ['outcomeExpired', 'outcomeExpiredNext'],
  withdrawn: ['outcomeWithdrawn', 'outcomeWithdrawnNext'],
};

/**
 * An older server says whether the answer was right: that is not passed on, since answers count together. What
 * a newer one may say, and this page has no words for, is never shown raw.
 */
export function known(outcome: Answered['outcome']): OutcomeKind {
  switch (outcome) {
    case 'taken':
    case 'right':
    case 'wrong':
    case 'tooFast':
      return 'taken';
    case 'expired':
      return 'expired';
    default:
      outcome satisfies never;
      return 'withdrawn';
  }
}

/** What the two lines say; `reason` are the server's own words, in place of ours. */
export function outcomeWords(kind: OutcomeKind, reason?: Words): { readonly title: string; readonly next: string } {
  const [title, next] = words[kind];
  return { title: say(title), next: reason ? pick(reason) : say(next) };
}

export interface OutcomeCard {
  show(kind: OutcomeKind, takeFocus: boolean, reason?: Words): void;
  /** What is shown now, if anything. */
  shown(): OutcomeKind | null;
  words(): string;
  hide(): void;
}

export function outcomeCard(slot: HTMLElement, giveFocusBack: () => void): OutcomeCard {
  const title = el('h2', { tabindex: '-1' });
  const next = el('p');
  const close = el('button', { type: 'button' });
  const card = el('section', { class: 'card outcome' }, title, next, close);
  let kind: OutcomeKind | null = null;
  let reason: Words | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function draw(): void {
    text(close, say('outcomeClose'));
    if (!kind) return;
    const said = outcomeWords(kind, reason);
    text(title, said.title);
    text(next, said.next);
  }

  function show(shown: OutcomeKind, takeFocus: boolean, because?: Words): void {
    kind = shown;
    reason = because;
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
    return kind ? say('outcomeSaid', outcomeWords(kind, reason)) : '';
  }

  close.addEventListener('click', hide);
  drawn(draw);
  return { show, hide, shown: () => kind, words: spoken };
}
