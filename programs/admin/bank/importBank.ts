/**
 * Puts a table of items into the bank: one transaction, all or nothing. Guarantees: an item of
 * another lesson is not refused; the same table again changes nothing; what it leaves out stays.
 */

import { readBank } from '../../../server/classes/bank/bankFile.ts';
import { titleOf } from '../../../server/classes/bank/columns.ts';
import { type Problem, problemLines } from '../../../server/classes/bank/problem.ts';
import type { Row } from '../../../server/classes/bank/row.ts';
import { lessonsOf, putPicture, putQuestion } from '../../../server/classes/store.ts';
import { type Db, type Queryable, transaction } from '../../../server/db/pool.ts';
import { Refused, refuse } from '../../../server/refused.ts';
import { noPictures, type Pictures, pictured } from './pictures.ts';
import { reportOn } from './report.ts';

export type BankScope = { readonly classId: string } | { readonly lessonId: string };

/** Returns what to say. */
export async function importBank(
  db: Db,
  rows: readonly Row[],
  scope: BankScope,
  pictures: Pictures = noPictures,
): Promise<readonly string[]> {
  return transaction(db, async (client) => {
    const stored = await storeBank(client, rows, scope, pictures);
    const reports = await reportOn(client, scope);
    return [`已导入题目 · items imported：${stored}`, ...reports.flatMap(({ lines }) => lines)];
  });
}

/** Within the caller's transaction; returns how many. */
export async function storeBank(
  client: Queryable,
  rows: readonly Row[],
  scope: BankScope,
  pictures: Pictures = noPictures,
): Promise<number> {
  const lessons = await lessonsOf(client, scope);
  if (lessons.length === 0) refuse('没有这个班级或课程', 'there is no such class or lesson');
  const { items, problems } = readBank(rows, {
    durations: new Map(lessons.map(({ id, durationMs }) => [id, durationMs])),
    only: 'lessonId' in scope ? scope.lessonId : null,
  });
  if (problems.length > 0) wrong(problems);
  const refused: Problem[] = [];
  for (const { row, lessonId, item } of items) {
    const ready = pictured(item, pictures);
    if ('zh' in ready) {
      refused.push({ row, column: titleOf('picture'), ...ready });
      continue;
    }
    if (ready.picture !== null) await putPicture(client, ready.picture);
    if (await putQuestion(client, lessonId, ready.item)) continue;
    const words = { zh: '此编号属于另一课程的题目', en: 'the question id belongs to another lesson' };
    refused.push({ row, column: titleOf('id'), ...words });
  }
  if (refused.length > 0) wrong(refused);
  return items.length;
}

function wrong(problems: readonly Problem[]): never {
  throw new Refused(
    [
      '题库文件有误，什么都没有导入 · the question bank is wrong; nothing was imported',
      ...problemLines(problems),
      '  改好后请再导入，可能还会查出别的 · import it again once these are right; more may follow',
    ].join('\n'),
  );
}
