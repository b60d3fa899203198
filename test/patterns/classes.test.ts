/** Classes and institutions beside one another. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Measured } from '../../server/patterns/classes/store.ts';
import { judgeOutliers } from '../../server/patterns/rules/classOutlier.ts';
import { hasPostgres } from '../support/db.ts';
import { drawer, MINUTE, MORNING, times, type World, world } from './world.ts';

const draw = drawer(21);
const measured = (id: string, over: Partial<Measured> = {}): Measured => ({
  ...{ kind: 'class', id, platformId: 'pa', regions: ['220581', '220581'], answers: 200, lastAt: 1 },
  ...{ latencyMs: 6000 + draw() * 2000, rightShare: 0.93 + draw() * 0.04, alertsEach: draw() * 0.01 },
  ...over,
});
const others = (n: number, over: Partial<Measured> = {}) => times(n, (i) => measured(`c${i}`, over));
const found = (all: readonly Measured[]) =>
  judgeOutliers(all).map(({ subject, facts }) => [subject.id, facts['measure']]);

describe('a class among others', () => {
  it('is told when its answers come much faster, are right much more or less often, or raise many more alerts', () => {
    expect(found([...others(20), measured('fast', { latencyMs: 1500 })])).toEqual([['fast', 'answerLatency']]);
    expect(found([...others(20), measured('guesses', { rightShare: 0.4 })])).toEqual([['guesses', 'rightShare']]);
    expect(found([...others(20), measured('alerts', { alertsEach: 0.5 })])).toEqual([['alerts', 'alertsEachAnswer']]);
  });

  it('is told though a third of the others are like it', () => {
    const fast = times(6, (i) => measured(`fast${i}`, { latencyMs: 1000 }));
    expect(found([...others(14), ...fast]).map(([id]) => id)).toEqual(fast.map(({ id }) => id));
  });

  it('is not told for being slow, for a somewhat harder bank, among too few, or by a hair', () => {
    expect(found([...others(20), measured('elders', { latencyMs: 25_000 })])).toEqual([]);
    expect(found([...others(20), measured('hard', { rightShare: 0.82 })])).toEqual([]);
    expect(found([...others(8), measured('fast', { latencyMs: 500 })])).toEqual([]);
    expect(found(others(200))).toEqual([]);
  });

  it('an institution is told by what its regions have in common, to people only', () => {
    const schools = others(12, { kind: 'institution', platformId: null });
    const bad = measured('乙校', {
      kind: 'institution',
      platformId: null,
      regions: ['220102', '220581'],
      latencyMs: 900,
    });
    expect(judgeOutliers([...schools, bad])).toMatchObject([
      { subject: { kind: 'institution', id: '乙校' }, region: '22', platformId: null, classId: null },
    ]);
  });
});

describe.skipIf(!hasPostgres())('classes, as they are stored', () => {
  let w: World;
  beforeAll(async () => {
    w = await world(12);
  });
  afterAll(() => w?.drop());

  it('the one whose people all answer in two seconds is told, and so is its school', async () => {
    await w.answer(
      times(12, (c) =>
        times(8, (p) =>
          times(5, (n) => ({
            ...{ classId: `c${c + 1}`, person: `p${c}-${p}`, question: `q${1 + ((n + 5 * p) % 40)}` },
            ...{ issuedAt: MORNING + n * 12 * MINUTE + p * 977 + c * 13 },
            latencyMs: c === 3 ? 1700 + Math.floor(draw() * 700) : 5000 + Math.floor(draw() * 5000),
          })),
        ).flat(),
      ).flat(),
    );
    await w.run();
    const outliers = await w.alerts('classOutlier');
    expect(
      outliers.map(({ subject_kind, subject, region, platform_id }) => [subject_kind, subject, region, platform_id]),
    ).toEqual([
      ['class', 'c4', '220581', 'pa'],
      ['institution', '第4职校', '220581', null],
    ]);
    expect(await w.wordless()).toEqual([]);
    expect(outliers[0]!.facts).toMatchObject({ measure: 'answerLatency', compared: 12, scoreMin: 6, answers: 40 });
  });
});
