import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tamper } from '../support/tamper.ts';
import { type ExamWorld, examWorld, HOUR, T0 } from './world.ts';

let w: ExamWorld;
beforeEach(async () => {
  w = await examWorld();
  await w.importBank();
  await w.define();
});
afterEach(() => w.drop());

const raised = async () =>
  (await w.db.query('select code, rule, subject, platform_id as platform, facts from alerts order by rule, subject'))
    .rows;

async function sat(traineeId: string, everyMs?: (n: number) => number) {
  const { body } = await w.open(traineeId, { device: `device-of-${traineeId}` });
  await w.answerAll(body.sittingId, body.key, (n) => n % 4 !== 0, everyMs);
  await w.handIn(body.sittingId, body.key);
  w.clock.now += HOUR;
  return body.sittingId as string;
}

describe('the rules', () => {
  it('look at an exam once, when its window is over, whoever looks at the same time', async () => {
    await sat('ta1');
    await sat('ta2', () => 1500);
    expect(await w.judgeHeld()).toBe(0);
    w.clock.now = T0 + 8 * HOUR;
    const judged = await Promise.all([w.judgeHeld(), w.judgeHeld()]);
    expect(judged.reduce((sum, one) => sum + one, 0)).toBe(1);
    expect(await w.judgeHeld()).toBe(0);
    const alerts = await raised();
    expect(alerts.map(({ rule, subject }) => `${rule} ${subject}`)).toContain('examEvenGaps person-2');
    expect(alerts.filter(({ subject }) => subject !== 'person-2')).toEqual([]);
  });

  it('wait for a sitting that the clock has still to hand in', async () => {
    await w.open('ta1');
    w.clock.now = T0 + 8 * HOUR;
    expect(await w.judgeHeld()).toBe(0);
    await w.handInDue();
    expect(await w.judgeHeld()).toBe(1);
    expect(await raised()).toEqual([]);
  });
});

describe('a result that was changed behind the server’s back', () => {
  it.each([
    ['score', 'update exam_results set score = 95, passed = true'],
    ['answers', `update sitting_answers set given = '{"number":"4711"}' where seq = 1`],
    ['answers', 'delete from sitting_answers where seq = 2'],
    ['answeredAfter', 'update sitting_answers set at_ms = at_ms + 86400000 where seq = 10'],
    ['paper', `update sittings set paper = replace(paper, 'single', 'Single')`],
    ['missing', 'delete from exam_results'],
  ])('%s: is found, and told to people only', async (what, tampering) => {
    await sat('ta1');
    expect(await w.auditResults()).toBe(0);
    await tamper(w.db, tampering);
    w.clock.now += 25 * HOUR;
    expect(await w.auditResults()).toBe(1);
    expect(await raised()).toEqual([
      expect.objectContaining({
        code: 'dataTampering',
        rule: 'examScoreChanged',
        subject: 'person-1',
        platform: null,
        facts: expect.objectContaining({ tampering: what }),
      }),
    ]);
  });

  it('a decision about it holds until it is changed again', async () => {
    const changed = async (sql: string) => {
      await tamper(w.db, sql);
      w.clock.now += 25 * HOUR;
      return w.auditResults();
    };
    await sat('ta1');
    expect(await changed('update exam_results set score = 95, passed = true')).toBe(1);
    await w.db.query(`update alerts set status = 'dismissed'`);
    expect(await changed('select 1')).toBe(0);
    expect(await raised()).toHaveLength(1);
    expect(await changed('update exam_results set score = 96')).toBe(1);
    expect((await w.db.query('select status from alerts order by status')).rows).toEqual([
      { status: 'dismissed' },
      { status: 'open' },
    ]);
    // Put right, and changed to what it was: nobody decided about that.
    const { rows } = await w.db.query<{ score: number }>(`select (grade->>'score')::int as score from exam_results`);
    expect(await changed(`update exam_results set score = ${rows[0]?.score}`)).toBe(0);
    expect(await changed('update exam_results set score = 96')).toBe(1);
  });

  it('is none when a reviewer corrected it', async () => {
    const id = await sat('ta1');
    const [first] = (await w.db.query<{ id: string }>('select id from exam_results')).rows;
    const { bearer, people } = await import('./world.ts');
    const reply = await w.call(
      'POST',
      `/v1/exams/sittings/${id}/corrections`,
      { corrects: first?.id, score: 90, reason: '第三题答案有误' },
      bearer(people.jilin),
    );
    expect(reply.status).toBe(201);
    w.clock.now += 25 * HOUR;
    expect(await w.auditResults()).toBe(0);
  });
});
