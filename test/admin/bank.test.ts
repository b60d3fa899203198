/** Importing question banks: what is wrong is named by row and column, and nothing of it is stored. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { admin } from '../../programs/admin/cli.ts';
import { workbook } from '../support/workbook.ts';
import { classOf, type World, world } from './world.ts';

let w: World;
beforeAll(async () => {
  w = await world();
  for (const id of ['p1', 'p2']) await w.run('platform', 'add', '--id', id, '--name', id);
  for (const [platform, tag] of [
    ['p1', 'x'],
    ['p2', 'y'],
  ] as const) {
    await importedClass(classOf(platform, tag));
  }
});
beforeEach(() => w.t.db.query(`delete from questions where id like 'n%'`));
afterAll(() => w?.close());

async function importedClass(file: unknown, ...more: string[]): Promise<string> {
  const path = join(w.dir, 'class.json');
  writeFileSync(path, JSON.stringify(file));
  return (await admin(['import', '--file', path, ...more], () => w.config)).join('\n');
}
const put = (content: string | Buffer, name = 'bank.csv'): string => {
  const path = join(w.dir, name);
  writeFileSync(path, content);
  return path;
};
const imported = (content: string | Buffer, scope = ['--lesson', 'lesson-x']) =>
  w.run('questions', 'import', put(content), ...scope);
const refusal = (content: string | Buffer, scope?: string[]): Promise<string> =>
  imported(content, scope).then(
    () => 'accepted',
    (error: Error) => error.message,
  );
const items = async () => (await w.t.db.query(`select * from questions where id like 'n%' order by id`)).rows;

const header = '编号,题型,起,止,题目,题目英文,选项A,选项B,选项C,答案,误差,单位,变量';
const good = [
  header,
  'n1,单选,0:10,1:30,先做什么？,What first?,断电,呼救,用手拉,A,,,',
  'n2,多选,90,120,哪些对？,,断电,呼救,用手拉,"A,B",,,',
  'n3,排序,,,排好顺序,,第二步,第一步,第三步,BAC,,,',
  'n4,填数,0:10,2:00,{r} Ω、{i} A，几伏？,{r} Ω and {i} A: how many volts?,,,,r×i,0.5,伏,r=5..50/5；i=1|2|3',
].join('\n');

describe('a bank', () => {
  it('of every form is stored, told of by lesson, and again changes nothing', async () => {
    const said = await imported(good);
    expect(said).toMatch(/items imported：4/);
    expect(said).toMatch(/课程 lesson lesson-x（安全用电，10:00）/);
    // Two of the class and four of these, of which one is a template: 9 in ten minutes.
    expect(said).toMatch(
      /items 6，模板 templates 1，折合每小时 an hour 54\.0；单选 single 3，多选 multiple 1，排序 order 1/,
    );
    expect(await items()).toMatchObject([
      { id: 'n1', from_ms: 10_000, to_ms: 90_000, answer_id: 'a', text_en: 'What first?', variables: null },
      { id: 'n2', form: 'multiple', key: { answers: ['a', 'b'] }, answer_id: null, text_en: '哪些对？' },
      { id: 'n3', form: 'order', from_ms: null, choices: [{ id: 'b' }, { id: 'a' }, { id: 'c' }] },
      {
        id: 'n4',
        key: { answer: 'r×i', tolerance: '0.5', unit: { zh: '伏', en: '伏' } },
        variables: { r: { from: 5, to: 50, step: 5 }, i: { oneOf: [1, 2, 3] } },
      },
    ]);
    const before = await items();
    await imported(good);
    expect(await items()).toEqual(before);
  });

  it('comes as a workbook too, in rich text, numbers as they were typed', async () => {
    const rows = good.split('\n').map((line) => line.replace('"A,B"', 'AB').split(','));
    await imported(good);
    const fromCsv = await items();
    await w.t.db.query(`delete from questions where id like 'n%'`);
    const sheet = rows.map((row) => row.map((cell) => (/^\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell)));
    await imported(workbook(sheet));
    expect(await items()).toEqual(fromCsv);
  });

  it('with a byte order mark is read; one that is not UTF-8 says what to do', async () => {
    expect(await imported(`\uFEFF${good}`)).toMatch(/imported：4/);
    // 编号 in GBK.
    const gbk = Buffer.concat([Buffer.from([0xb1, 0xe0, 0xba, 0xc5]), Buffer.from(',a\n')]);
    expect(await refusal(gbk)).toMatch(/GBK.*CSV UTF-8/);
  });

  it('of templates is read as the documentation prints it, a key in braces too', async () => {
    const page = readFileSync(new URL('../../docs/questions.md', import.meta.url), 'utf8');
    const [, printed = ''] = /```csv\n([\s\S]*?)```/.exec(page) ?? [];
    expect(await imported(printed.replace('q1,', 'n1,'))).toMatch(/imported：1/);
    await imported('id,form,zh,answer,tolerance,variables\nn5,number,{r} 乘 {i}？,{r × i},{r},r=5..9; i=1|2\n');
    expect(await items()).toMatchObject([{ id: 'n1' }, { id: 'n5', key: { answer: 'r × i', tolerance: 'r' } }]);
  });

  it('of single choices mostly is told what that costs', async () => {
    const single = (n: number) => `n${n},单选,0:10,1:30,第${n}题,,断电,呼救,用手拉,A,,,`;
    expect(await imported([header, single(1), single(2), single(3)].join('\n'))).toContain('半数以上为单选题');
  });

  it('of a class names each row’s lesson', async () => {
    const rows = 'id,lesson,zh,A,B,answer\nn1,lesson-x,问,对,错,a\n';
    expect(await imported(rows, ['--class', 'class-x'])).toMatch(/imported：1/);
    expect(await refusal(rows, ['--class', 'class-y'])).toMatch(/第 2 行 row 2「课程 lesson」/);
    expect(await refusal(rows, ['--lesson', 'lesson-y'])).toMatch(/第 2 行 row 2「课程 lesson」/);
    expect(await refusal('id,zh,A,B,answer\nn1,问,对,错,a\n', ['--class', 'class-x'])).toMatch(
      /row 1「课程 lesson」：缺少这一列/,
    );
  });
});

describe('a wrong bank', () => {
  const row = (cells: Partial<Record<string, string>>) => {
    const columns = ['id', 'form', 'from', 'to', 'zh', 'A', 'B', 'C', 'answer', 'tolerance', 'variables'];
    const base: Record<string, string> = { id: 'n9', zh: '问', A: '甲', B: '乙', C: '丙', answer: 'a' };
    const all = { ...base, ...cells };
    return `${columns.join(',')}\nn1,,,,好,甲,乙,丙,a,,\n${columns.map((column) => `"${all[column] ?? ''}"`).join(',')}\n`;
  };
  it.each<[string, Partial<Record<string, string>>, RegExp]>([
    ['an unknown form', { form: '画图' }, /row 3「题型 form」/],
    ['a form that every object has', { form: 'constructor' }, /row 3「题型 form」/],
    ['an answer that is no letter of a choice', { answer: 'd' }, /row 3「答案 answer」/],
    ['two answers to a single choice', { answer: 'ab' }, /row 3「答案 answer」：单选题只能有一个答案/],
    ['an order that leaves one out', { form: 'order', answer: 'ab' }, /row 3「答案 answer」/],
    ['choices that read the same', { B: ' 甲 ' }, /row 3「选项A a」：有相同的选项/],
    ['a stretch that runs backwards', { from: '2:00', to: '1:00' }, /row 3「止 to」.*止须晚于起/],
    ['a stretch past the end', { from: '0', to: '11:00' }, /row 3「止 to」：超出课程时长/],
    ['a stretch with one end', { from: '10' }, /row 3「止 to」/],
    ['a time of day in place of a stretch', { from: '0.0625', to: '90' }, /row 3「起 from」.*文本/],
    ['no text', { zh: '' }, /row 3「题目 zh」/],
    ['no id', { id: '' }, /row 3「编号 id」：缺少编号 · is missing\n(?![\s\S]*编号 id)/],
    ['an id that is there twice', { id: 'n1' }, /row 3「编号 id」：与第 2 行相同/],
    ['an id of another lesson', { id: 'q1-y' }, /row 3「编号 id」：此编号属于另一课程的题目/],
    ['variables that cannot be read', { variables: 'r=5..', zh: '{r}' }, /row 3「变量 variables」|row 3「题目 zh」/],
    ['code in place of arithmetic', { zh: '{process.exit(1)}', variables: 'r=1..5' }, /row 3「题目 zh」：算式有误/],
    ['a variable that is none', { zh: '{r}{x}', variables: 'r=1..5' }, /row 3「题目 zh」：没有变量 x/],
    ['braces without variables', { zh: '{r}' }, /row 3「变量 variables」/],
    [
      'a template that always collides',
      { A: '{r}', B: '{r + 0}', variables: 'r=1..5' },
      /row 3「变量 variables」.*不成题/,
    ],
    [
      'a number that is none',
      { form: 'number', A: '', B: '', C: '', answer: '很多' },
      /row 3「答案 answer」：不是数字/,
    ],
    ['a tolerance below zero', { form: 'number', answer: '5', tolerance: '-1' }, /row 3「误差 tolerance」/],
    [
      'a key in two pairs of braces',
      { form: 'number', answer: '{{r}}', zh: '{r}', variables: 'r=1..5' },
      /row 3「答案 answer」：算式有误：\{\{r\}\}/,
    ],
  ])('is refused whole for %s', async (_what, cells, words) => {
    const said = await refusal(row(cells));
    expect(said).toMatch(words);
    expect(said).toMatch(/什么都没有导入/);
    expect(await items()).toEqual([]);
  });

  it('is told all of a row at once: two of one id, a stretch past the end, and the cells that are wrong', async () => {
    const said = await refusal(row({ id: 'n1', from: '0', to: '11:00', zh: '', answer: 'z' }));
    for (const words of ['「编号 id」：与第 2 行相同', '「止 to」：超出课程时长', '「题目 zh」', '「答案 answer」']) {
      expect(said).toContain(`row 3${words}`);
    }
    expect(said).toMatch(/more may follow$/);
    // The first of the two may be the wrong one: the second is still known as its twin.
    expect(await refusal('id,zh,A,B,answer\nn1,,甲,乙,a\nn1,问,甲,乙,a\n')).toContain(
      'row 3「编号 id」：与第 2 行相同',
    );
  });

  it('is refused for a formula, by row and column', async () => {
    const said = await refusal(
      workbook([
        ['id', 'zh', 'A', 'B', 'answer'],
        ['n1', '问', '甲', '乙', 'a'],
        ['n2', '问', { formula: 'HYPERLINK("http://x")', value: '甲' }, '乙', 'a'],
      ]),
    );
    expect(said).toMatch(/第 3 行 row 3「选项A a」：是公式/);
    expect(await items()).toEqual([]);
  });

  it.each<[string, () => string | Buffer, RegExp]>([
    ['a column that is none', () => 'id,zh,A,B,answer,密码\nn1,问,甲,乙,a,x', /row 1「密码」：没有这一列/],
    ['a column that is there twice', () => 'id,zh,A,B,answer,答案\nn1,问,甲,乙,a,b', /出现了两次/],
    ['a column that is missing', () => 'id,zh,A,B\nn1,问,甲,乙', /「答案 answer」：缺少这一列/],
    ['no rows', () => 'id,zh,A,B,answer\n', /没有题目/],
    ['nothing at all', () => '', /没有题目/],
    ['a quotation mark that stays open', () => 'id,zh,A,B,answer\nn1,"问,甲,乙,a', /引号/],
    ['too many rows', () => `id,zh,A,B,answer\n${'n1,问,甲,乙,a\n'.repeat(5001)}`, /5000 行/],
    ['too many bytes', () => Buffer.alloc(5 * 1024 * 1024 + 1, 32), /5 MB/],
    ['an archive that is no workbook', () => Buffer.from('PK\u0003\u0004nothing'), /不是可读的 \.xlsx/],
    [
      'an archive that unpacks to far more',
      () =>
        workbook([['id']], { 'xl/worksheets/sheet1.xml': `<worksheet>${' '.repeat(33 * 1024 * 1024)}</worksheet>` }),
      /解压后过大/,
    ],
    [
      'entities of its own',
      () =>
        workbook([['id']], {
          'xl/sharedStrings.xml':
            '<!DOCTYPE sst [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>',
        }),
      /不是可读的 \.xlsx/,
    ],
    [
      'a sheet that is elsewhere',
      () =>
        workbook([['id']], {
          'xl/_rels/workbook.xml.rels':
            '<Relationships><Relationship Id="rId7" Target="../../../etc/passwd"/></Relationships>',
        }),
      /不是可读的 \.xlsx/,
    ],
  ])('is refused for %s', async (_what, make, words) => {
    expect(await refusal(make())).toMatch(words);
    expect(await items()).toEqual([]);
  });

  it('says no more than anyone reads', async () => {
    const said = await refusal(`id,zh,A,B,answer\n${'n1,问,甲,乙,z\n'.repeat(500)}`);
    expect(said.split('\n').length).toBeLessThan(30);
  });

  it.each([[[]], [['--lesson', 'lesson-x', '--class', 'class-x']], [['other.csv', '--lesson', 'lesson-x']]])(
    'is not looked for when the command line is wrong (%j)',
    async (more) => {
      await expect(w.run('questions', 'import', put(good), ...more)).rejects.toThrow(/--lesson|--file/);
    },
  );

  it('of no lesson that is there is refused', async () => {
    expect(await refusal(good, ['--lesson', 'nowhere'])).toMatch(/没有这个班级或课程/);
  });
});

describe('a class', () => {
  const long = (tag: string) => {
    const file = classOf('p1', tag);
    file.lessons[0]!.durationMs = 3_600_000;
    file.trainees = [];
    return file;
  };
  const bank = (lesson: string, n: number) =>
    `id,lesson,zh,A,B,answer\n${Array.from({ length: n }, (_, i) => `n${lesson}${i},${lesson},问${i},对,错,a\n`).join('')}`;

  it('that is new is refused with a thin bank, and opens with the items of a table', async () => {
    const thin = await importedClass(long('z')).then(
      () => 'accepted',
      (error: Error) => error.message,
    );
    expect(thin).toMatch(/too thin for a new class; nothing was imported[\s\S]*lesson-z[\s\S]*an hour 2\.0/);
    expect((await w.t.db.query(`select 1 from lessons where id = 'lesson-z'`)).rowCount).toBe(0);
    const said = await importedClass(long('z'), '--questions', put(bank('lesson-z', 6)));
    expect(said).toMatch(/题目 questions 8[\s\S]*an hour 8\.0/);
  });

  it('that teaches already is only warned', async () => {
    const file = classOf('p1');
    file.lessons[0]!.durationMs = 36_000_000;
    expect(await importedClass(file)).toMatch(/题库不足/);
    await importedClass(classOf('p1'));
  });
});

describe('an item that points at a picture', () => {
  const canvas = createCanvas(320, 200);
  canvas.getContext('2d').fillRect(20, 20, 40, 40);
  const png = canvas.toBuffer('image/png');
  const withPicture = (answer: string, picture = 'parts.png', form = '指图') =>
    ['编号,题型,题目,答案,图片', `n9,${form},压把在哪里？,"${answer}",${picture}`].join('\n');
  const given = (name: string, content: Buffer | string, to: 'folder' | 'zip') => {
    const path = join(w.dir, to === 'zip' ? 'pictures.zip' : 'pictures');
    rmSync(path, { recursive: true, force: true });
    if (to === 'zip') writeFileSync(path, zipSync({ [name]: Buffer.from(content) }));
    else {
      mkdirSync(path);
      writeFileSync(join(path, name), content);
    }
    return ['--lesson', 'lesson-x', '--pictures', path];
  };

  it.each(['folder', 'zip'] as const)(
    'comes with its picture from a %s, once however often it is imported',
    async (to) => {
      const scope = given('parts.png', png, to);
      await imported(withPicture('0.5,0.4,0.1'), scope);
      expect(await imported(withPicture('0.1,0.1; 0.4,0.1; 0.3,0.4'), scope)).toMatch(/指图 point 1/);
      const [{ key }] = await items();
      expect(key.region).toEqual({
        polygon: [
          [0.1, 0.1],
          [0.4, 0.1],
          [0.3, 0.4],
        ],
      });
      const { rows } = await w.t.db.query('select sha256, type, width, height, bytes from question_pictures');
      expect(rows).toEqual([{ sha256: key.picture, type: 'image/png', width: 320, height: 200, bytes: png }]);
    },
  );

  it.each([
    ['no picture of that name', '0.5,0.4,0.1', 'other.png', png, /row 2「图片 picture」：没有这张图片/],
    ['a way out of the folder', '0.5,0.4,0.1', '../class.json', png, /row 2「图片 picture」：没有这张图片/],
    [
      'bytes that are no picture',
      '0.5,0.4,0.1',
      'parts.png',
      '<svg onload="alert(1)"/>',
      /row 2「图片 picture」：不是完整的 PNG/,
    ],
    ['a picture cut short', '0.5,0.4,0.1', 'parts.png', png.subarray(0, 60), /row 2「图片 picture」：不是完整的 PNG/],
    [
      'a picture of 1 MB',
      '0.5,0.4,0.1',
      'parts.png',
      Buffer.alloc(1_000_000),
      /row 2「图片 picture」：图片超过 200 KB/,
    ],
    ['no region', 'A', 'parts.png', png, /row 2「答案 answer」/],
    ['a region beyond the picture', '0.5,1.4,0.1', 'parts.png', png, /row 2「答案 answer」/],
    ['a region of two corners', '0.1,0.1; 0.4,0.1', 'parts.png', png, /row 2「答案 answer」/],
    ['a region that is a line', '0.1,0.1; 0.4,0.1; 0.7,0.1', 'parts.png', png, /row 2「答案 answer」：区域须大于零/],
    ['a region that nobody can miss', '0.5,0.5,0.4', 'parts.png', png, /row 2「答案 answer」.*五分之一/],
  ])('is refused for %s, and nothing of it is stored', async (_name, answer, picture, content, why) => {
    for (const to of ['folder', 'zip'] as const) {
      expect(await refusal(withPicture(answer, picture), given('parts.png', content, to))).toMatch(why);
    }
    expect(await items()).toEqual([]);
  });

  it('comes in a class file too', async () => {
    const file = classOf('p1', 'x');
    const item = {
      id: 'n8',
      form: 'point',
      zh: '？',
      en: '?',
      picture: 'parts.png',
      region: { circle: [0.5, 0.5, 0.1] },
    };
    (file.lessons[0]!.questions as unknown[]).push(item);
    await expect(importedClass(file)).rejects.toThrow(/n8：没有这张图片/);
    const [, , ...pictures] = given('parts.png', png, 'folder');
    expect(await importedClass(file, ...pictures)).toMatch(/指图 point 1/);
  });
});
