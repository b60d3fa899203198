/**
 * The demo. Guarantees: a second start finds yesterday's people, keys and passwords, whichever
 * of the database and DATA_DIR/demo.json was kept; nothing in it is a default that another
 * installation shares; demo.json is readable by its owner only.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoPolicy, standardPolicy } from '../../detector/index.ts';
import { API_KEY_PREFIX, apiKeyHash } from '../auth/auth.ts';
import { checkPassword, hashPassword } from '../auth/password.ts';
import { findPerson, type PersonRow, putPerson, putPlatform } from '../auth/store.ts';
import { createIdentity, maskCitizenId } from '../classes/identity.ts';
import type { Item } from '../classes/item.ts';
import { createPolicies } from '../classes/policies.ts';
import { putClass, putLesson, putPicture, putQuestion, putTrainee } from '../classes/store.ts';
import { type Db, transaction } from '../db/pool.ts';
import { randomSecret, writePrivate } from '../secrets.ts';
import { putDemoExam } from './exam.ts';
import { type DemoLesson, readDemoLessons, readDemoPicture } from './lessons.ts';
import { demoTrainees } from './people.ts';

/** DATA_DIR/demo.json. Other people's tools read it: its form is fixed. */
export interface Demo {
  readonly baseUrl: string;
  readonly platform: { readonly id: string; readonly apiKey: string };
  readonly class: { readonly id: string };
  readonly lessons: readonly { readonly id: string; readonly durationSeconds: number }[];
  readonly trainees: readonly {
    readonly id: string;
    readonly name: string;
    readonly playerUrls: Readonly<Record<string, string>>;
    /** Absent where the class has no exam. */
    readonly examUrl?: string;
  }[];
  readonly users: readonly { readonly role: string; readonly username: string; readonly password: string }[];
  readonly consoleUrl: string;
  readonly docsUrl: string;
}

/** What a launch link names. */
export interface LaunchScope {
  readonly platformId: string;
  readonly traineeId: string;
  readonly classId: string;
  readonly lessonId: string;
}

export interface SeedDeps {
  readonly db: Db;
  readonly master: Buffer;
  readonly dataDir: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  signLaunch(scope: LaunchScope, ttlSeconds: number): string;
  signExam(scope: Omit<LaunchScope, 'lessonId'> & { readonly examId: string }, ttlSeconds: number): string;
  /** Whether this server looks at faces. */
  readonly faces: boolean;
  /** ms since the epoch. */
  now(): number;
  readonly lessons?: readonly DemoLesson[];
}

const PLATFORM = 'demo-platform';
const CLASS = 'demo-class';
/** 梅河口市, 吉林省: the people who look see the whole province. */
const REGION = '220581';
const PROVINCE = '22';
const LAUNCH_SECONDS = 30 * 24 * 60 * 60;

const users = [
  { role: 'monitor', username: 'monitor' },
  { role: 'reviewer', username: 'reviewer' },
  { role: 'trainee', username: 'trainee' },
] as const;

export async function seedDemo(deps: SeedDeps): Promise<Demo> {
  const { db, dataDir, baseUrl, signLaunch, signExam } = deps;
  const lessons = deps.lessons ?? readDemoLessons();
  const path = join(dataDir, 'demo.json');
  const before = readDemo(path);
  const apiKey = before?.platform?.apiKey ?? `${API_KEY_PREFIX}${randomSecret()}`;

  const examId = await putCatalogue(deps, apiKey, lessons);
  const withPasswords = await Promise.all(
    users.map(async (user) => {
      const kept = before?.users?.find((old) => old.username === user.username)?.password;
      const password = kept ?? randomSecret().slice(0, 16);
      await putUser(db, user, password);
      return { ...user, password };
    }),
  );

  const examUrl = (traineeId: string, exam: string): string => {
    const scope = { platformId: PLATFORM, traineeId, classId: CLASS, examId: exam };
    return `${baseUrl}/player/exam.html?launch=${signExam(scope, LAUNCH_SECONDS)}`;
  };
  const demo: Demo = {
    baseUrl,
    platform: { id: PLATFORM, apiKey },
    class: { id: CLASS },
    lessons: lessons.map(({ id, durationMs }) => ({ id, durationSeconds: durationMs / 1000 })),
    trainees: demoTrainees.map(({ id, name }) => ({
      id,
      name,
      playerUrls: Object.fromEntries(
        lessons.map((lesson) => {
          const scope = { platformId: PLATFORM, traineeId: id, classId: CLASS, lessonId: lesson.id };
          return [lesson.id, `${baseUrl}/player/?launch=${signLaunch(scope, LAUNCH_SECONDS)}`];
        }),
      ),
      ...(examId !== null && { examUrl: examUrl(id, examId) }),
    })),
    users: withPasswords,
    consoleUrl: `${baseUrl}/console/`,
    docsUrl: `${baseUrl}/docs`,
  };
  writePrivate(path, `${JSON.stringify(demo, null, 2)}\n`);
  return demo;
}

