/**
 * CSV for spreadsheets (RFC 4180, UTF-8 with BOM, CRLF).
 * Guarantees: no cell is read as a formula: text that starts like one is led by an apostrophe.
 */

/** Characters that start a formula, behind any blanks; Chinese spreadsheets take the full-width ones too. */
const formula = /^\p{Cc}|^\s*[=+\-@|%\uFF1D\uFF0B\uFF0D\uFF20]/u;

const BOM = '\uFEFF';

function cell(value: string | number): string {
  const text = typeof value === 'number' ? String(value) : formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csv(rows: readonly (readonly (string | number)[])[]): string {
  return BOM + rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
