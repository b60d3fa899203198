/**
 * The question's form: radio group, countdown, submit. It decides nothing.
 * Guarantees: complete by keyboard; the choice made survives a change of language;
 * each input is named `choice` and carries the choice's id.
 */
import type { Challenge } from '../sdk/wire.ts';
import { el, text } from './dom.ts';
import { pick, say } from './language.ts';
import type { Key } from './words.ts';

export interface PromptForm {
  readonly card: HTMLElement;
  draw(): void;
  countdown(leftMs: number): void;
  sending(is: boolean): void;
  /** Says what is wrong, or what changed; `null`: nothing any more. */
  complain(key: Key | null): void;
}

export function promptForm(challenge: Challenge, submit: (choice: string) => void): PromptForm {
  const title = el('h2', { id: 'prompt-title' });
  const left = el('span', { class: 'prompt-left', role: 'timer' });
  const bar = el('progress', { max: String(challenge.remainingMs), 'aria-hidden': 'true' });
  const question = el('legend', { id: 'prompt-question' });
  const labels = challenge.choices.map(() => el('span'));
  const choices = challenge.choices.map((choice, i) =>
    el(
      'label',
      { class: 'choice' },
      el('input', { type: 'radio', name: 'choice', value: choice.id, required: '' }),
      labels[i] ?? '',
    ),
  );
  const why = el('p', { class: 'prompt-why', id: 'prompt-why' });
  const complaint = el('p', { class: 'prompt-complaint', role: 'alert' });
  const button = el('button', { type: 'submit', class: 'primary' });
  const form = el('form', { novalidate: '' }, el('fieldset', {}, question, ...choices), complaint, button);
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
    challenge.choices.forEach((choice, i) => {
      const label = labels[i];
      if (label) text(label, pick(choice.text));
    });
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
    const choice = new FormData(form).get('choice');
    if (typeof choice === 'string') submit(choice);
    else complain('promptPick');
  });
  form.addEventListener('change', () => complain(null));

  draw();
  return { card, draw, countdown, sending, complain };
}
