import { describe, expect, it } from 'vitest';
import { demoPolicy } from '../../detector/index.ts';
import { fold } from '../support/fold.ts';
import { player, start } from '../support/lesson.ts';
import { minute, outcome, stage } from '../support/outcome.ts';

describe('courseBrushing', () => {
  it('2× on first viewing is not paid, is told at once, and can be made up at 1×', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.beat({ cause: 'rate', player: ['playing', 0, 200] });
    expect(outcome(events).alerts).toEqual(['courseBrushing.playbackRate']);
    a.play(20_000, { rate: 2 });
    expect(outcome(events)).toMatchObject({ held: 0, reasons: { 'courseBrushing.playbackRate': 20_000 } });
    a.seek(0);
    a.play(20_000);
    expect(outcome(events).held).toBeGreaterThan(19_900);
  });

  it('a rate hidden by an own getter shows in the media', () => {
    const { events, clock } = stage();
    player(events, clock).play(20_000, { rate: 2, patch: { player: ['playing', 0, 100] } });
    expect(outcome(events)).toMatchObject({ held: 0, alerts: ['courseBrushing.playbackRate'] });
  });

  it('a seek to the end covers nothing and is worth a look', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(10_000);
    a.seek(3_590_000);
    a.play(5_000);
    const { held, alerts } = outcome(events);
    expect(held).toBeLessThanOrEqual(15_000);
    expect(alerts).toEqual(['courseBrushing.seekAhead']);
  });

  it('one shot: a lesson reported whole after ten seconds earns nothing', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    clock.now += 10_000;
    a.beat({ span: [0, 180_000], runs: [[0, 180_000, 0, 180_000]], page: [180_000, 180_000, 0] });
    expect(outcome(events)).toMatchObject({
      held: 0,
      alerts: ['courseBrushing.fasterThanClock'],
      reasons: { 'courseBrushing.fasterThanClock': 180_000 },
    });
  });

  it('a burst of a hundred beats earns the time that passed, once', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    const from = clock.now;
    a.play(17 * minute);
    const burst = events.map((event) => ({ ...event, at: from + (event.kind === 'opened' ? 0 : 10_000) }));
    const { held, alerts } = outcome(burst);
    expect(held).toBeLessThanOrEqual(10_000 + demoPolicy.clock.toleranceMs);
    expect(alerts).toContain('courseBrushing.fasterThanClock');
  });

  it('made-up positions: round ones, and ones that jitter apart from their clock', () => {
    const round = stage();
    const a = player(round.events, round.clock);
    for (let i = 0; i < 6; i += 1) {
      round.clock.now += 10_000;
      a.beat({ runs: [[i * 10_000, (i + 1) * 10_000, i * 10_000, (i + 1) * 10_000]] });
    }
    expect(outcome(round.events).alerts).toEqual(['courseBrushing.forgedBeats']);

    const loose = stage();
    const b = player(loose.events, loose.clock);
    for (let i = 0; i < 8; i += 1) {
      loose.clock.now += 10_000;
      const wobble = [380, -400, 350, -390, 399, -380, 390, -370][i] ?? 0;
      const base = i * 10_001 + 3;
      b.beat({ runs: [[base, base + 10_000 + wobble, i * 10_000, (i + 1) * 10_000]] });
    }
    expect(outcome(loose.events).alerts).toContain('courseBrushing.forgedBeats');
  });

  it.each([
    ['under any other cause', { cause: 'focused' as const }, 10_000, 1],
    ['cut into small beats', {}, 1_000, 1],
    ['in two runs a beat', {}, 10_000, 2],
  ])('round positions are seen %s', (_name, patch, every, cuts) => {
    const { events, clock } = stage();
    const a = player(events, clock);
    for (let at = 0; at < 60_000; at += every) {
      clock.now += every;
      const piece = every / cuts;
      const runs = Array.from({ length: cuts }, (_, i) => {
        const from = at + i * piece;
        return [from, from + piece, from, from + piece] as const;
      });
      a.beat({ ...patch, runs, player: ['playing', at + every, 100] });
    }
    expect(outcome(events).alerts).toContain('courseBrushing.forgedBeats');
  });

  it('a second of new media at the end of a 2× re-watch costs that second, not the honest minutes after it', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.seek(0);
    a.play(10_390, { rate: 2 });
    a.play(30_000, { rate: 1.008 });
    const { reasons, held } = outcome(events);
    expect(reasons['courseBrushing.playbackRate'] ?? 0).toBeLessThan(1_000);
    expect(held).toBeGreaterThan(49_000);
  });

  it('a clock that drifts by 100 ppm all day long accuses nobody', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { lessonMs: 12 * 60 * minute });
    for (let hour = 0; hour < 8 * 15; hour += 1) {
      a.play(4 * minute, { rate: 1.0001, every: 12_000 });
      a.prompt(`p${hour}`);
      a.answer(`p${hour}`);
    }
    expect(outcome(events).alerts).toEqual([]);
  });

  it('a sliver of "hidden" in each beat does not switch the rate off', () => {
    const { events, clock } = stage();
    player(events, clock).play(40_000, { rate: 4, patch: { page: [9_800, 9_800, -1] } });
    expect(outcome(events).alerts).toContain('courseBrushing.playbackRate');
    expect(outcome(events).held).toBe(0);
  });

  it('a live beat about three silent minutes is worth what three minutes offline are', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(200_000, { every: 200_000 });
    const { held, reasons } = outcome(events);
    expect(held).toBeLessThanOrEqual(demoPolicy.offline.capMs);
    expect(reasons['offline.overCap']).toBeGreaterThan(70_000);
  });

  it('coverage in ever more fragments comes to an end, also while it is held', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    for (let i = 0; i < 600; i += 1) {
      clock.now += 300;
      const from = (clock.now - start) as number;
      a.beat({ runs: [[i * 1_000 + 7, i * 1_000 + 107, from - 100, from]] });
    }
    expect(outcome(events).reasons['coverage.fragmented']).toBeGreaterThan(10_000);
    expect(JSON.stringify(fold(events).state).length).toBeLessThan(100_000);
  });

  it('offsets that go back or overlap are impossible', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(10_000);
    clock.now += 10_000;
    a.beat({ runs: [[10_003, 15_000, 5_000, 10_000]] });
    expect(outcome(events).alerts).toEqual(['courseBrushing.forgedBeats']);
  });

  it('a Date that runs at four times the clock is a hook', () => {
    const { events, clock } = stage();
    player(events, clock).play(40_000, { patch: { clocks: [40_000, 100, 100] } });
    expect(outcome(events).alerts).toEqual(['courseBrushing.clockHook']);
  });

  it('refused beats: one is an accident, three are a replay', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    for (const _ of [1, 2])
      events.push({ kind: 'refused', at: clock.now, session: a.session, code: 'beatMac', count: 1 });
    expect(outcome(events).alerts).toEqual([]);
    events.push({ kind: 'refused', at: clock.now, session: a.session, code: 'beatMac', count: 1 });
    expect(outcome(events).alerts).toEqual(['courseBrushing.replayedBeats']);
  });
});