/** @returns the exam's id; null: there is none */
async function putCatalogue(
  { db, master, faces, now }: SeedDeps,
  apiKey: string,
  lessons: readonly DemoLesson[],
): Promise<string | null> {
  const identity = createIdentity(master);
  return transaction(db, async (client) => {
    const policies = createPolicies(client);
    await policies.add(standardPolicy);
    const policyHash = await policies.add(demoPolicy);
    await putPlatform(client, PLATFORM, '演示线上培训平台', apiKeyHash(apiKey));
    const taken = (id: string): never => {
      throw new Error(`the demo’s id ${id} is in use by another platform; start with DEMO=0`);
    };
    const ours = await putClass(client, {
      id: CLASS,
      platformId: PLATFORM,
      region: REGION,
      name: '低压电工技能提升演示班',
      institution: '演示职业培训学校',
      occupation: '6-31-01-03',
      policyHash,
    });
    if (!ours) taken(CLASS);
    const asKept: { title: string; questions: Item[] }[] = [];
    for (const [position, lesson] of lessons.entries()) {
      const kept: Item[] = [];
      asKept.push({ title: lesson.title, questions: kept });
      const { id, title, durationMs, file, questions } = lesson;
      const row = { id, title, durationMs, mediaUrl: `/media/${file}`, mediaFile: file };
      if (!(await putLesson(client, CLASS, position, row))) taken(id);
      for (const question of questions) {
        const picture = question.form === 'point' ? readDemoPicture(question.picture) : null;
        if (picture !== null) await putPicture(client, picture);
        const item =
          question.form === 'point' && picture !== null ? { ...question, picture: picture.sha256 } : question;
        if (!(await putQuestion(client, id, item))) taken(question.id);
        kept.push(item);
      }
    }
    for (const { id, name, citizenId } of demoTrainees) {
      await putTrainee(client, CLASS, {
        id,
        platformId: PLATFORM,
        personKey: identity.personKey(citizenId),
        nameSealed: identity.seal(name, 'name'),
        citizenIdSealed: identity.seal(citizenId, 'citizenId'),
        citizenIdMasked: maskCitizenId(citizenId),
      });
    }
    return putDemoExam(client, { platformId: PLATFORM, classId: CLASS, lessons: asKept, definedAt: now(), faces });
  });
}

/** Makes sure that this password opens this account, whatever was there before. */
async function putUser(db: Db, user: (typeof users)[number], password: string): Promise<void> {
  const found = await findPerson(db, user.username);
  if (found !== null && (await checkPassword(password, found.passwordHash))) return;
  const looks = user.role !== 'trainee';
  const row: Omit<PersonRow, 'traineePlatformId'> = {
    id: `demo-${user.username}`,
    username: user.username,
    passwordHash: await hashPassword(password),
    role: user.role,
    region: looks ? PROVINCE : '',
    platformId: null,
    traineeId: looks ? null : (demoTrainees[0]?.id ?? null),
  };
  await putPerson(db, row);
}

/** What an earlier start wrote; a file that cannot be read as JSON counts as lost, and fresh keys replace it. */
function readDemo(path: string): Partial<Demo> | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Partial<Demo>;
  } catch {
    return null;
  }
}
