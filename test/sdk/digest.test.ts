import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDigest } from '../../sdk/digest.ts';
import type { Findings } from '../../sdk/observe.ts';
import { createPace } from '../../sdk/pace.ts';
import { BEAT_BYTES_TARGET, type Beat, beatSchema, causes, playStates, type Run } from '../../sdk/wire.ts';

const number = fc.oneof(fc.double(), fc.integer({ min: -10, max: 100_000_000 }), fc.constant(Number.POSITIVE_INFINITY));
const DAY_MS = 86_400_000;
const played = fc
  .array(
    fc.tuple(fc.nat(5000), fc.nat(5000), fc.nat(5000), fc.nat(5000), fc.double({ min: 0, max: 20, noNaN: true })),
    {
      maxLength: 8,
    },
  )
  .map((all) => ({
    runs: all.map(([a, b, c, d]): Run => [a, a + b, c, c + d]),
    rates: all.map(([, , , , rate]) => rate),
  }));
const rest = fc.record({
  seeks: fc.array(fc.tuple(fc.nat(90_000), fc.nat(90_000)), { maxLength: 8 }),
  stalled: number,
  player: fc.tuple(fc.constantFrom(...playStates), number, number),
  page: fc.tuple(number, number, number),
  frames: fc.tuple(number, number),
  clocks: fc.tuple(number, number, number),
  input: fc.tuple(number, number, number, number),
  signs: fc.nat(1000),
  busy: number,
  more: fc.constantFrom(undefined, { view: [10, 50, 8], source: ['file', 90_003, 0] } satisfies Findings['more']),
});
const findings: fc.Arbitrary<Findings> = fc.tuple(played, rest).map(([one, other]) => ({ ...one, ...other }));

/** A quiet stretch of an honest lesson. */
const quiet: Findings = {
  runs: [],
  rates: [],
  seeks: [],
  stalled: 0,
  player: ['playing', 5000, 1],
  page: [0, 0, 0],
  frames: [0, 0],
  clocks: [0, 0, 0],
  input: [0, 0, 0, 0],
  signs: 0,
  busy: 0,
};
const beatOf = (found: Partial<Findings>, at = 10_000): Beat =>
  createDigest(0).beat('interval', 'nonce-0123456789', at, { ...quiet, ...found });

describe('beats', () => {
  it('count without a gap, join without a gap, and are always valid on the wire', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(20_000), findings, fc.constantFrom(...causes)), { maxLength: 20 }),
        (steps) => {
          const startedAt = 1234.5;
          const digest = createDigest(startedAt);
          let at = startedAt;
          let from = 0;
          steps.forEach(([dt, found, cause], place) => {
            at += dt;
            const beat = digest.beat(cause, 'nonce-0123456789', at, found);
            expect(beatSchema.safeParse(beat).error).toBeUndefined();
            expect(beat.seq).toBe(place + 1);
            expect(beat.span[0]).toBe(from);
            from = beat.span[1];
            expect(beat.busy ?? 0).toBeLessThanOrEqual(beat.span[1] - beat.span[0]);
          });
        },
      ),
    );
  });

  it('stay under the target on an eventful stretch late in a long session', () => {
    const digest = createDigest(0);
    const at = 7_200_000;
    const beat = digest.beat('interval', 'n'.repeat(22), at, {
      runs: [
        [7_100_000, 7_104_210, 7_185_000, 7_189_210],
        [7_104_210, 7_108_530, 7_191_870, 7_196_190],
        [7_008_530, 7_012_340, 7_196_190, 7_200_000],
      ],
      rates: [1, 1.25, 1.5],
      busy: 9600,
      seeks: [[7_108_530, 7_008_530]],
      stalled: 2660,
      player: ['playing', 7_012_340, 1],
      page: [15_000, 15_000, 0],
      frames: [900, 450],
      clocks: [15_000, 150, 150],
      input: [1200, 30, 200, 0],
      signs: 144,
      more: { view: [15_000, 100, 136], source: ['blob', 7_201_234, 1] },
    });
    expect(beat).toMatchObject({ rates: [100, 125, 150], busy: 9600 });
    expect(JSON.stringify({ ...beat, seq: 1234 }).length).toBeLessThan(BEAT_BYTES_TARGET);
  });

  it('say the rate of each run and what the page’s thread missed, always: silence would be an older SDK’s', () => {
    const runs: Run[] = [
      [0, 1250, 0, 1000],
      [1250, 2250, 1000, 2000],
    ];
    expect(beatOf({ runs, rates: [1.25, 1] }).rates).toEqual([125, 100]);
    expect(beatOf({ runs, rates: [1, 1], player: ['paused', 2250, 2] }).rates).toEqual([100, 100]);
    const usual = beatOf({ runs, rates: [1, 1] });
    expect(usual).toMatchObject({ rates: [100, 100], busy: 0 });
    expect(beatOf({ busy: 1234.5 }).busy).toBe(1235);
  });

  it('of an older SDK go on working, and rates belong to runs', () => {
    const beat = beatOf({ runs: [[0, 1000, 0, 1000]], rates: [1] });
    expect(beatSchema.safeParse(beat).success).toBe(true);
    expect(beatSchema.safeParse({ ...beat, rates: [100], busy: 0 }).success).toBe(true);
    for (const wrong of [
      { rates: [] },
      { rates: [100, 100] },
      { rates: [1.5] },
      { rates: [-1] },
      { busy: -1 },
      { idle: 1 },
    ])
      expect(beatSchema.safeParse({ ...beat, ...wrong }).success, JSON.stringify(wrong)).toBe(false);
  });

  it('of a page that is open for weeks say true times, not the last one that fits', () => {
    const digest = createDigest(0);
    const found = (from: number): Findings => ({ ...quiet, runs: [[5000, 6000, from, from + 1000]], rates: [1] });
    let seen = 0;
    for (const day of [0.5, 1, 2, 9, 30.9]) {
      const at = day * DAY_MS;
      expect(digest.over(at)).toBe(false);
      const beat = digest.beat('interval', 'nonce-0123456789', at + 1000, {
        ...found(at),
        page: [at + 1000 - seen, 0, -1],
        clocks: [at + 1000 - seen, 10, 10],
        busy: at - seen,
      });
      expect(beatSchema.safeParse(beat).error).toBeUndefined();
      expect(beat.span).toEqual([seen, at + 1000]);
      expect(beat.runs).toEqual([[5000, 6000, at, at + 1000]]);
      expect([beat.page[0], beat.clocks[0], beat.busy ?? 0]).toEqual([at + 1000 - seen, at + 1000 - seen, at - seen]);
      seen = at + 1000;
    }
    expect(digest.over(31 * DAY_MS + 1)).toBe(true);
  });
});

