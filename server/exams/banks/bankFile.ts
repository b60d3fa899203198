/**
 * An exam's bank as a table: a lesson's, with a topic and a difficulty for each item. Guarantees: it is read by
 * what reads a lesson's bank, so that the same cells make the same item; all of it is right, or every place that
 * is wrong is told.
 */
import { readBank } from '../../classes/bank/bankFile.ts';
import type { Problem } from '../../classes/bank/problem.ts';
import type { Row } from '../../classes/bank/row.ts';
import { readTable } from '../../classes/bank/table.ts';
import type { BankItem, Difficulty } from '../blueprint.ts';
import { topicField } from '../terms.ts';

const extra = {
  topic: { names: ['topic', '知识点'], title: '知识点 topic' },
  difficulty: { names: ['difficulty', '难度'], title: '难度 difficulty' },
} as const;
const levels: Readonly<Record<string, Difficulty>> = {
  ...{ easy: 'easy', 易: 'easy', medium: 'medium', 中: 'medium', hard: 'hard', 难: 'hard' },
};
/** Items of an exam are about no lesson: all lie in one that is none. */
const NO_LESSON = 'exam';
const DAY_MS = 86_400_000;

/** Throws `Refused` where the bytes are no table. */
export function readExamBank(bytes: Uint8Array): {
  readonly items: readonly BankItem[];
  readonly problems: readonly Problem[];
} {
  const rows = readTable(bytes);
  const header = rows[0]?.cells.map(plain) ?? [];
  const at = {
    topic: header.findIndex((name) => includes(extra.topic.names, name)),
    difficulty: header.findIndex((name) => includes(extra.difficulty.names, name)),
  };
  const missing = (['topic', 'difficulty'] as const)
    .filter((column) => at[column] < 0)
    .map((column) => problem(1, column, '缺少这一列', 'is missing'));
  if (missing.length > 0) return { items: [], problems: missing };
  const read = readBank(
    rows.map((row) => without(row, [at.topic, at.difficulty])),
    {
      durations: new Map([[NO_LESSON, DAY_MS]]),
      only: NO_LESSON,
    },
  );
  const cellsOf = new Map(rows.map((row) => [row.number, row.cells]));
  const problems: Problem[] = [...read.problems];
  const items: BankItem[] = [];
  for (const { row, item } of read.items) {
    const cells = cellsOf.get(row) ?? [];
    const topic = topicField.safeParse(cells[at.topic] ?? '');
    const level = (cells[at.difficulty] ?? '').trim().toLowerCase();
    const difficulty = Object.hasOwn(levels, level) ? levels[level] : undefined;
    if (!topic.success) problems.push(problem(row, 'topic', '须为 1–100 字', 'must be 1 to 100 characters'));
    if (difficulty === undefined) {
      problems.push(problem(row, 'difficulty', '应为易、中或难', 'must be easy, medium or hard'));
    }
    if (topic.success && difficulty !== undefined) items.push({ id: item.id, topic: topic.data, difficulty, item });
  }
  return { items, problems };
}

function problem(row: number, column: keyof typeof extra, zh: string, en: string): Problem {
  return { row, column: extra[column].title, zh, en };
}

/** A column without a name is no column of a bank, and empty cells are nothing. */
function without(row: Row, columns: readonly number[]): Row {
  return {
    ...row,
    cells: row.cells.map((cell, i) => (columns.includes(i) ? '' : cell)),
    formulas: row.formulas.filter((i) => !columns.includes(i)),
  };
}

const includes = (names: readonly string[], name: string): boolean => names.includes(name);
const plain = (name: string): string => name.normalize('NFKC').trim().toLowerCase();
