import { randomInt } from 'node:crypto';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoPolicy } from '../../detector/index.ts';
import { apiKeyHash } from '../../server/auth/auth.ts';
import { checkPassword } from '../../server/auth/password.ts';
import { findPerson, findPlatformByKeyHash } from '../../server/auth/store.ts';
import { problemsOf } from '../../server/classes/bank/checkItem.ts';
import { createCatalogue } from '../../server/classes/catalogue.ts';
import { createIdentity } from '../../server/classes/identity.ts';
import { createPolicies } from '../../server/classes/policies.ts';
import { readDemoLessons } from '../../server/demo/lessons.ts';
import { type Demo, seedDemo } from '../../server/demo/seed.ts';
import { itemsOf, picturesOf } from '../../server/exams/banks/store.ts';
import { isSpread } from '../../server/exams/blueprint.ts';
import { drawPaper } from '../../server/exams/paper.ts';
import { findExam } from '../../server/exams/store.ts';
import { guessOfAsked, HARD_TO_GUESS } from '../../server/proofs/question/guess.ts';
import { askOf } from '../../server/proofs/question/template.ts';
import { testDir } from '../support/config.ts';
import { type TestDb, testDb } from '../support/db.ts';

const master = Buffer.alloc(32, 3);
let t: TestDb;
let dir: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  t = await testDb();
  ({ dir, remove } = await testDir());
});
afterEach(async () => {
  await t.drop();
  await remove();
});

const seed = (over: { dataDir?: string } = {}): Promise<Demo> =>
  seedDemo({
    db: t.db,
    master,
    dataDir: dir,
    baseUrl: 'http://127.0.0.1:3000',
    signLaunch: (scope, seconds) => `${scope.traineeId}.${scope.lessonId}.${seconds}`,
    signExam: (scope, seconds) => `${scope.traineeId}.${scope.examId}.${seconds}`,
    faces: false,
    now: () => 1_770_000_000_000,
    ...over,
  });

const count = async (table: string): Promise<number> =>
  (await t.db.query(`select count(*) as n from ${table}`)).rows[0].n;

describe('the demo', () => {
  it('writes demo.json in its fixed form, for its owner only', async () => {
    const demo = await seed();
    const path = join(dir, 'demo.json');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(demo);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(Object.keys(demo)).toEqual([
      'baseUrl',
      'platform',
      'class',
      'lessons',
      'trainees',
      'users',
      'consoleUrl',
      'docsUrl',
    ]);
    expect(Object.keys(demo.platform)).toEqual(['id', 'apiKey']);
    expect(demo.lessons.length).toBeGreaterThanOrEqual(2);
    expect(demo.trainees.length).toBeGreaterThanOrEqual(12);
    expect(demo.users.map((user) => user.role)).toEqual(['monitor', 'reviewer', 'trainee']);
    const [trainee, lesson] = [demo.trainees[0]!, demo.lessons[0]!];
    expect(Object.keys(trainee.playerUrls)).toEqual(demo.lessons.map((l) => l.id));
    expect(trainee.playerUrls[lesson.id]).toMatch(/^http:\/\/127\.0\.0\.1:3000\/player\/\?launch=/);
  });

  it('has an exam of its class, with a paper of every form, which a newcomer may sit', async () => {
    const demo = await seed();
    expect(demo.trainees[0]?.examUrl).toMatch(
      /^http:\/\/127\.0\.0\.1:3000\/player\/exam\.html\?launch=demo-trainee-01\.demo-exam/,
    );
    const exam = (await findExam(t.db, 'demo-exam'))!;
    expect(exam).toMatchObject({ platformId: demo.platform.id, classId: demo.class.id });
    expect(exam.terms).toMatchObject({ contentShareMin: null, offlineShareMin: null });
    expect(isSpread(exam.terms.blueprint)).toBe(true);
    const paper = drawPaper(exam.terms.blueprint, await itemsOf(t.db, demo.platform.id, exam.bankId), randomInt)!;
    expect(paper.items).toHaveLength(20);
    for (const { asked } of paper.items) {
      if (asked.form === 'point') expect(await picturesOf(t.db, [asked.picture])).toHaveLength(1);
    }
    await seed();
    expect(await findExam(t.db, 'demo-exam')).toEqual(exam);
  });

  it('is found again by the second start, with nothing doubled', async () => {
    const first = await seed();
    const tables = [
      'platforms',
      'classes',
      'lessons',
      'class_lessons',
      'trainees',
      'roster',
      'people',
      'questions',
      'policies',
      'exam_banks',
      'exam_items',
      'exams',
    ];
    const before = await Promise.all(tables.map(count));
    expect(await seed()).toEqual(first);
    expect(await Promise.all(tables.map(count))).toEqual(before);
  });

  it('makes new keys that work when demo.json was lost, and the old ones stop', async () => {
    const first = await seed();
    rmSync(join(dir, 'demo.json'));
    const second = await seed();
    expect(second.platform.apiKey).not.toBe(first.platform.apiKey);
    expect(await findPlatformByKeyHash(t.db, apiKeyHash(second.platform.apiKey))).toBe('demo-platform');
    expect(await findPlatformByKeyHash(t.db, apiKeyHash(first.platform.apiKey))).toBeNull();
    const { username, password } = second.users[0]!;
    expect(await checkPassword(password, (await findPerson(t.db, username))!.passwordHash)).toBe(true);
  });

  it('keeps the keys of demo.json when the database was lost', async () => {
    const first = await seed();
    await t.drop();
    t = await testDb();
    expect(await seed()).toEqual(first);
    expect(await findPlatformByKeyHash(t.db, apiKeyHash(first.platform.apiKey))).toBe('demo-platform');
  });

  it('shares no secret with another installation', async () => {
    const [one, other] = [await seed(), await testDir()];
    const two = await seed({ dataDir: other.dir });
    expect(two.platform.apiKey).not.toBe(one.platform.apiKey);
    for (const [i, user] of one.users.entries()) expect(two.users[i]!.password).not.toBe(user.password);
    await other.remove();
  });

  it('stores no name and no citizen ID in clear', async () => {
    const demo = await seed();
    const { rows } = await t.db.query('select * from trainees');
    const text = rows
      .map((row) =>
        Object.values(row)
          .map((v) => (Buffer.isBuffer(v) ? v.toString('latin1') : v))
          .join(),
      )
      .join();
    for (const { name } of demo.trainees) {
      expect(text).not.toContain(name);
      expect(text).not.toContain(Buffer.from(name).toString('latin1'));
    }
    expect(text).not.toMatch(/\d{17}[\dX]/);
    expect(rows[0].citizen_id_masked).toMatch(/^220581\*{8}\d{3}[\dX]$/);
  });
});

