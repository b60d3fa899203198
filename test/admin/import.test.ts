import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { admin } from '../../programs/admin/cli.ts';
import { createCatalogue } from '../../server/classes/catalogue.ts';
import { createIdentity } from '../../server/classes/identity.ts';
import { createPolicies } from '../../server/classes/policies.ts';
import { testConfig } from '../support/config.ts';
import { type ClassInput, citizenId, classOf, type World, world } from './world.ts';

let w: World;
let path: string;
beforeEach(async () => {
  w = await world();
  path = join(w.dir, 'class.json');
  for (const id of ['p1', 'p2']) await w.run('platform', 'add', '--id', id, '--name', id);
});
afterEach(() => w.close());

const imported = (content: unknown, config = w.config) => {
  writeFileSync(path, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  return admin(['import', '--file', path], () => config).then((lines) => lines.join('\n'));
};
/** What the import was refused with. */
const refusal = (content: unknown, config = w.config): Promise<string> =>
  imported(content, config).then(
    () => 'accepted',
    (error: Error) => error.message,
  );
const counts = async () => {
  const tables = ['classes', 'lessons', 'class_lessons', 'questions', 'trainees', 'roster', 'policies'];
  const { rows } = await w.t.db.query(
    `select ${tables.map((table) => `(select count(*) from ${table}) as ${table}`).join(', ')}`,
  );
  return rows[0];
};

describe('a class file', () => {
  it('becomes a class whose trainees are found, and again changes nothing', async () => {
    expect(await imported(classOf('p1'))).toContain('class-x');
    const before = await counts();
    expect(before).toMatchObject({ classes: 1, lessons: 1, questions: 2, trainees: 2, roster: 2 });
    await imported(classOf('p1'));
    expect(await counts()).toEqual(before);
    const identity = createIdentity(w.config.secrets.master);
    const found = await createCatalogue({ db: w.t.db, identity }).findEnrolment(
      ...(['p1', 'trainee-x-2', 'class-x', 'lesson-x'] as const),
    );
    expect(found).toMatchObject({
      ...{ traineeName: '学员2', region: '220581', lessonMs: 600_000 },
      personKey: identity.personKey(citizenId(2)),
    });
    expect((await createPolicies(w.t.db).load(found!.policyHash)).name).toBe('standard');
  });

  it('is imported as the documentation prints it', async () => {
    await w.run('platform', 'add', '--id', 'my-platform', '--name', 'p');
    const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const [, printed = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
    expect(await imported(printed)).toContain('class-1');
  });

  it('brings what is there up to date and removes nothing', async () => {
    await imported(classOf('p1'));
    const next = classOf('p1');
    next.policy = 'demo';
    next.class.region = '220524';
    next.trainees = [{ id: 'trainee-x-3', name: '新学员', citizenId: citizenId(3) }];
    await imported(next);
    expect(await counts()).toMatchObject({ trainees: 3, roster: 3 });
    expect((await w.t.db.query('select region from classes')).rows).toEqual([{ region: '220524' }]);
  });

  it('reads citizen IDs as people type them, and stores none in clear', async () => {
    const file = classOf('p1');
    file.trainees[0]!.citizenId = ` ${citizenId(1).toLowerCase()} `;
    await imported(file);
    await imported(classOf('p1'));
    // Sealed columns are hex: seventeen digits in a row come up there by chance.
    const { rows } = await w.t.db.query('select id, platform_id, person_key, citizen_id_masked from trainees');
    for (const row of rows) expect(JSON.stringify(row)).not.toMatch(/\d{17}[\dX]/);
    const { rows: sealed } = await w.t.db.query('select name_sealed, citizen_id_sealed from trainees');
    for (const bytes of sealed.flatMap((row) => Object.values<Buffer>(row))) {
      expect(bytes.includes(citizenId(1).slice(0, 17))).toBe(false);
    }
  });

  it('that is new is refused when a lesson has no questions; one that teaches already is warned', async () => {
    const file = classOf('p1');
    file.lessons[0]!.questions = [];
    expect(await refusal(file)).toMatch(/题库不足[\s\S]*lesson-x[\s\S]*nobody can prove presence/);
    expect(await counts()).toMatchObject({ classes: 0, lessons: 0, trainees: 0 });
    await imported(classOf('p1'));
    file.lessons.push({ ...file.lessons[0]!, id: 'lesson-new' });
    expect(await imported(file)).toMatch(/lesson-new[\s\S]*题库不足/);
  });

  it('may hold items of every form, and templates', async () => {
    const file = classOf('p1') as { lessons: { questions: object[] }[] };
    file.lessons[0]!.questions.push({
      ...{ id: 'n1', form: 'number', zh: '{r} × 2？', en: '{r} × 2?', about: [0, 60_000] },
      ...{ variables: { r: { from: 1, to: 9, step: 1 } }, answer: 'r × 2' },
    });
    expect(await imported(file)).toMatch(/items 3，模板 templates 1/);
    file.lessons[0]!.questions.push({ id: 'n2', form: 'order', zh: '？', en: '?', choices: [], answer: 'a' });
    expect(await refusal(file)).toMatch(/questions 第 4 行 row 4/);
  });
});

describe('a wrong file', () => {
  const wrongId = `${citizenId(2).slice(0, 17)}${citizenId(2).endsWith('0') ? '1' : '0'}`;

  it('is named by its row, and the number is never repeated', async () => {
    const file = classOf('p1');
    file.trainees[1]!.citizenId = wrongId;
    const said = await refusal(file);
    expect(said).toMatch(/trainees 第 2 行 row 2 citizenId：公民身份号码不正确/);
    expect(said).not.toContain(wrongId);
    expect(await counts()).toMatchObject({ classes: 0, lessons: 0, trainees: 0 });
  });

  it('is not quoted when it is not even JSON', async () => {
    const said = await refusal(JSON.stringify(classOf('p1')).replace(`"${citizenId(2)}"`, `"${citizenId(2)}`));
    expect(said).toContain('not JSON');
    expect(said).not.toContain(citizenId(2).slice(0, 10));
  });

  const cases: Record<string, [(file: ClassInput) => unknown, RegExp]> = {
    'an unknown field': [(f) => ({ ...f, extra: 1 }), /文件 file/],
    'an unknown policy': [(f) => ({ ...f, policy: 'lenient' }), /policy/],
    'a number for a citizen ID': [
      (f) => ({ ...f, trainees: [{ ...f.trainees[0], citizenId: Number(citizenId(1)) }] }),
      /row 1 citizenId/,
    ],
    'a citizen ID for an id': [
      (f) => ({ ...f, trainees: [{ ...f.trainees[0], id: citizenId(1) }] }),
      /row 1 id：must not be a citizen ID/,
    ],
    'one person twice': [
      (f) => ({ ...f, trainees: [f.trainees[0], { ...f.trainees[0], id: 'other' }] }),
      /citizenId：第 1 行与第 2 行/,
    ],
    'one id twice': [
      (f) => ({ ...f, trainees: [f.trainees[0], { ...f.trainees[1], id: f.trainees[0]!.id }] }),
      /rows 1/,
    ],
    'an answer that is no choice': [
      (f) => {
        f.lessons[0]!.questions[1]!.answer = 'z';
        return f;
      },
      /lessons 第 1 行 row 1 questions 第 2 行 row 2 answer/,
    ],
    'a script for a video': [(f) => ({ ...f, lessons: [{ ...f.lessons[0], mediaUrl: 'javascript:1' }] }), /mediaUrl/],
    'a lesson of no length': [(f) => ({ ...f, lessons: [{ ...f.lessons[0], durationMs: 0 }] }), /durationMs/],
    'a region that is a name': [(f) => ({ ...f, class: { ...f.class, region: '梅河口' } }), /class region/],
    'a NUL in a name': [(f) => ({ ...f, trainees: [{ ...f.trainees[0], name: 'a\u0000' }] }), /row 1 name/],
    'an unknown platform': [(f) => ({ ...f, class: { ...f.class, platformId: 'p9' } }), /no such platform/],
    'a file of another encoding': [(f) => Buffer.from(JSON.stringify(f), 'utf16le'), /not (UTF-8|JSON)/],
  };
  for (const [what, [change, words]] of Object.entries(cases)) {
    it(`is refused whole: ${what}`, async () => {
      const said = await refusal(change(classOf('p1')));
      expect(said).toMatch(words);
      expect(said).not.toMatch(/\d{17}[\dX]/);
      expect(await counts()).toMatchObject({ classes: 0, lessons: 0, trainees: 0 });
    });
  }

  it('says no more than anyone reads', async () => {
    const trainees = Array.from({ length: 500 }, (_, i) => ({ id: `t${i}`, name: 'x', citizenId: 'no' }));
    expect((await refusal({ ...classOf('p1'), trainees })).split('\n').length).toBeLessThan(30);
  });
});

describe('what belongs to somebody else', () => {
  beforeEach(() => imported(classOf('p1')));
  const theirs = () => classOf('p2', 'y');

  it.each<[string, () => ClassInput, RegExp]>([
    ['a class', () => ({ ...theirs(), class: { ...theirs().class, id: 'class-x' } }), /class id belongs/],
    [
      'a lesson',
      () => ({ ...theirs(), lessons: [{ ...theirs().lessons[0]!, id: 'lesson-x', title: '换掉' }] }),
      /lesson id belongs/,
    ],
    [
      'a question',
      () => {
        const file = theirs();
        file.lessons[0]!.questions[0]!.id = 'q1-x';
        return file;
      },
      /question id belongs/,
    ],
    [
      'a trainee',
      () => ({ ...theirs(), trainees: [{ ...theirs().trainees[0]!, id: 'trainee-x-1' }] }),
      /row 1: the id belongs/,
    ],
  ])('is not taken: %s', async (_what, make, words) => {
    const before = await counts();
    expect(await refusal(make())).toMatch(words);
    expect(await counts()).toEqual(before);
  });

  it('one person may learn on two platforms', async () => {
    await imported(theirs());
    const { rows } = await w.t.db.query(
      'select count(distinct person_key) as people, count(*) as trainees from trainees',
    );
    expect(rows).toEqual([{ people: 2, trainees: 4 }]);
  });

  it('one person has one id on a platform', async () => {
    const file = classOf('p1');
    file.trainees[0]!.id = 'another';
    expect(await refusal(file)).toMatch(/row 1: the platform knows this person/);
  });

  it('a trainee with evidence cannot become somebody else; one without may be corrected', async () => {
    const file = classOf('p1');
    file.trainees[0]!.citizenId = citizenId(7);
    await imported(file);
    await w.t.db.query(
      `insert into sessions (id, person_key, trainee_id, platform_id, class_id, lesson_id, device, policy_hash, opened_ms)
       select 's', t.person_key, t.id, 'p1', c.id, 'lesson-x', 'device', c.policy_hash, 1
         from trainees t, classes c where t.id = 'trainee-x-1'`,
    );
    expect(await refusal(classOf('p1'))).toMatch(/row 1: this id has evidence/);
    await imported(file);
  });

  it('another SECRET_KEY than the server’s is noticed', async () => {
    const other = testConfig(w.dir, {
      DATABASE_URL: w.t.url,
      SECRET_KEY: Buffer.from(w.config.secrets.ledgerSeed).reverse().toString('base64'),
    });
    expect(await refusal(classOf('p1'), other)).toMatch(/SECRET_KEY/);
  });
});
