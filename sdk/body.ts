/**
 * The text of a beat: what is sealed, stored, and read again years later.
 *
 * Guarantees: it is what `JSON.stringify` would write, the parts in the order in which the digest puts them,
 * and the gateway refuses any other spelling. Written by hand all the same: `JSON.stringify` asks each object for
 * a `toJSON`, and a page may define one for all objects.
 */
import { quote } from './natives.ts';

const { keys } = Object;
const { isArray } = Array;

/** Of texts, numbers, truths, and lists and objects of them; what is undefined is left out. */
export function write(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object') return `${value}`;
  const parts = value as Record<string, unknown>;
  const isList = isArray(value);
  let text = '';
  const names = keys(parts);
  for (let place = 0; place < names.length; place++) {
    const key = names[place] as string;
    if (parts[key] !== undefined) text += (text && ',') + (isList ? '' : `"${key}":`) + write(parts[key]);
  }
  return isList ? `[${text}]` : `{${text}}`;
}
