/** What is right of a question that was asked: the key, which the server keeps and only a test may read. */
import type { Region } from '../../server/classes/item.ts';
import type { Db } from '../../server/db/pool.ts';
import type { Asked } from '../../server/proofs/question/template.ts';

/** Choices by their place as shown, from 1: as an input, or a step, is named on a page. */
export type Right =
  | { readonly form: 'single' | 'multiple' | 'order'; readonly places: readonly string[] }
  | { readonly form: 'number'; readonly number: string }
  | { readonly form: 'point'; readonly point: readonly [number, number] };

/** Also of a question whose words stand in an image. */
export async function rightTo(db: Db, prompt: string): Promise<Right> {
  const { rows } = await db.query<{ asked: Asked; shown: string[] }>(
    'select asked, choice_ids as shown from prompts where id = $1',
    [prompt],
  );
  const row = rows[0];
  if (row === undefined) throw new Error(`no such prompt: ${prompt}`);
  return rightOf(row.asked, row.shown);
}

export function rightOf(asked: Asked, shown: readonly string[]): Right {
  const placed = (ids: readonly string[]) => ids.map((id) => String(shown.indexOf(id) + 1));
  switch (asked.form) {
    case 'single':
      return { form: asked.form, places: placed([asked.answer]) };
    case 'multiple':
      return { form: asked.form, places: placed(asked.answers) };
    case 'order':
      return { form: asked.form, places: placed(asked.choices.map(({ id }) => id)) };
    case 'number':
      return { form: asked.form, number: String(asked.answer) };
    case 'point':
      return { form: asked.form, point: middleOf(asked.region) };
    default:
      return asked satisfies never;
  }
}

function middleOf(region: Region): readonly [number, number] {
  if ('circle' in region) return [region.circle[0], region.circle[1]];
  const mean = (at: 0 | 1) => region.polygon.reduce((sum, corner) => sum + corner[at], 0) / region.polygon.length;
  return [mean(0), mean(1)];
}
