import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { catalogues as examWords } from '../../sdk/exam/words.ts';
import * as consoleWords from '../../web-console/words.ts';
import * as playerWords from '../../web-player/words.ts';

const placeholders = (words: string): string[] => [...words.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? '').sort();
const han = /\p{Script=Han}/u;
/** The button that names the other language, in that language. */
const foreign = 'otherLanguage';

describe.each([
  ['player', playerWords.languages, playerWords.catalogues],
  ['exam', playerWords.languages, examWords],
  ['console', consoleWords.languages, consoleWords.catalogues],
] as const)('%s speaks both languages', (_name, languages, catalogues) => {
  const zh: Readonly<Record<string, string>> = catalogues['zh-CN'];
  const en: Readonly<Record<string, string>> = catalogues.en;

  test('Chinese comes first', () => {
    expect(languages[0]).toBe('zh-CN');
    expect(Object.keys(catalogues)[0]).toBe('zh-CN');
  });

  test('every word exists in both, with the same placeholders', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    for (const [key, words] of Object.entries(zh)) {
      expect(words.trim(), key).not.toBe('');
      expect(en[key]?.trim(), key).not.toBe('');
      expect(placeholders(en[key] ?? ''), key).toEqual(placeholders(words));
    }
  });

  test('no word was left in the other language', () => {
    for (const [key, words] of Object.entries(zh)) {
      if (key === foreign) continue;
      if (words.replace(/\{\w+\}|[^\p{L}]/gu, '') !== '') expect(words, key).toMatch(han);
      expect(en[key], key).not.toMatch(han);
      expect(words, `${key}: half-width punctuation between Chinese words`).not.toMatch(
        /\p{Script=Han}[,;:?!()]|[,;:?!()]\p{Script=Han}/u,
      );
      expect(en[key], `${key}: Chinese punctuation in English`).not.toMatch(/[\u3000-\u303f\uff00-\uffef]/);
    }
  });
});

test.each([playerWords.fill, consoleWords.fill])('numbers take their words; what is not given stays', (fill) => {
  const words = '{count} {count|alert|alerts}';
  expect([0, 1, 2].map((count) => fill(words, { count }))).toEqual(['0 alerts', '1 alert', '2 alerts']);
  expect(fill('{count|alert|alerts}', { count: 1 })).toBe('alert');
  expect(fill(words)).toBe(words);
  expect(fill('{name}', { name: '{name}$&' })).toBe('{name}$&');
});

test('the lesson page reads in Chinese before any script has run, in the same words', () => {
  const html = readFileSync(new URL('../../web-player/index.html', import.meta.url), 'utf8');
  const zh: Readonly<Record<string, string>> = playerWords.catalogues['zh-CN'];
  const marked = [...html.matchAll(/data-words="(\w+)"[^>]*>([^<]*)</g)];
  expect(marked.length).toBeGreaterThan(10);
  for (const [, key = '', words] of marked) expect(words, key).toBe(zh[key]);
});

test.each(['web-player/index.html', 'web-player/exam.html', 'web-console/index.html'])('%s declares zh-CN', (path) => {
  expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).toContain('<html lang="zh-CN">');
});
