/** What a page knows of the sitting that it holds. Guarantees: `saved` says only what the server said. */
import type { Given, Words } from '../wire.ts';
import type { Opened } from './door.ts';
import type { ExamItem, Saved } from './surface.ts';

export interface Sheet {
  readonly sitting: string;
  readonly title: string;
  readonly items: readonly ExamItem[];
  /** The newest of each item, saved or not. */
  readonly given: Map<number, Given>;
  /** The newest that the server has. */
  readonly stored: Map<number, Given>;
  readonly refused: Map<number, Words>;
  /** Given, and not heard of yet. */
  readonly waiting: Set<number>;
}

export function savedOf({ given, refused, waiting }: Sheet, n: number): Saved {
  if (refused.has(n)) return 'refused';
  if (waiting.has(n)) return 'waiting';
  return given.has(n) ? 'saved' : 'none';
}

/** The places of the items of which it is so. */
export function placesOf(sheet: Sheet, saved: Saved): readonly number[] {
  return sheet.items.map(({ n }) => n).filter((n) => savedOf(sheet, n) === saved);
}

export function sheetOf({ sittingId, exam: { title }, items, pictures, answers }: Opened): Sheet {
  const saved = new Map(answers.map(({ n, given }) => [n, given]));
  const shownItems = items.map(({ picture: hash, ...item }) => {
    const found = pictures.find(({ sha256 }) => sha256 === hash);
    const given = saved.get(item.n);
    return { ...item, of: items.length, ...(found && { picture: found }), ...(given && { given }) };
  });
  return {
    ...{ sitting: sittingId, title, items: shownItems },
    ...{ given: new Map(saved), stored: saved, refused: new Map(), waiting: new Set() },
  };
}
