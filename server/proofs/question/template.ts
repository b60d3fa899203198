/**
 * From an item of the bank to what one person is asked. Guarantees: whatever is drawn, no two
 * choices of a template read the same, and the right one is among them; the same drawing gives the
 * same question; an item without variables is asked word for word.
 */
import type { Words } from '../../../sdk/wire.ts';
import type { Item, Region, Variable } from '../../classes/item.ts';
import { evaluate, parse, rounded, written } from './expression.ts';

/** What was drawn: a number or a term for each variable. */
export type Drawn = Readonly<Record<string, number | Words>>;

/** One of the choices, in the bank's own words and order. */
export interface Choice extends Words {
  readonly id: string;
}

/** A question as it was put to one person, with its key. It is kept with the prompt and never leaves the server whole. */
export type Asked = { readonly text: Words; readonly drawn?: Drawn } & (
  | { readonly form: 'single'; readonly choices: readonly Choice[]; readonly answer: string }
  | { readonly form: 'multiple'; readonly choices: readonly Choice[]; readonly answers: readonly string[] }
  /** The choices stand in their right order. */
  | { readonly form: 'order'; readonly choices: readonly Choice[] }
  | { readonly form: 'number'; readonly answer: number; readonly tolerance: number; readonly unit?: Words }
  /** The picture by the SHA-256 of its bytes, and where it is pointed at rightly. */
  | { readonly form: 'point'; readonly picture: string; readonly region: Region }
);

/** A template of which fewer than half of the drawings can be asked fails so often once in a million million. */
const DRAWS_MAX = 40;

/**
 * Draws until it can be asked; `null`: nothing drawn could be.
 * @param below a number in [0, n), all alike probable
 */
export function askOf(item: Item, below: (n: number) => number): Asked | null {
  if (item.variables === undefined) return render(item, {});
  for (let draws = 0; draws < DRAWS_MAX; draws++) {
    const asked = render(item, draw(item.variables, below));
    if (asked !== null) return asked;
  }
  return null;
}

export function draw(variables: Readonly<Record<string, Variable>>, below: (n: number) => number): Drawn {
  return Object.fromEntries(Object.entries(variables).map(([name, one]) => [name, drawOne(one, below)]));
}

function drawOne(one: Variable, below: (n: number) => number): number | Words {
  if ('oneOf' in one) return one.oneOf[below(one.oneOf.length)] ?? 0;
  // Nine decimals: 0.1 three times is 0.3, not 0.30000000000000004.
  const values = Math.floor(rounded((one.to - one.from) / one.step, 9)) + 1;
  return rounded(one.from + below(values) * one.step, 9);
}

/** The question that this drawing makes; `null`: a part of it has no value, or two choices read the same. */
export function render(item: Item, drawn: Drawn): Asked | null {
  const template = item.variables !== undefined;
  const say = (words: Words): Words | null => (template ? filled(words, drawn) : { zh: words.zh, en: words.en });
  const text = say(item);
  if (text === null) return null;
  const head = template ? { text, drawn } : { text };
  if (item.form === 'number') return numberOf(item, drawn, head, say);
  if (item.form === 'point') return { text, form: item.form, picture: item.picture, region: item.region };
  const choices: Choice[] = [];
  for (const choice of item.choices) {
    const words = say(choice);
    if (words === null) return null;
    choices.push({ id: choice.id, ...words });
  }
  if (template && haveTwins(choices)) return null;
  switch (item.form) {
    case 'single':
      return { ...head, form: item.form, choices, answer: item.answer };
    case 'multiple':
      return { ...head, form: item.form, choices, answers: item.answers };
    case 'order':
      return { ...head, form: item.form, choices };
    default:
      return item satisfies never;
  }
}

function numberOf(
  item: Extract<Item, { form: 'number' }>,
  drawn: Drawn,
  head: { readonly text: Words },
  say: (words: Words) => Words | null,
): Asked | null {
  const [answer, tolerance] = [numberIn(item.answer, drawn), numberIn(item.tolerance, drawn)];
  if (answer === null || tolerance === null || tolerance < 0) return null;
  const base = { ...head, form: item.form, answer, tolerance } as const;
  if (item.unit === undefined) return base;
  const unit = say(item.unit);
  return unit === null ? null : { ...base, unit };
}

/** Whether two choices look alike to a reader in either language. */
export function haveTwins(choices: readonly Words[]): boolean {
  return (['zh', 'en'] as const).some((language) => {
    const seen = choices.map((words) => words[language].normalize('NFKC').replaceAll(/\s+/g, '').toLowerCase());
    return new Set(seen).size < seen.length;
  });
}

function filled(words: Words, drawn: Drawn): Words | null {
  const [zh, en] = [fill(words.zh, drawn, 'zh'), fill(words.en, drawn, 'en')];
  return zh === null || en === null ? null : { zh, en };
}

function fill(text: string, drawn: Drawn, language: keyof Words): string | null {
  let whole = true;
  const out = text.replaceAll(/\{([^{}]*)\}/g, (_hole, inner: string) => {
    const term = namedIn(inner.trim(), drawn);
    if (typeof term === 'object') return term[language];
    const value = numberIn(inner, drawn);
    whole &&= value !== null;
    return value === null ? '' : written(value);
  });
  return whole && !/[{}]/.test(out) ? out : null;
}

function numberIn(text: string, drawn: Drawn): number | null {
  const expression = parse(text);
  if (expression === null) return null;
  return evaluate(expression, (name) => {
    const value = namedIn(name, drawn);
    return typeof value === 'number' ? value : undefined;
  });
}

function namedIn(name: string, drawn: Drawn): number | Words | undefined {
  return Object.hasOwn(drawn, name) ? drawn[name] : undefined;
}
