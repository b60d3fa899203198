/** A row of a table, and how much of one is read. */
import { refuse } from '../../refused.ts';

export interface Row {
  /** As a spreadsheet program numbers it: the first row of the file is 1. */
  readonly number: number;
  /** From the first column; blanks around are gone. */
  readonly cells: readonly string[];
  /** Columns, from 0, whose value a formula makes. */
  readonly formulas: readonly number[];
}

export const ROWS_MAX = 5000;
/** Above anything an item needs: ten choices in two languages and a dozen more. */
export const COLUMNS_MAX = 64;

export function tooManyRows(): never {
  return refuse('超过 5000 行，请拆成几个文件导入', 'there are more than 5,000 rows; import them in parts');
}
