/** The page's few dealings with the document, typed. Text is always set as text, never as markup. */

import { drawn } from './language.ts';

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

/** The one element that `selector` names in the page's own HTML; its absence is a bug of the page. */
export function need<T extends HTMLElement = HTMLElement>(selector: string, within: ParentNode = document): T {
  const found = within.querySelector<T>(selector);
  if (!found) throw new Error(`The page has no ${selector}`);
  return found;
}

/** Sets text only when it differs, so that screen readers and selections are not disturbed. */
export function text(node: Element, words: string): void {
  if (node.textContent !== words) node.textContent = words;
}

/**
 * Says something through a live region. The region is emptied first: the same words
 * said twice are announced twice. What it holds follows the language of the page.
 */
export function announcer(region: HTMLElement): (words: () => string) => void {
  let said = () => '';
  drawn(() => text(region, said()));
  return (words) => {
    said = words;
    region.textContent = '';
    requestAnimationFrame(() => text(region, said()));
  };
}
