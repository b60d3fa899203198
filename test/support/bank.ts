/** The demo lessons' questions with what is right of each: the key that only a test may hold. */

import type { Region } from '../../server/classes/item.ts';
import { readDemoLessons } from '../../server/demo/lessons.ts';
import { evaluate, parse, written } from '../../server/proofs/question/expression.ts';

type Item = ReturnType<typeof readDemoLessons>[number]['questions'][number];

/** What is right, in the words that stand on a page. */
export type Right =
  | { readonly form: 'single'; readonly words: string }
  | { readonly form: 'multiple'; readonly words: readonly string[] }
  | { readonly form: 'order'; readonly words: readonly string[] }
  | { readonly form: 'number'; readonly number: string }
  | { readonly form: 'point'; readonly point: readonly [number, number] };

const items = readDemoLessons().flatMap(({ questions }) => questions);

/** What to answer to the question that stands somewhere in this text, in Chinese. */
export function rightTo(shown: string): Right {
  for (const item of items) {
    const drawn = drawnIn(item, shown);
    if (drawn !== null) return rightOf(item, drawn);
  }
  throw new Error(`no question of the bank in: ${shown}`);
}

/** Of a single choice. */
export function rightAnswer(shown: string): string {
  const right = rightTo(shown);
  if (right.form !== 'single') throw new Error(`this is no single choice: ${shown}`);
  return right.words;
}

type Drawn = Readonly<Record<string, number>>;

/** What the text says in the place of each variable; `null`: it is another question. */
function drawnIn({ zh }: Item, shown: string): Drawn | null {
  const parts = zh.split(/\{(\w+)\}/).map((part, i) => (i % 2 === 1 ? `(?<${part}>[\\d.]+)` : plain(part)));
  const found = new RegExp(parts.join('')).exec(shown);
  return found && Object.fromEntries(Object.entries(found.groups ?? {}).map(([name, value]) => [name, Number(value)]));
}

function plain(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function rightOf(item: Item, drawn: Drawn): Right {
  const { form } = item;
  switch (form) {
    case 'single':
      return { form, words: item.choices.find(({ id }) => id === item.answer)?.zh ?? '' };
    case 'multiple':
      return { form, words: item.choices.filter(({ id }) => item.answers.includes(id)).map(({ zh }) => zh) };
    case 'order':
      return { form, words: item.choices.map(({ zh }) => zh) };
    case 'number': {
      const expression = parse(item.answer);
      const value = expression && evaluate(expression, (name) => drawn[name]);
      return { form, number: written(value ?? Number.NaN) };
    }
    case 'point':
      return { form, point: middleOf(item.region) };
    default:
      return form satisfies never;
  }
}

function middleOf(region: Region): readonly [number, number] {
  if ('circle' in region) return [region.circle[0], region.circle[1]];
  const mean = (at: 0 | 1) => region.polygon.reduce((sum, corner) => sum + corner[at], 0) / region.polygon.length;
  return [mean(0), mean(1)];
}
