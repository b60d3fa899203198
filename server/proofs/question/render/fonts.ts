/**
 * The letters: Noto Sans SC, and for Greek (Ω, μ) Source Sans, its Latin sibling. Their packages cut
 * them into files by character. Guarantees: a file is loaded when a character of it is first drawn; a
 * character that no file has is told, so that nobody is shown an empty box; fonts of the machine play
 * no part.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { GlobalFonts } from '@napi-rs/canvas';

interface FontFile {
  readonly family: string;
  readonly path: string;
  readonly ranges: readonly (readonly [first: number, last: number])[];
}

export interface Fonts {
  /** The families that together have every character of the text, as CSS lists them. Throws when one is in none. */
  familiesFor(text: string): string;
}

export function createFonts(): Fonts {
  const files = ['noto-sans-sc', 'source-sans-3'].flatMap(filesOf);
  const byCharacter = new Map<number, FontFile>();
  const loaded = new Set<FontFile>();

  function fileOf(character: number): FontFile {
    const known = byCharacter.get(character);
    if (known !== undefined) return known;
    const found = files.find(({ ranges }) => ranges.some(([first, last]) => first <= character && character <= last));
    if (found === undefined) throw new Error(`no letter for U+${character.toString(16)}`);
    byCharacter.set(character, found);
    return found;
  }

  return {
    familiesFor(text) {
      const needed = new Set([...text].map((letter) => fileOf(letter.codePointAt(0) ?? 0)));
      for (const file of needed) {
        if (loaded.has(file)) continue;
        if (GlobalFonts.registerFromPath(file.path, file.family) === null) throw new Error(`no font in ${file.path}`);
        loaded.add(file);
      }
      return [...needed].map(({ family }) => family).join(', ');
    },
  };
}

function filesOf(font: string): readonly FontFile[] {
  const home = dirname(createRequire(import.meta.url).resolve(`@fontsource-variable/${font}/package.json`));
  const listed = JSON.parse(readFileSync(join(home, 'unicode.json'), 'utf8')) as Record<string, string>;
  return Object.entries(listed).map(([name, ranges]) => {
    const part = name.replaceAll(/[[\]]/g, '');
    const path = join(home, 'files', `${font}-${part}-wght-normal.woff2`);
    return { family: `${font}-${part}`, path, ranges: ranges.split(',').map(rangeOf) };
  });
}

/** @example rangeOf('U+4e00-4e09') // [0x4e00, 0x4e09] */
function rangeOf(text: string): readonly [number, number] {
  const [first = '', last = first] = text.trim().replace(/^U\+/i, '').split('-');
  return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
}
