/**
 * From the rows of a table to items of the bank. Pure. Guarantees: every row becomes an item that
 * can be asked, or is told what is wrong with it, by row and column; no row is left out in silence.
 */
import { type Form, forms, type Item, itemSchema } from '../item.ts';
import { endProblems, problemsOf } from './checkItem.ts';
import { type Column, readHeader, titleOf } from './columns.ts';
import type { Problem } from './problem.ts';
import type { Row } from './row.ts';
import { readVariables } from './variables.ts';

export interface BankRow {
  readonly row: number;
  readonly lessonId: string;
  readonly item: Item;
}

/** The lessons that rows may be about. */
export interface BankLessons {
  /** By id; how long the media is, ms. */
  readonly durations: ReadonlyMap<string, number>;
  /** What a row without a lesson is about; `null`: each row names its own. */
  readonly only: string | null;
}

const formNames: Readonly<Record<string, Form>> = {
  ...{ '': 'single', 单选: 'single', 多选: 'multiple', 排序: 'order', 填数: 'number', 指图: 'point' },
  ...Object.fromEntries(forms.map((form) => [form, form])),
};

export function readBank(
  rows: readonly Row[],
  lessons: BankLessons,
): { readonly items: readonly BankRow[]; readonly problems: readonly Problem[] } {
  const [header, ...body] = rows;
  if (header === undefined || body.length === 0) {
    return { items: [], problems: [{ row: 1, column: '—', zh: '没有题目', en: 'there are no items' }] };
  }
  const { at, problems } = readHeader(header.cells, lessons.only === null);
  if (problems.length > 0) return { items: [], problems };
  const items: BankRow[] = [];
  const found: Problem[] = [];
  const firstRow = new Map<string, number>();
  const idAt = at.get('id') ?? -1;
  for (const row of body) {
    const complain = (column: Column, zh: string, en: string): void => {
      found.push({ row: row.number, column: titleOf(column), zh, en });
    };
    const before = found.length;
    // Of a row with another mistake too: all that is wrong is told at once.
    const id = row.cells[idAt] ?? '';
    const twin = firstRow.get(id);
    if (twin !== undefined) complain('id', `与第 ${twin} 行相同`, `is the same as in row ${twin}`);
    else if (id !== '') firstRow.set(id, row.number);
    const read = readRow(row, at, lessons, complain);
    if (read !== null && found.length === before) items.push({ row: row.number, ...read });
  }
  return { items, problems: found };
}

type Complain = (column: Column, zh: string, en: string) => void;

/** `null`: it is no item, and that was said. */
function readRow(
  row: Row,
  at: ReadonlyMap<Column, number>,
  lessons: BankLessons,
  complain: Complain,
): { readonly lessonId: string; readonly item: Item } | null {
  for (const [column, i] of at) {
    if (row.formulas.includes(i)) complain(column, '是公式，请改为数值或文字', 'is a formula; write its value instead');
  }
  const cell = (column: Column): string => row.cells[at.get(column) ?? -1] ?? '';
  const lessonId = cell('lesson') || (lessons.only ?? '');
  const lessonMs = lessons.durations.get(lessonId);
  if (lessonMs === undefined || (lessons.only !== null && lessonId !== lessons.only)) {
    complain('lesson', '不是要导入的课程', 'is no lesson that this import is about');
    return null;
  }
  const formName = cell('form').toLowerCase();
  const form = Object.hasOwn(formNames, formName) ? formNames[formName] : undefined;
  if (form === undefined) {
    complain('form', '应为单选、多选、排序、填数或指图', 'must be single, multiple, order, number or point');
    return null;
  }
  const about = stretchOf(cell, complain);
  const variables = readVariables(cell('variables'));
  if (variables === null) {
    complain('variables', '写法有误，例：r=5..50/5; i=1|2|3', 'cannot be read; for example r=5..50/5; i=1|2|3');
    return null;
  }
  if (variables === undefined && /\{[^{}]*\}/.test(row.cells.join(' '))) {
    complain('variables', '用了 {…} 却没有变量', 'is empty, though the row has {…} in it');
    return null;
  }
  const id = cell('id');
  if (id === '') complain('id', '缺少编号', 'is missing');
  const raw = {
    ...{ id, form, zh: cell('zh'), en: cell('en') || cell('zh') },
    ...(about === undefined ? {} : { about }),
    ...(variables === undefined ? {} : { variables }),
    ...partsOf(form, cell, complain),
  };
  const parsed = itemSchema.safeParse(raw);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) {
      if (id !== '' || path[0] !== 'id') complain(columnOf(path), '内容不合要求', message);
    }
    for (const { part, zh, en } of endProblems(about, lessonMs)) complain(columnOf([part]), zh, en);
    return null;
  }
  for (const { part, zh, en } of problemsOf(parsed.data, lessonMs)) complain(columnOf([part]), zh, en);
  return { lessonId, item: parsed.data };
}

type Cells = (column: Column) => string;

function partsOf(form: Form, cell: Cells, complain: Complain): object {
  if (form === 'number') return numberParts(cell, cell('variables') !== '');
  return form === 'point' ? pointParts(cell, complain) : choiceParts(form, cell, complain);
}

