import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../server/db/pool.ts';
import { handInDue } from '../../server/exams/sittings/clock.ts';
import { answersOf } from '../../server/exams/sittings/store.ts';
import { addSession, addSpan } from '../console/world.ts';
import {
  bearer,
  type ExamWorld,
  examWorld,
  HOUR,
  MINUTE,
  people,
  platformBearer,
  rightTo,
  T0,
  wrongTo,
} from './world.ts';

let w: ExamWorld;
beforeEach(async () => {
  w = await examWorld();
  expect((await w.importBank()).body).toEqual({ id: 'bank', imported: 16 });
  expect((await w.define()).status).toBe(201);
});
afterEach(() => w.drop());

const code = (reply: { body: { error?: { code: string } } }) => reply.body.error?.code;

describe('who may sit', () => {
  it('is a trainee of the class, by a ticket for this exam, once', async () => {
    const scope = { platformId: 'pa', traineeId: 'ta1', classId: 'ca1', examId: 'exam' };
    expect(code(await w.open('tb1'))).toBe('ticketScope');
    expect(code(await w.open('ta1', { classId: 'ca2' }))).toBe('ticketScope');
    expect(code(await w.open('ta1', { examId: 'none' }))).toBe('ticketScope');
    const lesson = w.tickets.mint({ platformId: 'pa', traineeId: 'ta1', classId: 'ca1', lessonId: 'l1' });
    expect(code(await w.open('ta1', { ticket: lesson }))).toBe('ticketInvalid');
    await expect(w.tickets.verify(w.tickets.mintExam(scope))).rejects.toThrow('ticket');
    expect(code(await w.open('ta1', { ticket: w.launches.signExam(scope) }))).toBe('ticketInvalid');
    const ticket = w.tickets.mintExam(scope);
    expect((await w.open('ta1', { ticket })).status).toBe(200);
    expect(code(await w.open('ta1', { ticket }))).toBe('ticketSpent');
  });

  it('waits for the window, and comes too late after it', async () => {
    w.clock.now = T0 - 1;
    expect(code(await w.open('ta1'))).toBe('examNotOpen');
    w.clock.now = T0 + 8 * HOUR;
    expect(code(await w.open('ta1'))).toBe('examClosed');
  });

  it('has finished the lessons', async () => {
    await w.db.query(`insert into class_lessons values ('ca1', 'l2', 1)`);
    expect(code(await w.open('ta1'))).toBe('examContentIncomplete');
    await addSession(w.db, 'more', 'ta1', 'ca1', { openedMs: T0 - 9 * HOUR, lessonId: 'l2' });
    await addSpan(w.db, 'ta1', 7, 'more', [T0 - 9 * HOUR, 3_500_000], 'credited', 'presence.proven');
    expect((await w.open('ta1')).status).toBe(200);
  });

  it('is refused where classroom hours are asked for and nobody knows them', async () => {
    await w.define({ id: 'offline', offlineShareMin: 0.3 });
    expect(code(await w.open('ta1', { examId: 'offline' }))).toBe('examOfflineShort');
  });

  it('has an attempt left', async () => {
    const { body } = await w.open('ta1');
    expect((await w.handIn(body.sittingId, body.key)).body).toMatchObject({ score: 0, passed: false, passMark: 60 });
    expect(code(await w.open('ta1'))).toBe('examAttemptsUsed');
  });

  it('gets one sitting, whatever opens at once', async () => {
    const opened = await Promise.all([1, 2, 3, 4].map((i) => w.open('ta1', { device: `device-no-${i}` })));
    expect(opened.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(opened.map(({ body }) => body.sittingId)).size).toBe(1);
  });
});

describe('a paper', () => {
  it('goes out without a key, and without the bank’s ids', async () => {
    const { body, text } = await w.open('ta1');
    expect(body.items).toHaveLength(10);
    for (const word of [
      'answer"',
      'answers":["',
      'tolerance',
      'region',
      'difficulty',
      'topic',
      't0i',
      't1i',
      'drawn',
    ]) {
      expect(text).not.toContain(word);
    }
    expect(body.items[0]).toMatchObject({ n: 1, text: { zh: expect.any(String) } });
  });

  it('is another for each candidate', async () => {
    const [one, two] = [await w.open('ta1'), await w.open('ta2')];
    expect(one.body.items).not.toEqual(two.body.items);
  });
});

