/** What a bank comes to, lesson by lesson, in words. */
import type { Form } from '../../../server/classes/item.ts';
import { bankOf, lessonsOf, type TaughtLesson } from '../../../server/classes/store.ts';
import type { Queryable } from '../../../server/db/pool.ts';
import { type Coverage, coverageOf, GAP_MAX_MS, PER_HOUR_MIN } from './coverage.ts';

export interface LessonReport {
  readonly thin: boolean;
  readonly lines: readonly string[];
}

const formWords: Readonly<Record<Form, string>> = {
  single: '单选 single',
  multiple: '多选 multiple',
  order: '排序 order',
  number: '填数 number',
  point: '指图 point',
};

export async function reportOn(
  db: Queryable,
  which: { readonly classId: string } | { readonly lessonId: string },
): Promise<readonly LessonReport[]> {
  const reports: LessonReport[] = [];
  for (const lesson of await lessonsOf(db, which)) {
    const coverage = coverageOf(await bankOf(db, lesson.id), lesson.durationMs);
    reports.push({ thin: coverage.thin, lines: linesOf(lesson, coverage) });
  }
  return reports;
}

function linesOf({ id, title, durationMs }: TaughtLesson, found: Coverage): readonly string[] {
  const { items, templates, perHour, gap, thin, guessable } = found;
  const byForm = (Object.keys(formWords) as Form[])
    .filter((form) => found.forms[form] > 0)
    .map((form) => `${formWords[form]} ${found.forms[form]}`);
  const [from, to] = gap;
  const longest = to > from ? `${clock(to - from)}（${clock(from)}–${clock(to)}）` : '0:00';
  return [
    `  课程 lesson ${id}（${title}，${clock(durationMs)}）`,
    `    题目 items ${items}，模板 templates ${templates}，折合每小时 an hour ${perHour.toFixed(1)}${byForm.length > 0 ? `；${byForm.join('，')}` : ''}`,
    `    最长无题片段 longest stretch without an item：${longest}`,
    ...(items === 0 ? ['    注意：没有题目的课程无法证明本人在学 · without questions nobody can prove presence'] : []),
    ...(guessable
      ? [
          '    注意：半数以上为单选题：答得稍差的学员损失大得多，也要答对更多题才记学时；填数、排序、多选更公平',
          '    easy to guess: more than half are single choices; who answers a little less well loses far more, and needs more right answers. Numbers, orders and multiple choices are kinder',
        ]
      : []),
    ...(thin
      ? [
          `    注意：题库不足，每小时须有 ${PER_HOUR_MIN} 题（模板 1 题计 4 题），且不得有 ${GAP_MAX_MS / 60_000} 分钟以上的无题片段`,
          `    thin: an hour needs ${PER_HOUR_MIN} items (a template counts as 4), and no stretch beyond ${GAP_MAX_MS / 60_000} minutes may be without one`,
        ]
      : []),
  ];
}

/** @example clock(330_000) // '5:30' */
function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
