/**
 * The question's card: countdown, what its form asks for, submit. It decides nothing.
 * Guarantees: complete by keyboard; what was chosen or typed survives a change of language.
 */
import type { Challenge, Given } from '../sdk/wire.ts';
import { el, text } from './dom.ts';
import { pick, say } from './language.ts';
import { promptFields } from './promptFields.ts';
import { questionImage } from './promptPicture.ts';
import type { Key } from './words.ts';

export interface PromptForm {
  readonly card: HTMLElement;
  draw(): void;
  countdown(leftMs: number): void;
  sending(is: boolean): void;
  /** Says what is wrong, or what changed; `null`: nothing any more. */
  complain(key: Key | null): void;
}

export function promptForm(challenge: Challenge, submit: (given: string | Given) => void): PromptForm {
  const title = el('h2', { id: 'prompt-title' });
  const left = el('span', { class: 'prompt-left', role: 'timer' });
  const bar = el('progress', { max: String(challenge.remainingMs), 'aria-hidden': 'true' });
  const question = el('legend', { id: 'prompt-question' });
  const image = challenge.image && questionImage(challenge.image, () => complain('promptImageFailed'));
  const fields = promptFields(challenge, () => complain(null));
  const why = el('p', { class: 'prompt-why', id: 'prompt-why' });
  const complaint = el('p', { class: 'prompt-complaint', role: 'alert' });
  const button = el('button', { type: 'submit', class: 'primary' });
  const form = el(
    'form',
    { novalidate: '' },
    el('fieldset', {}, question, image?.node ?? '', ...fields.nodes),
    complaint,
    button,
  );
  const card = el(
    'section',
    {
      class: 'card prompt',
      role: 'dialog',
      'aria-modal': 'false',
      'aria-labelledby': 'prompt-title prompt-question',
      'aria-describedby': 'prompt-why',
      tabindex: '-1',
      'data-prompt': '',
      'data-prompt-id': challenge.prompt,
    },
    el('header', {}, title, left),
    bar,
    why,
    form,
  );

  let leftMs = challenge.remainingMs;
  let busy = false;
  let complained: Key | null = null;

  function draw(): void {
    text(title, say('promptTitle'));
    text(why, say('promptWhy'));
    text(question, pick(challenge.question));
    image?.draw();
    fields.draw();
    text(button, say(busy ? 'promptSending' : 'promptSubmit'));
    text(complaint, complained ? say(complained) : '');
    countdown(leftMs);
  }

  function countdown(ms: number): void {
    leftMs = Math.max(0, ms);
    // At none left an answer may still count, or be on its way: nothing is over until the card says so.
    text(left, leftMs > 0 ? say('promptLeft', { seconds: Math.ceil(leftMs / 1000) }) : say('promptClosing'));
    bar.value = leftMs;
  }

  function sending(is: boolean): void {
    busy = is;
    complained = null;
    button.setAttribute('aria-disabled', String(is)); // stays focusable: a disabled button drops focus
    draw();
  }

  function complain(key: Key | null): void {
    complained = key;
    draw();
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (busy) return;
    const given = fields.given();
    if (given === null) complain(fields.missing);
    else submit(given);
  });
  form.addEventListener('change', () => complain(null));

  draw();
  return { card, draw, countdown, sending, complain };
}
