/**
 * The file of a class. Guarantees: what comes out is complete and consistent in itself; what is
 * wrong is named by its place (row numbers from 1), and no value of the file is ever repeated:
 * a wrong citizen ID is still somebody's.
 */
import { z } from 'zod';
import { idField } from '../../server/auth/fields.ts';
import { problemsOf } from '../../server/classes/bank/checkItem.ts';
import { readCitizenId } from '../../server/classes/identity.ts';
import { itemSchema } from '../../server/classes/item.ts';
import { Refused, refuse } from '../../server/refused.ts';

const words = z
  .string()
  .trim()
  .min(1)
  .max(1000)
  .regex(/^\P{Cc}+$/u);
/** Every part begins with a letter or a digit: nothing leads out of the media directory, or to a hidden file. */
const MEDIA_FILE = /^([A-Za-z0-9][A-Za-z0-9._-]*\/)*[A-Za-z0-9][A-Za-z0-9._-]*\.(webm|mp4|m4v|m4a)$/;
const lesson = z.strictObject({
  id: idField,
  title: words,
  // A span's positions end at a day.
  durationMs: z.number().int().min(1000).max(86_400_000),
  mediaUrl: z
    .string()
    .regex(/^(https?:\/\/|\/(?!\/))[^\s\p{Cc}]+$/u, 'must be an http(s) URL, or a path that starts with /')
    .optional(),
  /** Instead of `mediaUrl`: this server delivers it, from MEDIA_DIR. */
  mediaFile: z
    .string()
    .max(200)
    .regex(MEDIA_FILE, 'must be a path under MEDIA_DIR, of letters, digits, ._- and /, to a .webm, .mp4, .m4v or .m4a')
    .optional(),
  /** The platform delivers it, and reports what it delivers. */
  delivery: z.literal('platform').optional(),
  questions: z.array(itemSchema),
});
const trainee = z.strictObject({
  // It is stored and shown in clear.
  id: idField.refine((id) => readCitizenId(id) === null, 'must not be a citizen ID'),
  name: words,
  citizenId: z.string().transform((text, context) => {
    const read = readCitizenId(text);
    if (read !== null) return read;
    context.addIssue({ code: 'custom', message: '公民身份号码不正确（GB 11643）· not a citizen ID' });
    return z.NEVER;
  }),
});
const classFile = z.strictObject({
  policy: z.enum(['standard', 'demo']),
  class: z.strictObject({
    id: idField,
    platformId: idField,
    region: z.string().regex(/^[1-9]\d{5}$/, 'must be six digits (GB/T 2260)'),
    name: words,
    institutionName: words,
    occupationCode: words,
  }),
  lessons: z.array(lesson).min(1),
  trainees: z.array(trainee),
});
export type ClassFile = z.infer<typeof classFile>;

/** Enough to see what is going on; a file in the wrong form has a problem in every row. */
const PROBLEMS_SHOWN = 20;

/** Throws `Refused` with a line for each problem. */
export function readClassFile(bytes: Uint8Array): ClassFile {
  const read = classFile.safeParse(parseJson(bytes));
  const problems = read.success
    ? contradictions(read.data)
    : read.error.issues.map(({ path, message }) => `${placeOf(path)}：${message}`);
  if (read.success && problems.length === 0) return read.data;
  const shown = problems.slice(0, PROBLEMS_SHOWN).map((line) => `  - ${line}`);
  if (problems.length > PROBLEMS_SHOWN) shown.push(`  … ${problems.length - PROBLEMS_SHOWN}`);
  throw new Refused(['文件有误，什么都没有导入 · the file is wrong; nothing was imported', ...shown].join('\n'));
}

/** The parser's own message would quote the file. */
function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse('文件不是 UTF-8 编码', 'the file is not UTF-8');
  }
  try {
    return JSON.parse(text);
  } catch {
    return refuse('文件不是 JSON', 'the file is not JSON');
  }
}

/** @example placeOf(['trainees', 2, 'citizenId']) // 'trainees 第 3 行 row 3 citizenId' */
function placeOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '文件 file';
  return path.map((part) => (typeof part === 'number' ? `第 ${part + 1} 行 row ${part + 1}` : String(part))).join(' ');
}

/** What no single row shows. */
function contradictions({ lessons, trainees }: ClassFile): string[] {
  const found: string[] = [];
  const unique = (what: readonly PropertyKey[], values: readonly string[]): void => {
    const first = new Map<string, number>();
    for (const [i, value] of values.entries()) {
      const before = first.get(value);
      if (before === undefined) first.set(value, i);
      else
        found.push(
          `${placeOf(what)}：第 ${before + 1} 行与第 ${i + 1} 行相同 · rows ${before + 1} and ${i + 1} are the same`,
        );
    }
  };
  unique(
    ['lessons', 'id'],
    lessons.map(({ id }) => id),
  );
  unique(
    ['trainees', 'id'],
    trainees.map(({ id }) => id),
  );
  unique(
    ['trainees', 'citizenId'],
    trainees.map(({ citizenId }) => citizenId),
  );
  unique(
    ['questions', 'id'],
    lessons.flatMap(({ questions }) => questions.map(({ id }) => id)),
  );
  for (const [l, { questions, durationMs, mediaUrl, mediaFile, delivery }] of lessons.entries()) {
    const place = placeOf(['lessons', l]);
    if ((mediaUrl === undefined) === (mediaFile === undefined)) {
      found.push(`${place}：mediaUrl 与 mediaFile 须有且只有一项 · needs either mediaUrl or mediaFile`);
    }
    if (mediaFile !== undefined && delivery !== undefined) {
      found.push(
        `${place}：mediaFile 由本服务下发，不能再写 delivery · mediaFile is delivered here, not by the platform`,
      );
    }
    for (const [q, item] of questions.entries()) {
      for (const { part, zh, en } of problemsOf(item, durationMs)) {
        found.push(`${placeOf(['lessons', l, 'questions', q, part])}：${zh} · ${en}`);
      }
    }
  }
  return found;
}