describe('an enrolment', () => {
  it('is found only where platform, trainee, class and lesson belong together', async () => {
    const demo = await seed();
    const find = createCatalogue({ db: t.db, identity: createIdentity(master) }).findEnrolment;
    const [trainee, lesson] = [demo.trainees[2]!, demo.lessons[1]!];
    const found = await find(demo.platform.id, trainee.id, demo.class.id, lesson.id);
    expect(found).toMatchObject({
      region: '220581',
      traineeName: trainee.name,
      lessonMs: lesson.durationSeconds * 1000,
    });
    expect(found!.mediaUrl).toMatch(/^\/media\//);
    expect((await createPolicies(t.db).load(found!.policyHash)).name).toBe('demo');

    await t.db.query("insert into platforms values ('other', 'Other', '\\x01')");
    await t.db.query("insert into lessons values ('stray', 'Stray', 1000, '/media/x')");
    expect(await find('other', trainee.id, demo.class.id, lesson.id)).toBeNull();
    expect(await find(demo.platform.id, 'nobody', demo.class.id, lesson.id)).toBeNull();
    expect(await find(demo.platform.id, trainee.id, 'no-class', lesson.id)).toBeNull();
    expect(await find(demo.platform.id, trainee.id, demo.class.id, 'stray')).toBeNull();
    await t.db.query('delete from roster where trainee_id = $1', [trainee.id]);
    expect(await find(demo.platform.id, trainee.id, demo.class.id, lesson.id)).toBeNull();
  });
});

describe('a policy', () => {
  it('comes back under the hash of its bytes, whatever the order of its fields', async () => {
    const policies = createPolicies(t.db);
    const hash = await policies.add(demoPolicy);
    const reversed = Object.fromEntries(Object.entries(demoPolicy).reverse()) as unknown as typeof demoPolicy;
    expect(await policies.add(reversed)).toBe(hash);
    expect(await createPolicies(t.db).load(hash)).toEqual(demoPolicy);
    expect(await count('policies')).toBe(1);
  });

  it('is refused when its stored bytes were changed, or it is unknown', async () => {
    const hash = await createPolicies(t.db).add(demoPolicy);
    const { version } = demoPolicy;
    await t.db.query(
      `update policies set body = replace(body, '"version":${version}', '"version":0') where hash = $1`,
      [hash],
    );
    await expect(createPolicies(t.db).load(hash)).rejects.toThrow('was changed');
    await expect(createPolicies(t.db).load('00')).rejects.toThrow('no policy');
  });

  it('is refused when a threshold is missing, unknown or not a number', async () => {
    const policies = createPolicies(t.db);
    for (const wrong of [
      { ...demoPolicy, rate: {} },
      { ...demoPolicy, extra: 1 },
      { ...demoPolicy, seek: { flagShare: Number.NaN } },
    ]) {
      await expect(policies.add(wrong as never)).rejects.toThrow();
    }
  });
});

describe('the list of lessons', () => {
  it('holds the key to every question', () => {
    for (const lesson of readDemoLessons()) {
      for (const item of lesson.questions) expect(problemsOf(item, lesson.durationMs), item.id).toEqual([]);
    }
  });

  it('has more than can be asked of a person, mostly hard to guess, and something of it from the first minute', () => {
    for (const { questions, durationMs } of readDemoLessons()) {
      expect(questions.filter(({ form }) => form === 'single').length).toBeGreaterThanOrEqual(16);
      const drawn = questions.flatMap((item) => {
        const asked = askOf(item, randomInt);
        return asked === null ? [] : [{ about: item.about, guess: guessOfAsked(asked) }];
      });
      const hard = drawn.filter(({ guess }) => guess <= HARD_TO_GUESS);
      expect(hard.length).toBeGreaterThanOrEqual(12);
      for (const upToMs of [40_000, durationMs / 2, durationMs]) {
        const watched = hard.filter(({ about }) => about !== undefined && about[1] <= upToMs);
        // One for each 20 s: questions come each 40 s, and once more after a wrong answer.
        expect(watched.length, String(upToMs)).toBeGreaterThanOrEqual(Math.floor(upToMs / 20_000));
      }
    }
  });

  it('is replaced by placeholders when it is absent', () => {
    expect(readDemoLessons('/nonexistent/lessons.json').length).toBe(2);
  });
});
