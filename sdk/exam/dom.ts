/** The few dealings with the document. Text is always set as text, never as markup. */
import type { Given } from '../wire.ts';

type Attributes = Readonly<Record<string, string>>;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Sets text only when it differs, so that screen readers and selections are not disturbed. */
export function text(node: Element, words: string): void {
  if (node.textContent !== words) node.textContent = words;
}

/** A button that stays focusable while it does nothing: a disabled one drops the focus. */
export function button(kind: string, then: () => void): HTMLButtonElement {
  const made = el('button', { type: 'button', class: kind, 'data-act': kind });
  made.addEventListener('click', () => {
    if (made.getAttribute('aria-disabled') !== 'true') then();
  });
  return made;
}

/** What an item asks for. */
export interface Fields {
  readonly nodes: readonly Node[];
  /** null: nothing is given. */
  given(): Given | null;
}

export const hint = (words: string): HTMLElement => el('p', { class: 'hint', id: 'hint' }, words);
