/**
 * What each form of question asks for: radio buttons, checkboxes, a list to put in order, a number, a
 * place in a picture.
 * Guarantees: every control has a name that is read aloud and is reached by keyboard; an input is
 * named after what it gives and carries the choice's id; moving a step keeps the focus on its button
 * and says where the step now stands.
 */
import type { Challenge, Choice, Drawable, Given } from '../sdk/wire.ts';
import { el, text } from './dom.ts';
import { pick, say } from './language.ts';
import { pointing } from './promptPicture.ts';
import type { Key } from './words.ts';

export interface PromptFields {
  readonly nodes: readonly Node[];
  draw(): void;
  /** `null`: nothing was given yet. */
  given(): string | Given | null;
  /** What to say then. */
  readonly missing: Key;
}

/** What this page announces to the server. */
export const forms: readonly Drawable[] = ['single', 'multiple', 'order', 'number', 'point', 'image'];

/** @param touched something was chosen, moved or typed */
export function promptFields(challenge: Challenge, touched: () => void): PromptFields {
  switch (challenge.form) {
    case undefined:
    case 'single':
      return oneOf(challenge.choices);
    case 'multiple':
      return someOf(challenge.choices);
    case 'order':
      return inOrder(challenge.choices, touched);
    case 'number':
      return number(challenge);
    case 'point':
      return point(challenge, touched);
    default:
      return challenge satisfies never;
  }
}

function oneOf(choices: readonly Choice[]): PromptFields {
  const { inputs, nodes, draw } = boxes(choices, 'radio');
  return {
    ...{ nodes, draw, missing: 'promptPick' },
    given: () => inputs.find(({ checked }) => checked)?.value ?? null,
  };
}

function someOf(choices: readonly Choice[]): PromptFields {
  const { inputs, nodes, draw } = boxes(choices, 'checkbox');
  const hint = hinted('promptHintMultiple');
  return {
    nodes: [hint.node, ...nodes],
    missing: 'promptPickSome',
    draw() {
      hint.draw();
      draw();
    },
    given() {
      const chosen = inputs.filter(({ checked }) => checked).map(({ value }) => value);
      return chosen.length > 0 ? { choices: chosen } : null;
    },
  };
}

function boxes(choices: readonly Choice[], type: 'radio' | 'checkbox') {
  const labels = choices.map(() => el('span'));
  const inputs = choices.map(({ id }) => el('input', { type, name: 'choice', value: id }));
  const nodes = choices.map((_, i) => el('label', { class: 'choice' }, inputs[i] ?? '', labels[i] ?? ''));
  const draw = (): void => {
    for (const [i, label] of labels.entries()) {
      const choice = choices[i];
      if (choice) text(label, pick(choice.text));
    }
  };
  return { inputs, nodes, draw };
}

interface Step {
  readonly choice: Choice;
  readonly node: HTMLElement;
  readonly label: HTMLElement;
  readonly up: HTMLButtonElement;
  readonly down: HTMLButtonElement;
}

function inOrder(choices: readonly Choice[], touched: () => void): PromptFields {
  const hint = hinted('promptHintOrder');
  const list = el('ol', { class: 'steps', role: 'list' });
  const spoken = el('p', { class: 'spoken', 'aria-live': 'polite' });
  const steps = choices.map((choice): Step => {
    const label = el('span');
    const up = el('button', { type: 'button', 'data-move': 'up' });
    const down = el('button', { type: 'button', 'data-move': 'down' });
    const step = {
      choice,
      label,
      up,
      down,
      node: el('li', { class: 'step', 'data-step': choice.id }, label, up, down),
    };
    up.addEventListener('click', () => move(step, -1));
    down.addEventListener('click', () => move(step, 1));
    return step;
  });
  list.append(...steps.map(({ node }) => node));

  function move(step: Step, by: -1 | 1): void {
    const from = steps.indexOf(step);
    const other = steps[from + by];
    if (!other) return;
    steps[from] = other;
    steps[from + by] = step;
    // The other step moves, so that the button that was pressed stays in the page and keeps the focus.
    if (by < 0) step.node.after(other.node);
    else step.node.before(other.node);
    touched();
    draw();
    text(spoken, say('orderNow', { step: pick(step.choice.text), place: from + by + 1 }));
  }

  function draw(): void {
    hint.draw();
    for (const [i, { choice, label, up, down }] of steps.entries()) {
      const step = pick(choice.text);
      text(label, step);
      text(up, say('orderUp'));
      text(down, say('orderDown'));
      up.setAttribute('aria-label', say('orderUpOf', { step }));
      down.setAttribute('aria-label', say('orderDownOf', { step }));
      up.setAttribute('aria-disabled', String(i === 0));
      down.setAttribute('aria-disabled', String(i === steps.length - 1));
    }
  }

  return {
    ...{ nodes: [hint.node, list, spoken], draw, missing: 'promptPick' },
    given: () => ({ order: steps.map(({ choice }) => choice.id) }),
  };
}

function number(challenge: Extract<Challenge, { form: 'number' }>): PromptFields {
  const hint = hinted('promptHintNumber');
  const unit = el('span', { id: 'prompt-unit' });
  const input = el('input', {
    ...{ type: 'text', name: 'number', inputmode: 'decimal', autocomplete: 'off', maxlength: '32' },
    ...{ 'aria-labelledby': 'prompt-question prompt-unit', 'aria-describedby': 'prompt-hint' },
  });
  return {
    nodes: [hint.node, el('p', { class: 'number' }, input, unit)],
    missing: 'promptType',
    draw() {
      hint.draw();
      text(unit, challenge.unit ? pick(challenge.unit) : '');
    },
    given: () => (input.value.trim() === '' ? null : { number: input.value.trim() }),
  };
}

function point({ picture }: Extract<Challenge, { form: 'point' }>, touched: () => void): PromptFields {
  const hint = hinted('promptHintPoint');
  const area = pointing(picture, touched);
  return {
    nodes: [hint.node, area.node, area.spoken],
    missing: 'promptPoint',
    draw() {
      hint.draw();
      area.draw();
    },
    given() {
      const place = area.place();
      return place && { point: place };
    },
  };
}

function hinted(key: Key): { readonly node: HTMLElement; draw(): void } {
  const node = el('p', { class: 'prompt-hint', id: 'prompt-hint' });
  return { node, draw: () => text(node, say(key)) };
}
