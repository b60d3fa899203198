/**
 * How well a bank covers a lesson. Pure. An item about no stretch of its own may be asked anywhere,
 * so it leaves no stretch without an item. One that points at a picture does not count: who cannot see
 * the picture is asked the others, and must not run out of them.
 */
import { type Form, forms } from '../../../server/classes/item.ts';
import type { BankedItem } from '../../../server/classes/store.ts';

export interface Coverage {
  readonly items: number;
  readonly templates: number;
  readonly forms: Readonly<Record<Form, number>>;
  /** Items an hour of media, a template counting for several. */
  readonly perHour: number;
  /** The largest stretch of media without an item, ms. */
  readonly gap: readonly [number, number];
  /** Too few items, or too long a stretch without one. */
  readonly thin: boolean;
  /** Most of it can be guessed one time in four. What that costs the weak: docs/presence.md. */
  readonly guessable: boolean;
}

const HOUR_MS = 3_600_000;
/** A person studies an hour with 6 questions at most, and meets no item twice in its first hour. */
export const PER_HOUR_MIN = 8;
/** Held time asks for a question at least so often. */
export const GAP_MAX_MS = 15 * 60_000;
/** Its answers cannot be passed on as they are; that it is one item again and again shows all the same. */
export const TEMPLATE_COUNTS = 4;

export function coverageOf(items: readonly BankedItem[], durationMs: number): Coverage {
  const inWords = items.filter(({ form }) => form !== 'point');
  const templates = items.filter(({ template }) => template).length;
  const perHour = (inWords.length + templates * (TEMPLATE_COUNTS - 1)) / (durationMs / HOUR_MS);
  const gap = largestGap(inWords, durationMs);
  return {
    ...{ items: items.length, templates, perHour, gap },
    forms: Object.fromEntries(forms.map((form) => [form, items.filter((item) => item.form === form).length])) as Record<
      Form,
      number
    >,
    guessable: items.filter(({ form }) => form === 'single').length > items.length / 2,
    thin: perHour < PER_HOUR_MIN || gap[1] - gap[0] > GAP_MAX_MS,
  };
}

function largestGap(items: readonly BankedItem[], durationMs: number): readonly [number, number] {
  const stretches = items.map(({ about }) => about ?? ([0, durationMs] as const)).toSorted((a, b) => a[0] - b[0]);
  let largest: readonly [number, number] = [0, 0];
  let upTo = 0;
  for (const [from, to] of [...stretches, [durationMs, durationMs] as const]) {
    if (from - upTo > largest[1] - largest[0]) largest = [upTo, from];
    upTo = Math.max(upTo, to);
  }
  return largest;
}
