/** Whose hand answers: one for many, a recording for many, everybody marked; and honest people beside. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Hand } from '../../sdk/wire.ts';
import { meetingsOf } from '../../server/patterns/rules/oneHand.ts';
import { hasPostgres } from '../support/db.ts';
import { type AnswerGiven, drawer, HOUR, MINUTE, MORNING, times, type World, world } from './world.ts';

const at = (n: number) => MORNING + n * 11 * MINUTE;
const humanly = (draw: () => number) => 3000 + Math.floor(draw() * 12_000);

/** A mouse's path: nobody's is another's. */
const mouse = (draw: () => number): Hand => ({
  ...{ events: [20 + Math.floor(draw() * 90), 0, 0, 0], times: [Math.floor(draw() * 4000), 6000], page: [0, 1] },
  path: [80 + Math.floor(draw() * 1800), 30 + Math.floor(draw() * 70), 4 + Math.floor(draw() * 120)],
});
const screenReader: Hand = { events: [0, 14, 0, 2], times: [700, 9000], path: [0, 0, 0], page: [0, 1] };
const tap: Hand = { events: [2, 0, 0, 0], times: [2500, 4000], path: [210, 100, 1], page: [0, 1] };

describe.skipIf(!hasPostgres())('the hand that answers', () => {
  let w: World;
  beforeEach(async () => {
    w = await world(4);
  });
  afterEach(async () => {
    const wordless = await w.wordless();
    await w.drop();
    expect(wordless).toEqual([]);
  });

  const answers = (people: readonly string[], each: number, seed: number, more: Partial<AnswerGiven> = {}) => {
    const draw = drawer(seed);
    return people.flatMap((person) =>
      times(each, (n) => ({
        ...{ person, question: `q${1 + Math.floor(draw() * 40)}`, issuedAt: at(n) + Math.floor(draw() * 9 * MINUTE) },
        ...{ latencyMs: humanly(draw), hand: mouse(draw), ...more },
      })),
    );
  };
  const found = async (rule: string) => (await w.alerts(rule)).map(({ subject }) => subject);

  describe('one hand', () => {
    it('answers for four, whose lessons play elsewhere, on a device of its own', async () => {
      const draw = drawer(21);
      const accomplice = times(4, (p) =>
        times(5, (n) => ({
          ...{ person: `sold${p}`, question: `q${n + 1}`, issuedAt: at(n) + p * 40_000, device: 'accomplice' },
          ...{ latencyMs: humanly(draw), hand: mouse(draw) },
        })),
      ).flat();
      await w.study(times(4, (p) => ({ person: `sold${p}`, device: `own-${p}`, openedAt: MORNING, lengthMs: HOUR })));
      await w.answer([
        ...answers(
          times(20, (p) => `p${p}`),
          6,
          22,
        ),
        ...accomplice,
      ]);
      await w.run();
      const alerts = await w.alerts('oneHand');
      expect(alerts.map(({ subject }) => subject)).toEqual(times(4, (p) => `sold${p}`));
      expect(alerts[0]).toMatchObject({ code: 'proxyAttendance', severity: 'medium', subject_kind: 'person' });
      expect(alerts[0]!.facts).toMatchObject({
        how: 'oneDevice',
        people: 4,
        peopleMin: 3,
        together: 5,
        togetherMin: 3,
      });
    });

    it('is a recording that is played for five, each on a device of their own', async () => {
      const draw = drawer(23);
      const recorded = times(6, () => mouse(draw));
      await w.answer([
        ...answers(
          times(60, (p) => `p${p}`),
          8,
          24,
        ),
        ...times(5, (p) =>
          times(6, (n) => ({
            ...{ person: `played${p}`, question: `q${n + 1}`, issuedAt: at(n) + p * 70_000 },
            ...{
              latencyMs: humanly(draw),
              hand: { ...recorded[n]!, times: [900 + p, 4000 + 11 * p] as [number, number] },
            },
          })),
        ).flat(),
      ]);
      await w.run();
      expect(await found('oneHand')).toEqual(times(5, (p) => `played${p}`));
      const [alert] = await w.alerts('oneHand');
      expect(alert!.facts).toMatchObject({ how: 'copiedPath', people: 5, samePaths: 6, samePathsMin: 4 });
    });

    it('is raised once for the same answers', async () => {
      const together = answers(['a', 'b', 'c'], 4, 25, { device: 'shared' }).map((one, i) => ({
        ...one,
        issuedAt: at(i % 4) + 20_000 * Math.floor(i / 4),
      }));
      await w.answer(together);
      await w.run();
      expect(await found('oneHand')).toEqual(['a', 'b', 'c']);
      await w.run();
      expect((await w.alerts('oneHand')).map(({ count }) => count)).toEqual([1, 1, 1]);
    });

    describe('is not', () => {
      afterEach(async () => expect(await found('oneHand')).toEqual([]));

      it('a household of two at one computer, who answer in turn all day', async () => {
        await w.answer(
          answers(['wife', 'husband'], 16, 26, { device: 'kitchen' }).map((one, i) => ({
            ...one,
            issuedAt: at(i % 16) + 60_000 * Math.floor(i / 16),
          })),
        );
        await w.run();
      });

      it('a call centre’s classroom: forty behind one address, each at a seat of their own, asked in the same minutes', async () => {
        const draw = drawer(27);
        await w.study(
          times(40, (p) => ({
            ...{ person: `p${p}`, device: `device-p${p}`, openedAt: MORNING - 5000 + 131 * p, address: '203.0.113.9' },
          })),
        );
        await w.answer(
          times(40, (p) =>
            times(8, (n) => ({
              ...{ person: `p${p}`, question: `q${n + 1}`, issuedAt: at(n) + Math.floor(draw() * MINUTE) },
              ...{ latencyMs: humanly(draw), hand: mouse(draw) },
            })),
          ).flat(),
        );
        await w.run();
      });

      it('a seat that five use in shifts, nor three who once ask each other at one screen', async () => {
        const shifts = times(5, (p) =>
          answers([`shift${p}`], 4, 28 + p, { device: 'seat' }).map((one, n) => ({
            ...one,
            issuedAt: MORNING + p * 2 * HOUR + n * 11 * MINUTE,
          })),
        ).flat();
        const once = times(3, (p) => ({
          ...answers([`friend${p}`], 1, 33 + p, { device: 'screen' })[0]!,
          issuedAt: at(3) + p * MINUTE,
        }));
        await w.answer([...shifts, ...once]);
        await w.run();
      });

      it('many who tap, press keys or listen: such answers have no path of their own', async () => {
        const people = (name: string, hand: Hand, seed: number) =>
          answers(
            times(30, (p) => `${name}${p}`),
            10,
            seed,
            { hand },
          );
        await w.answer([...people('tap', tap, 36), ...people('key', screenReader, 37)]);
        await w.run();
      });

      it('three hundred with a mouse', async () => {
        await w.answer(
          answers(
            times(300, (p) => `p${p}`),
            16,
            38,
          ),
        );
        await w.run();
      });
    });
  });

  describe('everybody marked as using assistive technology', () => {
    const marked = (classId: string, people: number, seed: number, more: Partial<AnswerGiven> = {}) =>
      answers(
        times(people, (p) => `${classId}-${p}`),
        3,
        seed,
        { classId, assistive: true, ...more },
      );
    const plain = (classId: string, people: number, seed: number) =>
      answers(
        times(people, (p) => `${classId}-plain${p}`),
        3,
        seed,
        { classId },
      );

    it('in all classes of a platform, whatever their hands say', async () => {
      await w.answer(['c1', 'c2', 'c3'].flatMap((one, n) => marked(one, 12, 40 + n, { hand: screenReader })));
      await w.run();
      const alerts = await w.alerts('assistedEverywhere');
      expect(alerts.map(({ subject }) => subject)).toEqual(['c1', 'c2', 'c3']);
      expect(alerts[0]).toMatchObject({ subject_kind: 'class', severity: 'low' });
      expect(alerts[0]!.facts).toMatchObject({ how: 'wholePlatform', people: 12, marked: 12, platformMarked: 36 });
    });

    it('in one class, whose people answer with a mouse', async () => {
      await w.answer([...marked('c1', 12, 43), ...plain('c2', 30, 44), ...plain('c3', 30, 45)]);
      await w.run();
      expect((await w.alerts('assistedEverywhere')).map(({ subject, facts }) => [subject, facts['how']])).toEqual([
        ['c1', 'markedWithPointer'],
      ]);
    });

    it('is not a class of a school for the blind, among others', async () => {
      await w.answer([
        ...marked('c1', 24, 46, { hand: screenReader }),
        ...['c2', 'c3', 'c4'].flatMap((one, n) => plain(one, 20, 47 + n)),
      ]);
      await w.run();
      expect(await found('assistedEverywhere')).toEqual([]);
    });

    it('is not a few of each class, by mouse or not', async () => {
      await w.answer(['c1', 'c2', 'c3'].flatMap((one, n) => [...marked(one, 3, 50 + n), ...plain(one, 22, 53 + n)]));
      await w.run();
      expect(await found('assistedEverywhere')).toEqual([]);
    });
  });
});

describe('answers within minutes of each other', () => {
  const said = (text: string) => [...text].map((personKey, n) => ({ personKey, answeredAt: n * MINUTE }));
  it('count once each, of three people and more', () => {
    expect(meetingsOf(said('abab')).length).toBe(0);
    expect(meetingsOf(said('abcabcabc')).map((own) => own.map(({ personKey }) => personKey).join(''))).toEqual([
      'abcabc',
      'abc',
    ]);
    expect(meetingsOf(said('aabbcc')).length).toBe(1);
    expect(meetingsOf(said('aaaaaabaaaaaac')).length).toBe(0);
  });
});
