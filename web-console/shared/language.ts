/**
 * Which language the console speaks. Guarantees: zh-CN unless chosen otherwise on this
 * device; `<html lang>` names the language shown; templates that call `say` or `pick`
 * redraw by themselves when the choice changes.
 */
import { ref, watchEffect } from 'vue';
import type { Words } from '../../sdk/wire.ts';
import { catalogues, fill, type Key, type Language, languages } from '../words.ts';

const storageKey = 'zhenxue.language';

function remembered(): Language {
  try {
    const stored = localStorage.getItem(storageKey);
    return languages.find((each) => each === stored) ?? 'zh-CN';
  } catch {
    return 'zh-CN';
  }
}

export const language = ref<Language>(remembered());

watchEffect(() => {
  document.documentElement.lang = language.value;
  document.title = say('title');
});

export function say(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  return fill(catalogues[language.value][key], values);
}

/** Words that came from the server, in the language shown. */
export function pick(words: Words): string {
  return language.value === 'zh-CN' ? words.zh : words.en;
}

export function switchLanguage(): void {
  language.value = language.value === 'zh-CN' ? 'en' : 'zh-CN';
  try {
    localStorage.setItem(storageKey, language.value);
  } catch {
    // The choice lasts as long as the page.
  }
}