describe('an answer', () => {
  it('is stored before it is said to be, changed ones too, and comes back after a crash on another device', async () => {
    const { body } = await w.open('ta1');
    const [first, second] = (await w.paperOf(body.sittingId)).items;
    w.clock.now += MINUTE;
    expect((await w.save(body.sittingId, body.key, 1, wrongTo(first!))).body).toEqual({ remainingMs: 59 * MINUTE });
    w.clock.now += MINUTE;
    await w.save(body.sittingId, body.key, 1, rightTo(first!));
    await w.save(body.sittingId, body.key, 1, rightTo(first!));
    await w.save(body.sittingId, body.key, 2, rightTo(second!));
    expect((await answersOf(w.db, body.sittingId)).map(({ seq, n }) => [seq, n])).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
    ]);
    const again = (await w.open('ta1', { device: 'another-device' })).body;
    expect(again).toMatchObject({
      resumed: true,
      sittingId: body.sittingId,
      remainingMs: 58 * MINUTE,
      items: body.items,
    });
    expect(again.answers).toEqual([
      { n: 1, given: rightTo(first!) },
      { n: 2, given: rightTo(second!) },
    ]);
    expect(code(await w.save(body.sittingId, body.key, 2, wrongTo(second!)))).toBe('sittingTakenOver');
    expect(code(await w.handIn(body.sittingId, body.key))).toBe('sittingTakenOver');
    expect((await w.save(body.sittingId, again.key, 2, wrongTo(second!))).status).toBe(200);
  });

  it('is refused with a forged key, to no item, in another form, too late, after the hand-in', async () => {
    const { body } = await w.open('ta1');
    const items = (await w.paperOf(body.sittingId)).items;
    const item = items.find(({ asked }) => asked.form === 'single')!;
    const other = (await w.open('ta2')).body;
    expect(code(await w.save(body.sittingId, other.key, item.n, rightTo(item)))).toBe('sittingKey');
    expect(code(await w.save(body.sittingId, body.key.replace('1.', '2.'), item.n, rightTo(item)))).toBe('sittingKey');
    expect(code(await w.save('no-such-sitting', body.key, item.n, rightTo(item)))).toBe('sittingKey');
    expect(code(await w.save(body.sittingId, body.key, 11, rightTo(item)))).toBe('sittingItem');
    expect(code(await w.save(body.sittingId, body.key, item.n, { number: '1' }))).toBe('sittingItem');
    await w.handIn(other.sittingId, other.key);
    expect(code(await w.save(other.sittingId, other.key, 1, { choice: '1' }))).toBe('sittingHandedIn');
    expect(code(await w.handIn(other.sittingId, other.key))).toBe('sittingHandedIn');
    w.clock.now = T0 + 60 * MINUTE;
    expect(code(await w.save(body.sittingId, body.key, item.n, rightTo(item)))).toBe('sittingTimeUp');
    expect(await answersOf(w.db, body.sittingId)).toEqual([]);
  });

  it('is not believed to have taken longer than the sitting', async () => {
    const { body } = await w.open('ta1');
    const [item] = (await w.paperOf(body.sittingId)).items;
    w.clock.now += 3000;
    await w.save(body.sittingId, body.key, 1, rightTo(item!), 80_000_000);
    expect((await answersOf(w.db, body.sittingId))[0]?.tookMs).toBe(3000);
  });
});

describe('the clock', () => {
  it('hands in at the deadline, once, by however many processes', async () => {
    const { body } = await w.open('ta1');
    await w.answerAll(body.sittingId, body.key, (n) => n <= 7);
    w.clock.now = T0 + 60 * MINUTE - 1;
    expect(await w.handInDue()).toBe(0);
    w.clock.now = T0 + 60 * MINUTE + 4000;
    const elsewhere = connect(w.url, { max: 3 });
    try {
      const done = await Promise.all([w.handInDue(), handInDue({ ...w.deps, db: elsewhere }), w.handInDue()]);
      expect(done.reduce((sum, one) => sum + one, 0)).toBe(1);
    } finally {
      await elsewhere.end();
    }
    const { body: result } = await w.call('POST', `/v1/exams/sittings/${body.sittingId}/result`, { key: body.key });
    expect(result.result).toMatchObject({ score: 70, passed: true, passMark: 60, corrected: false });
    const { rows } = await w.db.query('select handed_in_ms, handed_in_by from sittings');
    expect(rows).toEqual([{ handed_in_ms: T0 + 60 * MINUTE, handed_in_by: 'clock' }]);
    expect(w.sealed).toHaveLength(1);
  });

  it('gives whoever begins late what is left of the window', async () => {
    w.clock.now = T0 + 8 * HOUR - 10 * MINUTE;
    expect((await w.open('ta1')).body.remainingMs).toBe(10 * MINUTE);
  });

  it('is not held up by a sitting that cannot be handed in', async () => {
    const [one, two] = [(await w.open('ta1')).body, (await w.open('ta2')).body];
    await w.db.query(`update sittings set paper = 'no paper', deadline_ms = deadline_ms - 1 where id = $1`, [
      one.sittingId,
    ]);
    w.clock.now = T0 + HOUR;
    expect(await w.handInDue()).toBe(1);
    const { rows } = await w.db.query('select id from sittings where handed_in_ms is not null');
    expect(rows).toEqual([{ id: two.sittingId }]);
  });
});

