/** courseBrushing without a player: forgedBeats, replayedBeats. */
import { describe, expect, it } from 'vitest';
import type { Run } from '../../detector/event.ts';
import { type Event, standardPolicy } from '../../detector/index.ts';
import { between } from '../../detector/random.ts';
import { desk } from '../support/desk.ts';
import { minute, outcome, outcomeOf, stage } from '../support/outcome.ts';
import { player } from '../support/page.ts';

const policy = standardPolicy;
const forged = 'courseBrushing.forgedBeats';

/** A made-up history: the nth beat's runs. */
function made(beats: number, every: number, runs: (nth: number) => readonly Run[], patch = {}) {
  const { events, clock } = stage();
  const a = player(events, clock);
  for (let i = 0; i < beats; i += 1) {
    clock.now += every;
    const told = runs(i);
    a.beat({ ...patch, runs: told, rates: told.map(() => 100) });
  }
  return outcome(events, policy);
}

describe('forgedBeats', () => {
  it('made-up positions: round ones', () => {
    const { alerts, reasons } = made(8, 10_000, (i) => [[i * 10_000, (i + 1) * 10_000, i * 10_000, (i + 1) * 10_000]]);
    expect(alerts).toEqual([forged]);
    expect(reasons[forged]).toBe(30_000);
  });

  it('made-up positions: ones that jitter apart from their clock', () => {
    const { alerts } = made(8, 10_000, (i) => {
      const wobble = [380, -400, 350, -390, 399, -380, 390, -370][i] ?? 0;
      const base = i * 10_001 + 3;
      return [[base, base + 10_000 + wobble, i * 10_000, (i + 1) * 10_000]];
    });
    expect(alerts).toContain(forged);
  });

  it.each([
    ['under any other cause', { cause: 'focused' as const }, 10_000, 1],
    ['cut into small beats', {}, 1_000, 1],
    ['in two runs a beat', {}, 10_000, 2],
  ])('round positions are seen %s', (_name, patch, every, cuts) => {
    const piece = every / cuts;
    const runs = (nth: number) =>
      Array.from({ length: cuts }, (_, i) => {
        const from = nth * every + i * piece;
        return [from, from + piece, from, from + piece] as const;
      });
    expect(made(80_000 / every, every, runs, patch).alerts).toContain(forged);
  });

  it.each([
    ['a run that goes back before the last beat', { runs: [[10_003, 15_000, 5_000, 10_000]] as const }],
    [
      'runs that overlap',
      {
        runs: [
          [10_003, 16_003, 10_000, 16_000],
          [16_003, 20_003, 12_000, 20_000],
        ] as const,
      },
    ],
    ['a run that ends after the beat', { runs: [[10_003, 20_003, 10_000, 20_010]] as const }],
    ['a beat that begins before the last one ended', { span: [4_000, 20_000] as const, runs: [] }],
  ])('impossible: %s', (_name, patch) => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(10_000);
    clock.now += 10_000;
    a.beat(patch);
    const { alerts } = outcome(events, policy);
    expect(alerts).toEqual([forged]);
  });

  it('offsets rounded apart by a few milliseconds are possible', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(10_000);
    clock.now += 10_000;
    a.beat({ span: [9_998, 20_000], runs: [[10_003, 20_003, 9_996, 20_004]] });
    expect(outcome(events, policy).alerts).toEqual([]);
  });

  it.each([
    ['queued', {}, true],
    ['said to end hidden and paused', { cause: 'hidden' as const, player: ['paused', 0, 100] as const }, false],
  ])('exact ones are made up, whatever their label: %s', (_name, patch, queued) => {
    const { events, clock } = stage();
    const a = player(events, clock);
    for (let i = 0; i < 12; i += 1) {
      clock.now += 10_000;
      const [from, to] = [i * 10_000, (i + 1) * 10_000];
      a.beat({ ...patch, runs: [[from, to, from, to]], rates: [100] }, queued);
    }
    expect(outcome(events, policy).alerts).toContain(forged);
  });

  /** An hour with each position cut to `stepMs`; beats at the server's jittered intervals. */
  const stepping = (stepMs: number) => {
    const cut = (ms: number) => ms - (ms % stepMs);
    const change = (event: Event): Event =>
      event.kind !== 'beat'
        ? event
        : { ...event, beat: { ...event.beat, runs: event.beat.runs.map(([a, b, c, d]) => [cut(a), cut(b), c, d]) } };
    const one = desk({ change });
    let turn = 0;
    const every = () => between(5, turn++, 8_000, 15_000);
    one.attend(one.open({ lessonMs: 90 * minute }), 60 * minute, { every, latencyMs: 4_321 });
    return outcomeOf(one);
  };

  it('250 ms steps: a player whose position steps is no forgery, and loses next to nothing', () => {
    const { alerts, denied } = stepping(250);
    expect(alerts).toEqual([]);
    expect(denied).toBeLessThan(0.01 * 60 * minute);
  });

  it.each([40, 100])('nor one that steps by %i ms', (stepMs) => {
    expect(stepping(stepMs).alerts).toEqual([]);
  });

  it.each([
    ['without a line', {}, true],
    ['hidden', { page: [0, 0, 12_000] as const }, false],
  ])('nor one that stood on a whole second once and beats at one constant pace: %s', (_name, patch, queued) => {
    const { events, clock } = stage();
    const a = player(events, clock);
    for (let i = 0; i < 40; i += 1) {
      clock.now += 12_000;
      // Ticks come up to 60 ms after they are due; those of a hidden page when they are.
      const late = (nth: number) => (queued ? (nth * 7919) % 61 : 0);
      const [from, to] = [i * 12_000 + late(i), (i + 1) * 12_000 + late(i + 1)];
      a.beat({ ...patch, span: [from, to], runs: [[i * 12_000, (i + 1) * 12_000, from, to]], rates: [100] }, queued);
    }
    expect(outcome(events, policy).alerts).not.toContain(forged);
  });

  it('a stall that nobody reported is a stall', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    for (let i = 0; i < 12; i += 1) a.play(10_000, { rate: i % 3 === 0 ? 0.6 : 1, patch: { rates: [100] } });
    expect(outcome(events, policy).alerts).toEqual([]);
  });
});

describe('replayedBeats', () => {
  const refuse = (counts: readonly number[]) => {
    const { events, clock } = stage();
    const { session } = player(events, clock);
    for (const count of counts) events.push({ kind: 'refused', at: clock.now, session, code: 'beatMac', count });
    return outcome(events, policy).alerts;
  };

  it('refused beats: one is an accident, three are a replay', () => {
    expect(refuse([1, 1])).toEqual([]);
    expect(refuse([1, 1, 1])).toEqual(['courseBrushing.replayedBeats']);
    expect(refuse([7])).toEqual(['courseBrushing.replayedBeats']);
  });
});