describe('pace', () => {
  it('gives a transition its beat at once, and the server’s interval otherwise', () => {
    const pace = createPace(0, 10_000);
    expect(pace.due(5000, false)).toBeNull();
    pace.note(['blurred', 'rate'], 5001);
    expect(pace.due(5001, false)).toBe('rate');
    pace.made(5001);
    expect(pace.due(15_000, false)).toBeNull();
    expect(pace.due(15_001, false)).toBe('interval');
    pace.interval(20_000);
    expect(pace.due(15_001, false)).toBeNull();
  });

  it('counts a new interval from the last beat made, be it shorter or longer', () => {
    const pace = createPace(0, 10_000);
    pace.note(['hidden'], 5000);
    expect(pace.due(5200, false)).toBe('hidden');
    pace.made(5200);
    pace.interval(3000);
    expect(pace.due(8199, false)).toBeNull();
    expect(pace.due(8200, false)).toBe('interval');
    pace.made(8200);
    pace.interval(14_000);
    expect(pace.due(18_299, false)).toBeNull();
    // The word comes late: it speaks of the beat that it answers, not of the moment it came.
    pace.interval(10_100);
    expect(pace.due(18_299, false)).toBeNull();
    expect(pace.due(18_300, false)).toBe('interval');
  });

  it('waits a moment with "hidden": a browser that is closing hides its pages first', () => {
    const pace = createPace(0, 10_000);
    pace.note(['hidden'], 5000);
    expect(pace.due(5100, false)).toBeNull();
    pace.note(['hidden'], 5150);
    expect(pace.due(5200, false)).toBe('hidden');
    pace.made(5200);
    pace.note(['hidden'], 6000);
    pace.note(['visible'], 6050);
    expect(pace.due(6050, false)).toBe('visible');
  });

  it('folds a flood into five beats a second, and the last word is told', () => {
    const pace = createPace(0, 10_000);
    let beats = 0;
    for (let t = 0; t < 10_000; t += 10) {
      pace.note([t % 20 === 0 ? 'hidden' : 'visible'], t);
      if (pace.due(t, false)) {
        pace.made(t);
        beats++;
      }
    }
    expect(beats).toBeLessThanOrEqual(54);
    pace.note(['visible'], 10_000);
    expect(pace.due(10_400, false)).toBe('visible');
  });
});
