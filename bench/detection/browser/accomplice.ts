/**
 * What the attacker can answer. An accomplice reads the key from the database, beside the service: never by
 * asking the code that is attacked.
 */
import type { Db } from '../../../server/db/pool.ts';
import { createRandom, type Random, whole } from '../../../test/support/world/random.ts';

export interface Stock {
  readonly name: string;
  /** Share of the bank whose answers it has; it finds them by the words on the page. */
  readonly share: number;
  /** Somebody, or a model, who can read whatever is shown, a picture too. */
  readonly reads?: true;
  readonly otherwise: 'guesses' | 'ignores';
}

export const stocks: readonly Stock[] = [
  { name: 'none', share: 0, otherwise: 'ignores' },
  { name: 'guesses', share: 0, otherwise: 'guesses' },
  { name: '25 %', share: 0.25, otherwise: 'guesses' },
  { name: 'all', share: 1, reads: true, otherwise: 'guesses' },
];

/** What to do in the card: places are counted from 0 in the order shown. */
export type Plan =
  | { readonly kind: 'choose'; readonly places: readonly number[] }
  /** The place of each step, in the right order. */
  | { readonly kind: 'order'; readonly places: readonly number[] }
  | { readonly kind: 'type'; readonly text: string }
  /** A point of the picture, in thousandths of its sides. */
  | { readonly kind: 'point'; readonly x: number; readonly y: number };

/** As the server keeps what it asked, with its key. */
interface Asked {
  readonly form: string;
  readonly text?: { readonly zh: string; readonly en: string };
  readonly choices?: readonly { readonly id: string }[];
  readonly answer?: string | number;
  readonly answers?: readonly string[];
}

export interface Question {
  readonly item: string;
  readonly words: readonly string[];
  /** null: of a form that this bench cannot answer yet. */
  readonly right: Plan | null;
}

export interface Accomplice {
  /** The question that was put to this person last. */
  newest(personKey: string): Promise<Question | null>;
}

export function createAccomplice(db: Db): Accomplice {
  return {
    async newest(personKey) {
      const { rows } = await db.query<{ question_id: string; asked: Asked | null; choice_ids: string[] }>(
        'select question_id, asked, choice_ids from prompts where person_key = $1 order by issued_ms desc limit 1',
        [personKey],
      );
      const [row] = rows;
      if (row?.asked == null) return null;
      const { text } = row.asked;
      return {
        item: row.question_id,
        words: text === undefined ? [] : [text.zh, text.en],
        right: planOf(row.asked, row.choice_ids),
      };
    },
  };
}

function planOf({ form, choices = [], answer, answers = [] }: Asked, shown: readonly string[]): Plan | null {
  switch (form) {
    case 'single':
      return { kind: 'choose', places: [shown.indexOf(String(answer))] };
    case 'multiple':
      return { kind: 'choose', places: answers.map((id) => shown.indexOf(id)) };
    case 'order':
      return { kind: 'order', places: choices.map(({ id }) => shown.indexOf(id)) };
    case 'number':
      return { kind: 'type', text: String(answer) };
    default:
      return null;
  }
}

/** The same share of the bank for the same seed. */
export function knownOf(questions: readonly string[], share: number, seed: number): ReadonlySet<string> {
  const random = createRandom(seed);
  const left = [...questions];
  const known = new Set<string>();
  const most = Math.round(share * questions.length);
  while (known.size < most) known.add(left.splice(whole(random, 0, left.length - 1), 1)[0] ?? '');
  return known;
}

/** What the card asks for, as anybody sees it. */
export interface Card {
  readonly form: 'radio' | 'checkbox' | 'order' | 'number' | 'other';
  readonly places: number;
}

/** Every possible answer alike probable. */
export function guess({ form, places }: Card, random: Random): Plan | null {
  switch (form) {
    case 'radio':
      return { kind: 'choose', places: [whole(random, 0, places - 1)] };
    case 'checkbox': {
      const picked = whole(random, 1, 2 ** places - 1);
      return { kind: 'choose', places: Array.from({ length: places }, (_, i) => i).filter((i) => picked & (1 << i)) };
    }
    case 'order': {
      const left = Array.from({ length: places }, (_, i) => i);
      const drawn: number[] = [];
      while (left.length > 0) drawn.push(left.splice(whole(random, 0, left.length - 1), 1)[0] ?? 0);
      return { kind: 'order', places: drawn };
    }
    case 'number':
      return { kind: 'type', text: String(whole(random, 1, 100)) };
    case 'other':
      return null;
    default:
      return form satisfies never;
  }
}
