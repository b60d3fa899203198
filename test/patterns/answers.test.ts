/** Answers of many people: timed by a clock, wrong alike, right too soon; and honest ones beside. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasPostgres } from '../support/db.ts';
import { type AnswerGiven, drawer, MINUTE, MORNING, times, type World, world } from './world.ts';

/** Hands and eyes: log-normal around seven seconds, seldom below three. */
const humanly = (draw: () => number) => {
  const normal = Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  return Math.round(7000 * Math.exp(0.4 * normal));
};
const at = (n: number) => MORNING + n * 11 * MINUTE;

describe.skipIf(!hasPostgres())('answers of many people', () => {
  let w: World;
  beforeEach(async () => {
    w = await world(1);
  });
  afterEach(async () => {
    const wordless = await w.wordless();
    await w.drop();
    expect(wordless).toEqual([]);
  });

  /** People who answer each in their own time, one in twenty wrong, anyhow. */
  const honest = (people: number, each: number, seed: number, wrong = 0.05): AnswerGiven[] => {
    const draw = drawer(seed);
    return times(people, (p) =>
      times(each, (n) => ({
        ...{
          person: `p${p}`,
          question: `q${1 + Math.floor(draw() * 40)}`,
          issuedAt: at(n) + Math.floor(draw() * MINUTE),
        },
        ...{ latencyMs: humanly(draw), chosen: draw() < wrong ? ['a', 'c', 'd'][Math.floor(draw() * 3)]! : 'b' },
      })),
    ).flat();
  };

  it('an oracle at two seconds and a network’s jitter', async () => {
    const draw = drawer(5);
    await w.answer(
      times(9, (n) => ({
        person: 'oracle',
        question: `q${n + 1}`,
        issuedAt: at(n),
        latencyMs: 2000 + Math.floor(draw() * 90),
      })),
    );
    await w.run();
    const [alert, ...more] = await w.alerts();
    expect(more).toEqual([]);
    expect(alert).toMatchObject({
      rule: 'clonedTiming',
      subject: 'oracle',
      subject_kind: 'person',
      severity: 'medium',
    });
    expect(alert!.facts).toMatchObject({ how: 'constantLatency', answers: 9, answersMin: 8, latencySdMinMs: 150 });
    expect(alert!.facts['latencySdMs']).toBeLessThan(60);
  });

  it('two who answer in the same times, one list played for both', async () => {
    const draw = drawer(6);
    const list = times(10, () => humanly(draw));
    await w.answer([
      ...honest(30, 10, 7),
      ...['one', 'two'].flatMap((person, shift) =>
        list.map((latencyMs, n) => ({
          ...{ person, question: `q${n + 1 + shift}`, issuedAt: at(n) + 20_000 * shift },
          latencyMs: latencyMs + Math.floor(draw() * 30),
        })),
      ),
    ]);
    await w.run();
    expect((await w.alerts()).map(({ rule, subject }) => [rule, subject])).toEqual([
      ['clonedTiming', 'one'],
      ['clonedTiming', 'two'],
    ]);
    expect((await w.alerts())[0]!.facts).toMatchObject({ how: 'copiedLatency', people: 2, answers: 10, withinMs: 60 });
  });

  it('four who take the same wrong choices from one list', async () => {
    const draw = drawer(8);
    const list = times(14, () => ['a', 'c', 'd'][Math.floor(draw() * 3)]!);
    await w.answer([
      ...honest(60, 16, 9, 0.15),
      ...times(4, (p) =>
        list.map((chosen, n) => ({
          ...{ person: `copier${p}`, question: `q${n + 1}`, issuedAt: at(n) + 700 * p, chosen },
          latencyMs: humanly(draw),
        })),
      ).flat(),
    ]);
    await w.run();
    const shared = await w.alerts('sharedAnswers');
    expect(shared.map(({ subject }) => subject)).toEqual(times(4, (p) => `copier${p}`));
    expect(shared[0]!.facts).toMatchObject({ people: 4, sameWrong: 14, wrongTogether: 14, chanceMaxLog10: -5 });
    expect(shared[0]!.facts['chanceLog10']).toBeLessThan(-5);
  });

  it('six who know what they were never asked, before anyone could have read it', async () => {
    const draw = drawer(10);
    await w.answer([
      ...honest(20, 6, 11),
      ...times(6, (p) =>
        times(6, (n) => ({
          ...{ person: `knows${p}`, question: `q${n + 1}`, issuedAt: at(n) + 911 * p },
          latencyMs: 900 + Math.floor(draw() * 1200),
        })),
      ).flat(),
    ]);
    await w.run();
    const [known, ...more] = await w.alerts('knownBank');
    expect(more).toEqual([]);
    expect(known).toMatchObject({ subject_kind: 'class', subject: 'c1', code: 'courseBrushing' });
    expect(known!.facts).toMatchObject({ people: 6, earlyAnswers: 36, rightAnswers: 36 });
  });

  describe('honest', () => {
    it('two hundred who learn: their times, their mistakes', async () => {
      await w.answer(honest(200, 14, 12));
      await w.run();
      expect(await w.alerts()).toEqual([]);
    });

    it('a quick hand: about two seconds, spread by four tenths', async () => {
      const draw = drawer(13);
      await w.answer(
        times(50, (p) =>
          times(10, (n) => ({
            ...{ person: `quick${p}`, question: `q${(n % 4) + 1}`, issuedAt: at(n) + p },
            // Four questions, over and over: they are known by now.
            latencyMs: Math.round(2100 + 400 * Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw())),
          })),
        ).flat(),
      );
      await w.run();
      expect((await w.alerts()).filter(({ rule }) => rule !== 'knownBank')).toEqual([]);
    });

    it('a hard bank with one tempting wrong choice to each question, which most take', async () => {
      const draw = drawer(14);
      await w.answer(
        times(60, (p) =>
          times(16, (n) => ({
            ...{
              person: `p${p}`,
              question: `q${n + 1}`,
              issuedAt: at(n) + Math.floor(draw() * MINUTE),
              latencyMs: humanly(draw),
            },
            chosen: draw() < 0.3 ? 'b' : draw() < 0.9 ? 'c' : 'a',
          })),
        ).flat(),
      );
      await w.run();
      expect(await w.alerts()).toEqual([]);
    });

    it('who is asked again what was asked before may be quick', async () => {
      const draw = drawer(15);
      await w.answer(
        times(10, (p) =>
          times(12, (n) => ({
            ...{ person: `p${p}`, question: `q${(n % 4) + 1}`, issuedAt: at(n) + 500 * p },
            latencyMs: n < 4 ? humanly(draw) + 3000 : 900 + Math.floor(draw() * 1500),
          })),
        ).flat(),
      );
      await w.run();
      expect(await w.alerts('knownBank')).toEqual([]);
    });
  });
});
