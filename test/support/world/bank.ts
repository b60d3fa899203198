/**
 * What the simulated server asks about: items of several forms, some of them templates, which are drawn anew each
 * time. Guarantees: nobody is asked an item twice while others remain; then the one asked longest ago; among
 * those the ones that are hard to guess come first; the rest is the server's chance.
 */
import { pick, type Random, whole } from './random.ts';

type Form = 'single' | 'multiple' | 'order' | 'number';

/** So many answers can be given: one of 4; some of 5; an order of 4; up to three digits. One of them is right. */
const ANSWERS: Readonly<Record<Form, number>> = { single: 4, multiple: 31, order: 24, number: 1000 };
/** Hard to guess: one chance in so many, or less. */
const HARD = 20;

interface Item {
  readonly id: string;
  readonly answers: number;
  /** Null: a template; numbers and terms, and with them the right answer, are drawn when it is asked. */
  readonly key: number | null;
}
export type Bank = readonly Item[];

/** What whoever is asked can read. The words tell the item, and which drawing of it; a handle tells neither. */
export interface Question {
  readonly item: string;
  /** Never the same again for a template. */
  readonly drawing: string;
  readonly answers: number;
}

/** Of sixteen, as an editor may write them: six that are easy to guess, and four templates. */
const MIX: readonly (readonly [Form, 'template' | 'fixed'])[] = [
  ['single', 'fixed'],
  ['multiple', 'fixed'],
  ['number', 'template'],
  ['single', 'fixed'],
  ['order', 'fixed'],
  ['single', 'template'],
  ['multiple', 'fixed'],
  ['number', 'template'],
  ['single', 'fixed'],
  ['multiple', 'fixed'],
  ['order', 'fixed'],
  ['single', 'fixed'],
  ['number', 'fixed'],
  ['multiple', 'fixed'],
  ['order', 'template'],
  ['single', 'fixed'],
];

export function createBank(items: number, random: Random): Bank {
  return Array.from({ length: items }, (_, n) => {
    const [form, kind] = MIX[n % MIX.length] as (typeof MIX)[number];
    const answers = ANSWERS[form];
    return { id: `item-${n}`, answers, key: kind === 'template' ? null : whole(random, 0, answers - 1) };
  });
}

/** Chooses for one person. `hard`: only what is hard to guess. */
export type Chooser = (hard: boolean) => Question & { readonly key: number };

export function createChooser(bank: Bank, random: Random): Chooser {
  const asked = new Map<string, number>();
  let count = 0;
  return (hard) => {
    const hardOnes = bank.filter(({ answers }) => answers >= HARD);
    const all = hard && hardOnes.length > 0 ? hardOnes : bank;
    const oldest = Math.min(...all.map(({ id }) => asked.get(id) ?? 0));
    const next = all.filter(({ id }) => (asked.get(id) ?? 0) === oldest);
    const best = next.filter(({ answers }) => answers >= HARD);
    const { id, answers, key } = pick(random, (best.length > 0 ? best : next) as unknown as readonly [Bank[number]]);
    count += 1;
    asked.set(id, count);
    const drawing = key === null ? `${id}-${count}-${whole(random, 0, 2 ** 31)}` : id;
    return { item: id, drawing, answers, key: key ?? whole(random, 0, answers - 1) };
  };
}