/** `0.5,0.4,0.1`: a circle's centre and radius; `0.1,0.1; 0.4,0.1; 0.3,0.5`: corners. */
function pointParts(cell: Cells, complain: Complain): object {
  const corners = cell('answer')
    .normalize('NFKC')
    .split(';')
    .filter((corner) => corner.trim() !== '')
    .map((corner) => corner.split(',').map((share) => (share.trim() === '' ? Number.NaN : Number(share))));
  const [first = []] = corners;
  const circle = corners.length === 1 && first.length === 3;
  if (corners.flat().some(Number.isNaN) || !(circle || corners.every(({ length }) => length === 2))) {
    complain(
      'answer',
      '应为圆“0.5,0.4,0.1”（圆心与半径）或多边形“0.1,0.1; 0.4,0.1; 0.3,0.5”，均为宽、高的比例',
      'must be a circle, 0.5,0.4,0.1, or corners, 0.1,0.1; 0.4,0.1; 0.3,0.5, in shares of width and height',
    );
  }
  return { picture: cell('picture'), region: circle ? { circle: first } : { polygon: corners } };
}

function numberParts(cell: Cells, isTemplate: boolean): object {
  const unit = cell('unit');
  // The cell is an expression as a whole; whoever writes its braces as the texts want them is understood.
  const bare = (text: string): string => (isTemplate ? (/^\{([^{}]*)\}$/.exec(text)?.[1] ?? text) : text);
  return {
    answer: bare(cell('answer')),
    ...(cell('tolerance') === '' ? {} : { tolerance: bare(cell('tolerance')) }),
    ...(unit === '' ? {} : { unit: { zh: unit, en: cell('unitEn') || unit } }),
  };
}

function choiceParts(form: Exclude<Form, 'number' | 'point'>, cell: Cells, complain: Complain): object {
  const choices = [...'abcdefghij'].flatMap((id) => {
    const zh = cell(`choice:${id}`);
    return zh === '' ? [] : [{ id, zh, en: cell(`choiceEn:${id}`) || zh }];
  });
  const key = [
    ...cell('answer')
      .normalize('NFKC')
      .toLowerCase()
      .replaceAll(/[\s,、;>-]/g, ''),
  ];
  if (key.some((letter) => !choices.some(({ id }) => id === letter)) || key.length === 0) {
    complain('answer', '应为选项的字母，如 A、AC 或 BADC', 'must be the letters of choices, like A, AC or BADC');
  }
  switch (form) {
    case 'single':
      if (key.length > 1) complain('answer', '单选题只能有一个答案', 'a single choice has one answer');
      return { choices, answer: key[0] ?? '' };
    case 'multiple':
      return { choices, answers: key };
    case 'order': {
      if (key.length !== choices.length || new Set(key).size !== key.length) {
        complain('answer', '须把全部选项各排一次', 'must put every choice in its place, once');
      }
      return { choices: key.flatMap((letter) => choices.filter(({ id }) => id === letter)) };
    }
    default:
      return form satisfies never;
  }
}

function stretchOf(cell: Cells, complain: Complain): readonly [number, number] | undefined {
  if (cell('from') === '' && cell('to') === '') return undefined;
  const [from, to] = (['from', 'to'] as const).map((column) => {
    const ms = readTime(cell(column));
    if (ms === null) {
      complain(
        column,
        '应为秒数或 1:30（单元格设为文本），起、止须同时填写',
        'must be seconds, or 1:30 in a cell of text; from and to belong together',
      );
    }
    return ms ?? 0;
  });
  return [from ?? 0, to ?? 0];
}

/**
 * Seconds, `m:ss` or `h:mm:ss`, in ms; `null`: it is none. A spreadsheet program that took 1:30 for a
 * time of day wrote 0.0625: no stretch of media begins within its first second, so that is refused.
 */
function readTime(text: string): number | null {
  const plain = text.normalize('NFKC');
  const clock = /^(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)$/.exec(plain);
  if (clock !== null) {
    const [, h = '0', m = '0', s = '0'] = clock;
    return ((Number(h) * 60 + Number(m)) * 60 + Number(s)) * 1000;
  }
  if (!/^\d{1,5}(\.\d{1,3})?$/.test(plain)) return null;
  const seconds = Number(plain);
  return seconds > 0 && seconds < 1 ? null : Math.round(seconds * 1000);
}

/** The column in which a part of an item is written. */
function columnOf(path: readonly PropertyKey[]): Column {
  const part = String(path[0] ?? 'id');
  switch (part) {
    case 'about':
      return 'to';
    case 'text':
      return 'zh';
    case 'answers':
    case 'region':
      return 'answer';
    case 'choices': {
      const place = path[1];
      return typeof place === 'number' ? `choice:${'abcdefghij'[place] ?? 'a'}` : 'choice:a';
    }
    case 'en':
    case 'zh':
    case 'answer':
    case 'tolerance':
    case 'unit':
    case 'variables':
    case 'picture':
      return part;
    default:
      return 'id';
  }
}
