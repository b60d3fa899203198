/**
 * What each form of item asks for: radio buttons, checkboxes, a list to put in order, a number, a place in a picture.
 * Guarantees: every control has a name that is read aloud and is reached by keyboard; what was given before stands in
 * it; moving a step keeps the focus on its button and says where the step now stands.
 */
import type { Given } from '../wire.ts';
import { el, type Fields, hint, text } from './dom.ts';
import { pointing } from './pointing.ts';
import type { ExamItem } from './surface.ts';
import type { Speech } from './words.ts';

/** @param touched something was chosen, moved or typed */
export function fieldsOf(item: ExamItem, given: Given | null, speech: Speech, touched: () => void): Fields {
  switch (item.form) {
    case 'single':
      return boxes(item, 'radio', speech, given && 'choice' in given ? [given.choice] : [], touched);
    case 'multiple':
      return boxes(item, 'checkbox', speech, given && 'choices' in given ? given.choices : [], touched);
    case 'order':
      return order(item, given && 'order' in given ? given.order : null, speech, touched);
    case 'number':
      return number(item, given && 'number' in given ? given.number : '', speech, touched);
    case 'point':
      return pointing(item, given && 'point' in given ? given.point : null, speech, touched);
    default:
      return item.form satisfies never;
  }
}

function boxes(
  { choices }: ExamItem,
  type: 'radio' | 'checkbox',
  { say, pick }: Speech,
  chosen: readonly string[],
  touched: () => void,
): Fields {
  const inputs = choices.map(({ id }) => {
    const input = el('input', { type, name: 'choice', value: id });
    input.checked = chosen.includes(id);
    input.addEventListener('change', touched);
    return input;
  });
  const labels = choices.map((choice, i) =>
    el('label', { class: 'choice' }, inputs[i] ?? '', el('span', {}, pick(choice.text))),
  );
  const values = () => inputs.filter(({ checked }) => checked).map(({ value }) => value);
  return type === 'radio'
    ? {
        nodes: labels,
        given() {
          const [choice] = values();
          return choice === undefined ? null : { choice };
        },
      }
    : {
        nodes: [hint(say('hintMultiple')), ...labels],
        given: () => (values().length > 0 ? { choices: values() } : null),
      };
}

function order(
  { choices }: ExamItem,
  before: readonly string[] | null,
  { say, pick }: Speech,
  touched: () => void,
): Fields {
  let moved = before !== null;
  const list = el('ol', { class: 'steps' });
  const spoken = el('p', { class: 'spoken', 'aria-live': 'polite' });
  const steps = choices.map(({ id, text: words }) => {
    const step = pick(words);
    const [up, down] = (['up', 'down'] as const).map((way) => {
      const made = el(
        'button',
        { type: 'button', 'data-move': way, 'aria-label': say(`${way}Of`, { step }) },
        say(way),
      );
      made.addEventListener('click', () => move(id, way === 'up' ? -1 : 1));
      return made;
    });
    return { id, step, up, down, node: el('li', { 'data-step': id }, el('span', {}, step), up ?? '', down ?? '') };
  });
  if (before) steps.sort((a, b) => before.indexOf(a.id) - before.indexOf(b.id));
  list.append(...steps.map(({ node }) => node));
  atEnds();

  function atEnds(): void {
    for (const [i, { up, down }] of steps.entries()) {
      up?.setAttribute('aria-disabled', String(i === 0));
      down?.setAttribute('aria-disabled', String(i === steps.length - 1));
    }
  }
  function move(id: string, by: -1 | 1): void {
    const from = steps.findIndex((one) => one.id === id);
    const [step, other] = [steps[from], steps[from + by]];
    if (!step || !other) return;
    steps[from] = other;
    steps[from + by] = step;
    // The other step moves, so that the button that was pressed stays in the page and keeps the focus.
    if (by < 0) step.node.after(other.node);
    else step.node.before(other.node);
    moved = true;
    atEnds();
    text(spoken, say('orderNow', { step: step.step, place: from + by + 1 }));
    touched();
  }
  return {
    nodes: [hint(say('hintOrder')), list, spoken],
    given: () => (moved ? { order: steps.map(({ id }) => id) } : null),
  };
}

function number({ unit }: ExamItem, before: string, { say, pick }: Speech, touched: () => void): Fields {
  const input = el('input', {
    ...{ type: 'text', name: 'number', inputmode: 'decimal', autocomplete: 'off', maxlength: '32', value: before },
    ...{ 'aria-labelledby': 'question unit', 'aria-describedby': 'hint' },
  });
  input.addEventListener('input', touched);
  const shown = el('span', { id: 'unit' }, unit ? pick(unit) : '');
  return {
    nodes: [hint(say('hintNumber')), el('p', { class: 'number' }, input, shown)],
    given: () => (input.value.trim() === '' ? null : { number: input.value.trim() }),
  };
}
