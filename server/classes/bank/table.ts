/**
 * A table as people keep it: CSV, or the first sheet of an XLSX workbook. Guarantees: at most 5 MB
 * and 5,000 rows are read, whatever the file says of itself; rows keep the numbers they have in a
 * spreadsheet program; a cell that is a formula is known as one. Throws `Refused`.
 */
import { type CsvError, parse } from 'csv-parse/sync';
import { refuse } from '../../refused.ts';
import { COLUMNS_MAX, ROWS_MAX, type Row, tooManyRows } from './row.ts';
import { readSheet } from './xlsx.ts';

const BYTES_MAX = 5 * 1024 * 1024;

/** Rows that have something in them, the header first. */
export function readTable(bytes: Uint8Array): readonly Row[] {
  if (bytes.length > BYTES_MAX) {
    return refuse('文件超过 5 MB，请拆成几个文件导入', 'the file is larger than 5 MB; import it in parts');
  }
  // A workbook is a ZIP archive, whatever the file is called.
  const isArchive = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const rows = (isArchive ? readSheet(bytes) : readCsv(bytes)).filter(
    ({ cells, formulas }) => formulas.length > 0 || cells.some((cell) => cell !== ''),
  );
  // The header is a row too.
  return rows.length > ROWS_MAX + 1 ? tooManyRows() : rows;
}

function readCsv(bytes: Uint8Array): readonly Row[] {
  const text = decoded(bytes);
  try {
    const records: string[][] = parse(text, {
      bom: true,
      relax_column_count: true,
      trim: true,
      max_record_size: 65_536,
    });
    return records.map((cells, i) => ({ number: i + 1, cells: cells.slice(0, COLUMNS_MAX), formulas: [] }));
  } catch (error) {
    const line = (error as Partial<CsvError>)['lines'];
    const at = typeof line === 'number' ? `（第 ${line} 行 line ${line}）` : '';
    return refuse(
      `CSV 格式有误${at}：多半是引号没有成对`,
      'the CSV cannot be read there; most likely a quotation mark is missing',
    );
  }
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse(
      '文件不是 UTF-8 编码（可能是 GBK）：请在 Excel 或 WPS 中另存为“CSV UTF-8（逗号分隔）”或 .xlsx 后再导入',
      'the file is not UTF-8 (it may be GBK): save it as “CSV UTF-8” or .xlsx and import that',
    );
  }
}
