/** A small XLSX workbook, made by hand: what a cell is made of is the test's to say. */
import { zipSync } from 'fflate';

type Cell = string | number | { readonly formula: string; readonly value: string };

export function workbook(rows: readonly (readonly Cell[])[], over: Readonly<Record<string, string>> = {}): Buffer {
  const shared: string[] = [];
  const cells = (row: readonly Cell[], r: number): string =>
    row
      .map((cell, c) => {
        const at = `r="${String.fromCharCode(65 + c)}${r + 1}"`;
        if (typeof cell === 'number') return `<c ${at}><v>${cell}</v></c>`;
        if (typeof cell === 'object') return `<c ${at} t="str"><f>${cell.formula}</f><v>${cell.value}</v></c>`;
        return cell === '' ? '' : `<c ${at} t="s"><v>${shared.push(cell) - 1}</v></c>`;
      })
      .join('');
  const body = rows.map((row, r) => `<row r="${r + 1}">${cells(row, r)}</row>`).join('');
  const parts = {
    'xl/workbook.xml':
      '<workbook xmlns:r="http://r"><sheets><sheet name="题库" sheetId="1" r:id="rId7"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="rId7" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${body}</sheetData></worksheet>`,
    'xl/sharedStrings.xml': `<sst>${shared
      .map(
        (text) =>
          `<si><r><t>${escaped(text.slice(0, 1))}</t></r><r><t xml:space="preserve">${escaped(text.slice(1))}</t></r><rPh><t>读音</t></rPh></si>`,
      )
      .join('')}</sst>`,
    ...over,
  };
  const encoder = new TextEncoder();
  return Buffer.from(
    zipSync(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, encoder.encode(text)]))),
  );
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
