/**
 * The first sheet of an XLSX workbook (ECMA-376). Guarantees: memory is bounded before anything is
 * unpacked; nothing outside the archive is read, nothing in it is run; what Excel computed is never
 * taken for what a person wrote. Throws `Refused`.
 */
import { type UnzipFileInfo, unzipSync } from 'fflate';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { Refused, refuse } from '../../refused.ts';
import { COLUMNS_MAX, ROWS_MAX, type Row, tooManyRows } from './row.ts';

/** Unpacked. 5,000 full rows are below 20 MB; an archive that says more is a bomb or no question bank. */
const PART_BYTES_MAX = 32 * 1024 * 1024;
const PARTS_BYTES_MAX = 64 * 1024 * 1024;

export function readSheet(bytes: Uint8Array): readonly Row[] {
  const parts = unpacked(bytes);
  const book = parts.get('xl/workbook.xml') ?? notReadable();
  const relations = parts.get('xl/_rels/workbook.xml.rels') ?? notReadable();
  const sheet = parts.get(firstSheet(book, relations)) ?? notReadable();
  const shared = parts.get('xl/sharedStrings.xml');
  return rowsOf(sheet, shared === undefined ? [] : sharedStrings(shared));
}

function notReadable(): never {
  return refuse(
    '不是可读的 .xlsx 文件（加密、损坏或是旧版 .xls）：请另存为不加密的 .xlsx 或“CSV UTF-8”',
    'this is no .xlsx that can be read (encrypted, damaged or an old .xls): save it as a plain .xlsx or as “CSV UTF-8”',
  );
}

/** The parts that are read, by name. The unpacker writes no more of each than it is said to hold. */
function unpacked(bytes: Uint8Array): ReadonlyMap<string, string> {
  let total = 0;
  const wanted = ({ name, originalSize }: UnzipFileInfo): boolean => {
    if (!/^xl\/(workbook\.xml|_rels\/workbook\.xml\.rels|sharedStrings\.xml|worksheets\/[\w-]+\.xml)$/.test(name)) {
      return false;
    }
    total += originalSize;
    if (originalSize > PART_BYTES_MAX || total > PARTS_BYTES_MAX) {
      refuse('工作簿解压后过大', 'the workbook is too large once it is unpacked');
    }
    return true;
  };
  const files = attempt(() => unzipSync(bytes, { filter: wanted }));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return new Map(Object.entries(files).map(([name, content]) => [name, attempt(() => decoder.decode(content))]));
}

/** What the libraries throw says nothing to an operator; what we refuse does. */
function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refused) throw error;
    return notReadable();
  }
}

type Attributes = SaxesTagPlain['attributes'];
interface Heard {
  open?(name: string, attributes: Attributes): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Names without their prefix: some programs write `x:row`. A document type, with which entities are defined, is refused. */
function walk(xml: string, heard: Heard): void {
  const parser = new SaxesParser();
  const local = (name: string): string => name.slice(name.indexOf(':') + 1);
  parser.on('opentag', ({ name, attributes }) => heard.open?.(local(name), attributes));
  parser.on('text', (text) => heard.text?.(text));
  parser.on('cdata', (text) => heard.text?.(text));
  parser.on('closetag', ({ name }) => heard.close?.(local(name)));
  parser.on('doctype', notReadable);
  attempt(() => parser.write(xml).close());
}

function firstSheet(book: string, relations: string): string {
  let relation = '';
  walk(book, {
    open(name, attributes) {
      if (name === 'sheet' && relation === '') relation = attributes['r:id'] ?? '';
    },
  });
  let target = '';
  walk(relations, {
    open(name, { Id, Target = '' }) {
      if (name === 'Relationship' && Id === relation) target = Target;
    },
  });
  return target.startsWith('/') ? target.slice(1) : `xl/${target}`;
}

/** Each string whole; how it is to be pronounced (`rPh`) is no part of it. */
function sharedStrings(xml: string): readonly string[] {
  const strings: string[] = [];
  let current = '';
  let inText = false;
  let aside = 0;
  walk(xml, {
    open(name) {
      if (name === 'si') current = '';
      if (name === 'rPh') aside += 1;
      inText = name === 't' && aside === 0;
    },
    text(text) {
      if (inText) current += text;
    },
    close(name) {
      inText = false;
      if (name === 'rPh') aside -= 1;
      if (name === 'si') strings.push(current);
    },
  });
  return strings;
}

function rowsOf(xml: string, shared: readonly string[]): readonly Row[] {
  const rows: Row[] = [];
  let number = 0;
  let cells: string[] = [];
  let formulas: number[] = [];
  let column = -1;
  let type = '';
  let value = '';
  let hears = false;
  walk(xml, {
    open(name, attributes) {
      if (name === 'row') {
        number = Number(attributes['r'] ?? number + 1);
        cells = [];
        formulas = [];
        column = -1;
      } else if (name === 'c') {
        column = columnOf(attributes['r']) ?? column + 1;
        type = attributes['t'] ?? 'n';
        value = '';
      } else if (name === 'f') formulas.push(column);
      hears = name === 'v' || name === 't';
    },
    text(text) {
      if (hears) value += text;
    },
    close(name) {
      hears = false;
      if (name === 'c' && column < COLUMNS_MAX) {
        while (cells.length < column) cells.push('');
        cells[column] = (type === 's' ? (shared[Number(value)] ?? '') : plain(value, type)).trim();
      }
      if (name !== 'row') return;
      // One more than may be: whoever reads this says so.
      if (rows.length > ROWS_MAX * 2) tooManyRows();
      rows.push({ number, cells, formulas });
    },
  });
  return rows;
}

/** Numbers as they were typed: the file has 0.1 + 0.2 as 0.30000000000000004. */
function plain(value: string, type: string): string {
  return type === 'n' && value !== '' && Number.isFinite(Number(value))
    ? String(Number(Number(value).toPrecision(15)))
    : value;
}

/** @example columnOf('AB12') // 27 */
function columnOf(reference: string | undefined): number | null {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0];
  if (letters === undefined) return null;
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}
