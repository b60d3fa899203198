/**
 * A paper: what one candidate is asked, with its keys. Pure. Guarantees: the order of the items and of their
 * choices is drawn for each candidate; a paper is kept as its canonical bytes, and named by their hash; what a
 * candidate is shown is a type of its own (`CandidatePaper`) into which each part is put by name, so that no key
 * leaves the server. Choices are named by their place, from 1: the bank's own ids could tell the right one.
 */

import { canonical, hashOf } from '../../ledger/canonical.ts';
import type { Words } from '../../sdk/wire.ts';
import type { Form } from '../classes/item.ts';
import { type Asked, askOf } from '../proofs/question/template.ts';
import { type BankItem, type Blueprint, type Difficulty, drawItems } from './blueprint.ts';
import { shuffled } from './shuffle.ts';

export interface PaperItem {
  /** From 1, as shown. */
  readonly n: number;
  /** The bank's id. */
  readonly item: string;
  readonly topic: string;
  readonly difficulty: Difficulty;
  /** As it is asked, with its key. */
  readonly asked: Asked;
  /** The choices' ids in the order shown. */
  readonly shown: readonly string[];
}

export interface Paper {
  readonly v: 1;
  readonly items: readonly PaperItem[];
}

/** @returns null: the bank is too small, or an item of it cannot be asked. */
export function drawPaper(blueprint: Blueprint, bank: readonly BankItem[], below: (n: number) => number): Paper | null {
  const drawn = drawItems(blueprint, bank, below);
  if (drawn === null) return null;
  const items: PaperItem[] = [];
  for (const { id, topic, difficulty, item } of shuffled(drawn, below)) {
    const asked = askOf(item, below);
    if (asked === null) return null;
    items.push({ n: items.length + 1, item: id, topic, difficulty, asked, shown: shownOrder(asked, below) });
  }
  return { v: 1, items };
}

function shownOrder(asked: Asked, below: (n: number) => number): readonly string[] {
  if (!('choices' in asked)) return [];
  const ids = asked.choices.map(({ id }) => id);
  const order = shuffled(ids, below);
  // Choices that are to be put in order must not stand in it already: moved on by one, they never do.
  const solved = asked.form === 'order' && order.every((id, i) => id === ids[i]);
  return solved ? [...order.slice(1), ...order.slice(0, 1)] : order;
}

export const paperText = (paper: Paper): string => canonical(paper);
export const paperHash = (text: string): string => hashOf(text);

/** What a candidate sees of an item. */
export interface CandidateItem {
  readonly n: number;
  readonly form: Form;
  readonly text: Words;
  readonly choices: readonly { readonly id: string; readonly text: Words }[];
  readonly unit?: Words;
  /** The SHA-256 of the picture that is pointed at. */
  readonly picture?: string;
}
export type CandidatePaper = readonly CandidateItem[];

export function candidateView(paper: Paper): CandidatePaper {
  return paper.items.map(itemView);
}

function itemView({ n, asked, shown }: PaperItem): CandidateItem {
  const head = { n, form: asked.form, text: { zh: asked.text.zh, en: asked.text.en } };
  switch (asked.form) {
    case 'single':
    case 'multiple':
    case 'order':
      return {
        ...head,
        choices: shown.flatMap((id, at) => {
          const choice = asked.choices.find((one) => one.id === id);
          return choice === undefined ? [] : [{ id: String(at + 1), text: { zh: choice.zh, en: choice.en } }];
        }),
      };
    case 'number':
      return {
        ...head,
        choices: [],
        ...(asked.unit === undefined ? {} : { unit: { zh: asked.unit.zh, en: asked.unit.en } }),
      };
    case 'point':
      return { ...head, choices: [], picture: asked.picture };
    default:
      return asked satisfies never;
  }
}
