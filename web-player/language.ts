/**
 * Which language the page speaks. Guarantees: zh-CN unless the trainee chose otherwise
 * on this device; `<html lang>` always names the language shown; everything that holds
 * words registers here and is redrawn when the choice changes.
 */
import type { Words } from '../sdk/wire.ts';
import { catalogues, fill, type Key, type Language, languages } from './words.ts';

const storageKey = 'zhenxue.language';
const listeners = new Set<() => void>();
let current: Language = remembered();

function remembered(): Language {
  try {
    const stored = localStorage.getItem(storageKey);
    return languages.find((each) => each === stored) ?? 'zh-CN';
  } catch {
    return 'zh-CN'; // storage refused: the choice lasts as long as the page
  }
}

/** The catalogue's words for `key`, filled in as `fill` says. */
export function say(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  return fill(catalogues[current][key], values);
}

/** Words that came from the server, in the language shown. */
export function pick(words: Words): string {
  return current === 'zh-CN' ? words.zh : words.en;
}

export function locale(): Language {
  return current;
}

/** Calls `draw` now and after every change of language. */
export function drawn(draw: () => void): void {
  listeners.add(draw);
  draw();
}

export function switchLanguage(): void {
  current = current === 'zh-CN' ? 'en' : 'zh-CN';
  try {
    localStorage.setItem(storageKey, current);
  } catch {
    // The choice lasts as long as the page.
  }
  for (const draw of listeners) draw();
}
