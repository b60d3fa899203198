/**
 * Puts a class into the catalogue: one transaction, all or nothing. Guarantees: the same file
 * again changes nothing it says; nothing of another platform is touched; a trainee with evidence
 * stays the person the evidence is about; a new class has a bank that covers its lessons. What the
 * file leaves out stays as it is.
 */
import { demoPolicy, standardPolicy } from '../../detector/index.ts';
import { findPlatform } from '../../server/auth/store.ts';
import type { Row } from '../../server/classes/bank/row.ts';
import { createIdentity, type Identity, maskCitizenId } from '../../server/classes/identity.ts';
import { createPolicies } from '../../server/classes/policies.ts';
import {
  classExists,
  findSealedName,
  findTrainee,
  findTraineeOf,
  putClass,
  putLesson,
  putPicture,
  putQuestion,
  putTrainee,
} from '../../server/classes/store.ts';
import { type Db, type Queryable, transaction } from '../../server/db/pool.ts';
import { Refused, refuse } from '../../server/refused.ts';
import { storeBank } from './bank/importBank.ts';
import { noPictures, type Pictures, pictured } from './bank/pictures.ts';
import { type LessonReport, reportOn } from './bank/report.ts';
import type { ClassFile } from './classFile.ts';
import { unknownPlatform } from './platforms.ts';

const policiesByName = { standard: standardPolicy, demo: demoPolicy } as const;

/**
 * @param bank more items, as a table whose rows name their lessons
 * @param pictures that items of both name
 * @returns how well each lesson's bank covers it
 */
export async function importClass(
  db: Db,
  master: Buffer,
  file: ClassFile,
  bank: readonly Row[] | null = null,
  pictures: Pictures = noPictures,
): Promise<readonly LessonReport[]> {
  const identity = createIdentity(master);
  const { id, platformId, region, name, institutionName, occupationCode } = file.class;
  return transaction(db, async (client) => {
    if ((await findPlatform(client, platformId)) === null) unknownPlatform(platformId);
    await needSameKey(client, identity, platformId);
    const row = { id, platformId, region, name, institution: institutionName, occupation: occupationCode };
    const isNew = !(await classExists(client, id));
    const policyHash = await createPolicies(client).add(policiesByName[file.policy]);
    if (!(await putClass(client, { ...row, policyHash }))) {
      refuse(`班级 ${id} 属于另一平台`, 'the class id belongs to another platform');
    }
    for (const [position, lesson] of file.lessons.entries()) {
      if (!(await putLesson(client, id, position, { ...lesson, mediaUrl: lesson.mediaUrl ?? '' }))) {
        refuse(`课程 ${lesson.id} 属于另一平台`, 'the lesson id belongs to another platform');
      }
      for (const question of lesson.questions) {
        const ready = pictured(question, pictures);
        if ('zh' in ready) return refuse(`题目 ${question.id}：${ready.zh}`, `question ${question.id}: ${ready.en}`);
        if (ready.picture !== null) await putPicture(client, ready.picture);
        if (!(await putQuestion(client, lesson.id, ready.item))) {
          refuse(`题目 ${question.id} 属于另一课程`, 'the question id belongs to another lesson');
        }
      }
    }
    for (const [i, trainee] of file.trainees.entries()) {
      await enrol(client, identity, file.class, i + 1, trainee);
    }
    if (bank !== null) await storeBank(client, bank, { classId: id }, pictures);
    const reports = await reportOn(client, { classId: id });
    // A class that teaches already goes on; a new one waits until presence can be proven in it.
    if (isNew && reports.some(({ thin }) => thin)) refuseThin(reports);
    return reports;
  });
}

function refuseThin(reports: readonly LessonReport[]): never {
  throw new Refused(
    [
      '题库不足，新班级不能开班，什么都没有导入 · the question bank is too thin for a new class; nothing was imported',
      ...reports.filter(({ thin }) => thin).flatMap(({ lines }) => lines),
    ].join('\n'),
  );
}

async function enrol(
  client: Queryable,
  identity: Identity,
  { id: classId, platformId }: ClassFile['class'],
  place: number,
  { id, name, citizenId }: ClassFile['trainees'][number],
): Promise<void> {
  const personKey = identity.personKey(citizenId);
  const known = await findTrainee(client, id);
  if (known !== null && known.platformId !== platformId) {
    refuse(`trainees 第 ${place} 行：id 属于另一平台`, `trainees row ${place}: the id belongs to another platform`);
  }
  if (known !== null && known.personKey !== personKey && known.studied) {
    refuse(
      `trainees 第 ${place} 行：此 id 已有学习记录，不能改为另一公民身份号码`,
      `trainees row ${place}: this id has evidence and cannot become another person; use a new id`,
    );
  }
  const other = await findTraineeOf(client, platformId, personKey);
  if (other !== null && other !== id) {
    refuse(
      `trainees 第 ${place} 行：此人在本平台已有另一 id`,
      `trainees row ${place}: the platform knows this person by another id`,
    );
  }
  await putTrainee(client, classId, {
    ...{ id, platformId, personKey },
    nameSealed: identity.seal(name, 'name'),
    citizenIdSealed: identity.seal(citizenId, 'citizenId'),
    citizenIdMasked: maskCitizenId(citizenId),
  });
}

/** Names sealed under another key than the server's would be found by nobody, and one person would count as two. */
async function needSameKey(client: Queryable, identity: Identity, platformId: string): Promise<void> {
  const sealed = await findSealedName(client, platformId);
  if (sealed === null) return;
  try {
    identity.unseal(sealed, 'name');
  } catch {
    refuse(
      'SECRET_KEY 与此数据库中已有数据所用的不同；请用服务器的同一配置运行',
      'SECRET_KEY is not the one this database was written with; run with the server’s own configuration',
    );
  }
}