describe('staff', () => {
  it('imports a bank that is all right, and is told each place that is not', async () => {
    const bad = await w.importBank(
      '编号,题目,选项A,选项B,答案,知识点,难度\nq1,问,甲,乙,C,接地,易\nq2,问,甲,乙,A,,极难',
      'bad',
    );
    expect(code(bad)).toBe('examBank');
    expect(bad.body.error.details.problems.join()).toMatch(/第 2 行.*答案/);
    expect(bad.body.error.details.problems.join()).toMatch(/第 3 行.*知识点.*第 3 行.*难度/s);
    expect((await w.importBank('编号,题目,答案\nq1,问,1', 'bad')).body.error.details.problems).toHaveLength(2);
    expect(code(await w.importBank(Buffer.from([0x50, 0x4b, 3, 4]), 'bad'))).toBe('examBank');
    expect((await w.db.query(`select * from exam_banks where id = 'bad'`)).rows).toEqual([]);
  });

  it('defines what can be held, for the own class', async () => {
    const problems = async (change: object) => (await w.define({ id: 'e2', ...change })).body.error.details?.problems;
    expect(await problems({ blueprint: [{ topic: '接地', difficulty: 'easy', count: 2 }] })).toHaveLength(1);
    expect(
      await problems({
        blueprint: [
          ...[{ topic: '接地', difficulty: 'easy', count: 9 }],
          { topic: '灭火', difficulty: 'hard', count: 2 },
        ],
      }),
    ).toEqual(['blueprint：接地 / easy：2 < 9']);
    expect(await problems({ closesAt: String(T0) })).toHaveLength(1);
    expect(code(await w.define({ id: 'e2', classId: 'cb1' }))).toBe('notFound');
    expect(code(await w.define({ id: 'e2' }, 'pb'))).toBe('notFound');
    expect(code(await w.define())).toBe('notFound');
    expect(code(await w.call('POST', '/v1/exams', {}, bearer(people.jilin)))).toBe('badRequest');
  });

  it('reads results within bounds: names masked, nobody else’s', async () => {
    const { body } = await w.open('ta1');
    await w.answerAll(body.sittingId, body.key);
    await w.handIn(body.sittingId, body.key);
    const results = (who: Record<string, string>) => w.call('GET', '/v1/exams/exam/results', undefined, who);
    const [row] = (await results(bearer(people.jilin))).body.results;
    expect(row).toMatchObject({
      traineeId: 'ta1',
      traineeName: '王**',
      score: 100,
      passed: true,
      handedInBy: 'candidate',
    });
    expect((await results(bearer(people.ta1))).body.results).toHaveLength(1);
    expect((await results(bearer(people.ta2))).body.results).toEqual([]);
    for (const who of [bearer(people.jiangxi), bearer(people.percent), platformBearer('pb')]) {
      expect(code(await results(who))).toBe('notFound');
      expect(code(await w.call('GET', `/v1/exams/sittings/${body.sittingId}`, undefined, who))).toBe('notFound');
    }
    expect(code(await w.call('GET', `/v1/exams/sittings/${body.sittingId}`, undefined, bearer(people.ta1)))).toBe(
      'notFound',
    );
    const timeline = (await w.call('GET', `/v1/exams/sittings/${body.sittingId}`, undefined, bearer(people.jilin)))
      .body;
    expect(timeline.events.map(({ kind }: { kind: string }) => kind)).toEqual(['opened', 'handedIn']);
    expect(timeline.events[0].facts).toEqual({ device: 'device-of-ta1', lease: 1 });
    expect(timeline.answers).toHaveLength(10);
    expect(timeline.answers[0]).toMatchObject({ right: true, counts: true });
  });

  it('corrects with a reason and a name, each result once', async () => {
    const { body } = await w.open('ta1');
    await w.handIn(body.sittingId, body.key);
    const path = `/v1/exams/sittings/${body.sittingId}`;
    const [first] = (await w.call('GET', path, undefined, bearer(people.jilin))).body.results;
    const correct = (who: Record<string, string>, corrects: string) =>
      w.call('POST', `${path}/corrections`, { corrects, score: 80, reason: '第三题答案有误' }, who);
    expect(code(await correct(bearer(people.meihekou), first.id))).toBe('forbidden');
    expect(code(await correct(platformBearer('pa'), first.id))).toBe('forbidden');
    expect(code(await correct(bearer(people.jiangxi), first.id))).toBe('notFound');
    const both = await Promise.all([correct(bearer(people.jilin), first.id), correct(bearer(people.jilin), first.id)]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const { results } = (await w.call('GET', path, undefined, bearer(people.jilin))).body;
    expect(results).toHaveLength(2);
    expect(results[0]).toEqual(first);
    expect(results[1]).toMatchObject({ corrects: first.id, score: 80, passed: true, byPerson: 'jilin' });
    expect(w.sealed.map(({ result }) => result.corrects)).toEqual([null, first.id]);
  });

  it('gives tickets and links for the own trainees only', async () => {
    const ticket = (who: 'pa' | 'pb', traineeId: string) =>
      w.call('POST', '/v1/exams/exam/tickets', { traineeId }, platformBearer(who));
    expect(code(await ticket('pb', 'tb1'))).toBe('ticketScope');
    expect(code(await ticket('pa', 'tb1'))).toBe('ticketScope');
    const { launch } = (await ticket('pa', 'ta1')).body;
    const traded = (await w.call('POST', '/v1/exams/launch', { launch })).body;
    expect(traded.exam).toMatchObject({ id: 'exam', minutes: 60, items: 10 });
    expect((await w.open('ta1', { ticket: traded.ticket })).status).toBe(200);
  });
});
