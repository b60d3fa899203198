/** What is wrong in a table, by its place. */
export interface Problem {
  readonly row: number;
  /** As it is called in both languages. */
  readonly column: string;
  readonly zh: string;
  readonly en: string;
}

/** Enough to see what is going on; a file in the wrong form has a problem in every row. */
const SHOWN = 20;

/** @example lineOf({ row: 5, column: '答案 answer', zh: '…', en: '…' }) // '  - 第 5 行 row 5「答案 answer」：… · …' */
export function problemLines(problems: readonly Problem[]): readonly string[] {
  const lines = problems
    .slice(0, SHOWN)
    .map(({ row, column, zh, en }) => `  - 第 ${row} 行 row ${row}「${column}」：${zh} · ${en}`);
  return problems.length > SHOWN ? [...lines, `  … ${problems.length - SHOWN}`] : lines;
}
