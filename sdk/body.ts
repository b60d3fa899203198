/**
 * The one spelling of a beat: what is sealed, stored, and read again years later.
 *
 * Guarantees: the parts stand in this order, without blanks, each as `JSON.stringify` would write it; the
 * gateway refuses any other spelling. Written by hand: `JSON.stringify` asks each object for a `toJSON`,
 * and a page may define one for all objects.
 */
import { quote } from './natives.ts';
import type { Beat } from './wire.ts';

const parts = [
  'seq',
  'cause',
  'nonce',
  'span',
  'runs',
  'rates',
  'player',
  'page',
  'busy',
  'frames',
  'clocks',
  'input',
  'seeks',
  'stalled',
  'signs',
] as const satisfies readonly (keyof Beat)[];
/** A part of the wire's beat that is not in the list would never be sent: then this does not compile. */
type Forgotten = Exclude<keyof Beat, (typeof parts)[number]>;
const none: [Forgotten] extends [never] ? true : Forgotten = true;

function write(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object') return `${value}`;
  const list = value as readonly unknown[];
  let text = '';
  for (let place = 0; place < list.length; place++) text += (place ? ',' : '') + write(list[place]);
  return `[${text}]`;
}

export function bodyOf(beat: Beat): string {
  let text = '';
  for (let place = 0; none && place < parts.length; place++) {
    const part = parts[place] as (typeof parts)[number];
    const value = beat[part];
    if (value !== undefined) text += `${text ? ',' : ''}"${part}":${write(value)}`;
  }
  return `{${text}}`;
}
