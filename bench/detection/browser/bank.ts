/**
 * The bench's own question bank: four forms, templates among them, half of the items about a stretch of the
 * lesson. The words do not matter to whoever measures; that no two items read the same does.
 */
import { type Item, itemSchema } from '../../../server/classes/item.ts';

const STRETCH_MS = 20_000;
const both = (text: string): { zh: string; en: string } => ({ zh: text, en: text });
const choices = (of: string, many: number) =>
  Array.from({ length: many }, (_, i) => ({ id: `c${i}`, ...both(`${of} ${'甲乙丙丁戊'[i]}`) }));

/** @param lessonMs items about a stretch lie along it */
export function bankOf(lesson: string, lessonMs: number): readonly Item[] {
  const stretches = Math.floor(lessonMs / STRETCH_MS);
  const items: object[] = [];
  const add = (item: object): void => {
    const n = items.length;
    const from = (n % stretches) * STRETCH_MS;
    items.push({ id: `${lesson}-${n}`, ...item, ...(n % 2 === 0 ? {} : { about: [from, from + STRETCH_MS] }) });
  };
  for (let n = 0; n < 12; n++) {
    add({ form: 'single', ...both(`${lesson} 单选 ${n}`), choices: choices(`${n}`, 4), answer: `c${n % 4}` });
  }
  for (let n = 0; n < 4; n++) {
    const answers = [`c${n % 4}`, `c${(n + 1) % 4}`];
    add({ form: 'multiple', ...both(`${lesson} 多选 ${n}`), choices: choices(`${n}`, 4), answers });
    add({ form: 'order', ...both(`${lesson} 排序 ${n}`), choices: choices(`${n}`, 4) });
    const variables = { a: { from: 11, to: 89, step: 1 }, b: { from: 3, to: 9, step: 1 } };
    add({ form: 'number', ...both(`${lesson} 填数 ${n}：{a} × {b} + ${n}`), answer: `a × b + ${n}`, variables });
  }
  return items.map((item) => itemSchema.parse(item));
}
