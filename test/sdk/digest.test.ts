import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDigest } from '../../sdk/digest.ts';
import type { Findings } from '../../sdk/observe.ts';
import { createPace } from '../../sdk/pace.ts';
import { BEAT_BYTES_TARGET, beatSchema, causes, playStates, type Run } from '../../sdk/wire.ts';

const number = fc.oneof(fc.double(), fc.integer({ min: -10, max: 100_000_000 }), fc.constant(Number.POSITIVE_INFINITY));
const findings: fc.Arbitrary<Findings> = fc.record({
  runs: fc
    .array(fc.tuple(fc.nat(5000), fc.nat(5000), fc.nat(5000), fc.nat(5000)), { maxLength: 8 })
    .map((runs) => runs.map(([a, b, c, d]): Run => [a, a + b, c, c + d])),
  seeks: fc.array(fc.tuple(fc.nat(90_000), fc.nat(90_000)), { maxLength: 8 }),
  stalled: number,
  player: fc.tuple(fc.constantFrom(...playStates), number, number),
  page: fc.tuple(number, number, number),
  frames: fc.tuple(number, number),
  clocks: fc.tuple(number, number, number),
  input: fc.tuple(number, number, number, number),
  signs: fc.nat(127),
});

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
      seeks: [[7_108_530, 7_008_530]],
      stalled: 2660,
      player: ['playing', 7_012_340, 100],
      page: [15_000, 15_000, 0],
      frames: [900, 450],
      clocks: [15_000, 150, 150],
      input: [1200, 30, 200, 0],
      signs: 16,
    });
    expect(JSON.stringify({ ...beat, seq: 1234 }).length).toBeLessThan(BEAT_BYTES_TARGET);
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
