/** Many people on few devices, in step, or done in the same minute; and their honest neighbours. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasPostgres } from '../support/db.ts';
import { DAY, drawer, HOUR, LESSON_MS, MINUTE, MORNING, times, type World, world } from './world.ts';

const SCHOOL = '203.0.113.7';

describe.skipIf(!hasPostgres())('sessions of many people', () => {
  let w: World;
  beforeEach(async () => {
    w = await world(2);
  });
  afterEach(async () => {
    const wordless = await w.wordless();
    await w.drop();
    expect(wordless).toEqual([]);
  });
  const rules = async () => [...new Set((await w.alerts()).map(({ rule }) => rule))];

  it('five accounts on one device in the same second, twice: each of them, and the device', async () => {
    await w.study(
      [0, HOUR].flatMap((later) =>
        times(5, (n) => ({ person: `bot${n}`, device: 'one-device', openedAt: MORNING + later + 40 * n })),
      ),
    );
    await w.run();
    const lockstep = await w.alerts('lockstep');
    expect(lockstep.map(({ subject }) => subject)).toEqual(times(5, (n) => `bot${n}`));
    expect(lockstep[0]).toMatchObject({
      code: 'courseBrushing',
      severity: 'high',
      subject_kind: 'person',
      platform_id: 'pa',
    });
    expect(lockstep[0]!.facts).toMatchObject({ how: 'deviceOpened', people: 5, together: 2, togetherMin: 2 });
    const [shared, ...more] = await w.alerts('sharedDevice');
    expect(more).toEqual([]);
    expect(shared).toMatchObject({ severity: 'low', subject_kind: 'class', subject: 'c1' });
    expect(shared!.facts).toMatchObject({ devices: 1, people: 5, atOnce: 5 });
    const said = JSON.stringify((await w.alerts()).map(({ facts }) => facts));
    expect(said).not.toMatch(/bot|one-device|203\.0/);
  });

  it('the same with a new device identity each time: the address is enough, when it is nearly each time', async () => {
    await w.study(
      times(6, (round) =>
        times(4, (n) => ({
          ...{ person: `bot${n}`, device: `device-${round}-${n}`, address: SCHOOL },
          openedAt: MORNING + round * HOUR + 50 * n,
        })),
      ).flat(),
    );
    await w.run();
    expect(
      (await w.alerts('lockstep')).map(({ facts }) => [facts['how'], facts['together'], facts['sameShare']]),
    ).toEqual(times(4, () => ['addressOpened', 6, 1]));
  });

  it('one after another on one device, each for the same length to the second', async () => {
    await w.study(
      times(6, (n) => ({
        ...{ person: `bot${n % 3}`, device: 'one-device', lengthMs: 1_812_300 + 20 * n },
        openedAt: MORNING + n * HOUR + 1234 * n,
      })),
    );
    await w.run();
    expect((await w.alerts('lockstep')).map(({ facts }) => facts['how'])).toEqual(times(3, () => 'deviceLength'));
  });

  it('twelve accounts finish a lesson in the same minute on four devices', async () => {
    await w.study(
      times(12, (n) => ({
        person: `bot${n}`,
        device: `device-${n % 4}`,
        openedAt: MORNING + 4000 * n,
        lengthMs: LESSON_MS,
      })),
    );
    await w.run();
    const [burst] = await w.alerts('completionBurst');
    expect(burst).toMatchObject({ subject_kind: 'class', subject: 'c1' });
    expect(burst!.facts).toMatchObject({ people: 12, devices: 4, withinMs: 60_000 });
    expect(burst!.sessions).toHaveLength(12);
  });

  it('tells each class of its own sessions alone', async () => {
    const sessions = await w.study(
      times(6, (n) => ({
        person: `p${n}`,
        device: 'library',
        classId: n < 4 ? 'c1' : 'c2',
        openedAt: MORNING + n * HOUR,
      })),
    );
    await w.run();
    expect(
      (await w.alerts('sharedDevice')).map(({ subject, region, sessions: own }) => [subject, region, own]),
    ).toEqual([
      ['c1', '220102', sessions.slice(0, 4).toReversed()],
      ['c2', '220581', sessions.slice(4).toReversed()],
    ]);
  });

  describe('honest', () => {
    it('a household of two on one device, day and night', async () => {
      await w.study(
        times(12, (n) => ({
          person: `home${n % 2}`,
          device: 'family',
          openedAt: MORNING - DAY + n * 2 * HOUR,
          address: SCHOOL,
        })),
      );
      await w.run();
      expect(await w.alerts()).toEqual([]);
    });

    it('three in turn on one device, whose pages were never closed', async () => {
      await w.study(
        times(3, (n) => ({ person: `p${n}`, device: 'library', openedAt: MORNING + n * HOUR, leftOpen: true })),
      );
      await w.run();
      expect(await w.alerts()).toEqual([]);
    });

    it('a school of 500 behind one address, starting six lessons together within a minute', async () => {
      const draw = drawer(1);
      await w.study(
        times(6, (lesson) =>
          times(500, (n) => ({
            ...{ person: `pupil${n}`, device: `own-${n}`, address: SCHOOL },
            ...{
              openedAt: MORNING + lesson * HOUR + Math.floor(draw() * MINUTE),
              lengthMs: LESSON_MS + Math.floor(draw() * 5 * MINUTE),
            },
          })),
        ).flat(),
      );
      await w.run();
      expect(await w.alerts()).toEqual([]);
    }, 60_000);

    it('forty in a computer room at the teacher’s word, within ten seconds, who finish together, on own devices', async () => {
      const draw = drawer(2);
      await w.study(
        times(8, (lesson) =>
          times(40, (n) => ({
            ...{ person: `p${n}`, device: `seat-${n}`, address: SCHOOL, lengthMs: LESSON_MS },
            openedAt: MORNING + lesson * HOUR + Math.floor(draw() * 10_000),
          })),
        ).flat(),
      );
      await w.run();
      expect(await w.alerts()).toEqual([]);
    });

    it('a room with shifts: forty seats, each under two people of a day, is not told either', async () => {
      const draw = drawer(3);
      await w.study(
        times(80, (n) => ({
          ...{ person: `p${n}`, device: `seat-${n % 40}`, address: SCHOOL, lengthMs: LESSON_MS },
          openedAt: MORNING + (n < 40 ? 0 : 4 * HOUR) + Math.floor(draw() * 10_000),
        })),
      );
      await w.run();
      expect(await rules()).toEqual([]);
    });
  });
});
