/**
 * A template's variables as one cell: `r=5..50/5; i=1|2|3; u=电压~voltage|电流~current`: from 5 to 50
 * in steps of 5; one of three numbers; one of two terms in both languages.
 */
import type { Variable } from '../item.ts';

const number = String.raw`-?\d+(?:\.\d+)?`;
const range = new RegExp(`^(${number})\\.\\.(${number})(?:/(${number}))?$`);
const isNumber = new RegExp(`^${number}$`);

/** `undefined`: there are none; `null`: they cannot be read. */
export function readVariables(cell: string): Readonly<Record<string, Variable>> | null | undefined {
  // The signs of a Chinese keyboard; terms keep their own punctuation.
  const text = cell.replaceAll('；', ';').replaceAll('＝', '=').replaceAll('｜', '|').replaceAll('～', '~');
  if (text.trim() === '') return undefined;
  const found = new Map<string, Variable>();
  for (const part of text.split(/[;\n]/).filter((one) => one.trim() !== '')) {
    const [, name = '', values = ''] = /^\s*([a-z][a-z0-9]*)\s*=\s*(.+?)\s*$/.exec(part) ?? [];
    if (name === '' || found.has(name)) return null;
    const bounds = range.exec(values.replaceAll(' ', ''));
    if (bounds !== null) {
      const [, from, to, step = '1'] = bounds;
      found.set(name, { from: Number(from), to: Number(to), step: Number(step) });
      continue;
    }
    const oneOf = values.split('|').map((value) => termOf(value.trim()));
    if (oneOf.length < 2) return null;
    found.set(name, { oneOf });
  }
  return Object.fromEntries(found);
}

function termOf(text: string): number | { readonly zh: string; readonly en: string } {
  if (isNumber.test(text)) return Number(text);
  const [zh = '', en = zh] = text.split('~').map((one) => one.trim());
  return { zh, en };
}
