/**
 * The columns of a bank's table. Guarantees: each is known by a Chinese and an English name, however
 * it is spaced or capitalised; what is missing, unknown or there twice is said.
 */
import type { Problem } from './problem.ts';

/** Choices are A to J: `a` is what it says in Chinese, `aEn` in English. */
const letters = [...'abcdefghij'] as const;

const named = {
  id: ['id', '编号'],
  lesson: ['lesson', '课程'],
  form: ['form', '题型'],
  from: ['from', '起'],
  to: ['to', '止'],
  zh: ['zh', '题目'],
  en: ['en', '题目英文'],
  answer: ['answer', '答案'],
  tolerance: ['tolerance', '误差'],
  unit: ['unit', '单位'],
  unitEn: ['unit_en', '单位英文'],
  variables: ['variables', '变量'],
  picture: ['picture', '图片'],
} as const satisfies Record<string, readonly [string, string]>;

export type Column = keyof typeof named | `choice:${string}` | `choiceEn:${string}`;

const byName = new Map<string, Column>([
  ...Object.entries(named).flatMap(([column, names]) => names.map((name) => [plain(name), column as Column] as const)),
  ...letters.flatMap((letter): (readonly [string, Column])[] => [
    [letter, `choice:${letter}`],
    [`选项${letter}`, `choice:${letter}`],
    [`${letter}en`, `choiceEn:${letter}`],
    [`选项${letter}英文`, `choiceEn:${letter}`],
  ]),
]);
const needed: readonly Column[] = ['id', 'zh', 'answer'];

function plain(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '');
}

/** @example titleOf('zh') // '题目 zh' */
export function titleOf(column: Column): string {
  const [what, letter = ''] = column.split(':');
  if (what === 'choice') return `选项${letter.toUpperCase()} ${letter}`;
  if (what === 'choiceEn') return `选项${letter.toUpperCase()}英文 ${letter}_en`;
  const [en, zh] = named[column as keyof typeof named];
  return `${zh} ${en}`;
}

/** Where each column stands, from 0; of what is wrong, row 1 is told. */
export function readHeader(
  cells: readonly string[],
  needsLesson: boolean,
): { readonly at: ReadonlyMap<Column, number>; readonly problems: readonly Problem[] } {
  const at = new Map<Column, number>();
  const problems: Problem[] = [];
  const complain = (column: string, zh: string, en: string) => problems.push({ row: 1, column, zh, en });
  for (const [i, cell] of cells.entries()) {
    if (cell === '') continue;
    const column = byName.get(plain(cell));
    if (column === undefined) complain(cell.slice(0, 40), '没有这一列', 'is no column of a question bank');
    else if (at.has(column)) complain(titleOf(column), '这一列出现了两次', 'is there twice');
    else at.set(column, i);
  }
  for (const column of needsLesson ? [...needed, 'lesson' as const] : needed) {
    if (!at.has(column)) complain(titleOf(column), '缺少这一列', 'is missing');
  }
  return { at, problems };
}
