/** courseBrushing by speed and by skipping: playbackRate, seekAhead, fasterThanClock, clockHook. */
import { describe, expect, it } from 'vitest';
import type { Run } from '../../detector/event.ts';
import { type BeatClaim, type Event, standardPolicy } from '../../detector/index.ts';
import { desk } from '../support/desk.ts';
import { minute, noticesOf, outcome, outcomeOf, stage } from '../support/outcome.ts';
import { player } from '../support/page.ts';

const policy = standardPolicy;

/** For days that no cap cuts short. */
const { dayCap: _day, studyCap: _stretch, ...uncapped } = policy.rules;
const allDay = { ...policy, rules: uncapped };
const fast = 'courseBrushing.playbackRate';

describe('playbackRate', () => {
  it('2× on first viewing is not paid, is told, and can be made up at 1×', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000, { rate: 2 });
    expect(outcome(events, policy)).toMatchObject({ held: 0, alerts: [], reasons: { [fast]: 20_000 } });
    expect(noticesOf(outcome(events, policy).folded)).toEqual([`denied s1 ${fast}`]);
    a.seek(0);
    a.play(20_000);
    expect(outcome(events, policy).held).toBeGreaterThan(19_900);
  });

  it('kept up for two minutes of new media, it is an accusation', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(50_000, { rate: 2 });
    expect(outcome(events, policy).alerts).toEqual([]);
    a.play(20_000, { rate: 2 });
    expect(outcome(events, policy).alerts).toEqual([fast]);
  });

  it('a rate hidden by an own getter shows in the media', () => {
    const { events, clock } = stage();
    player(events, clock).play(70_000, { rate: 2, patch: { player: ['playing', 0, 100], rates: [100] } });
    const { held, alerts } = outcome(events, policy);
    expect(held).toBe(0);
    expect(alerts).toContain(fast);
  });

  it('a sliver of "hidden" in each beat does not switch the rate off', () => {
    const { events, clock } = stage();
    player(events, clock).play(40_000, { rate: 4, patch: { page: [9_800, 9_800, -1] } });
    expect(outcome(events, policy)).toMatchObject({ held: 0 });
  });

  /** Rate changes within one beat; `told`: an SDK that tells each run's rate, or only the last. */
  const changes = (rates: readonly number[], told: boolean): Event[] => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    let position = a.position();
    let offset = 20_000;
    for (let beat = 0; beat < 12; beat += 1) {
      const runs: Run[] = rates.map((rate) => {
        const wall = rate > 100 ? 1_000 : 4_500;
        const run = [position, position + Math.round((wall * rate) / 100), offset, offset + wall] as const;
        position = run[1];
        offset = run[3];
        return run;
      });
      clock.now += runs.reduce((sum, [, , from, to]) => sum + (to - from), 0);
      const patch: Partial<BeatClaim> = { cause: 'rate', runs, player: ['playing', position, rates.at(-1) ?? 100] };
      a.beat(told ? { ...patch, rates } : patch);
    }
    return events;
  };

  it.each([
    ['1.25× for one second', [100, 125, 100], 12 * 1_000],
    ['1.25× for the last second', [100, 125], 12 * 1_000],
    ['0.75×', [100, 75, 100], 12 * 1_125],
  ] as const)('rate change while playing: %s costs no more than itself and accuses nobody', (_name, rates, most) => {
    for (const told of [true, false]) {
      const { alerts, denied } = outcome(changes(rates, told), policy);
      expect(alerts).toEqual([]);
      expect(denied).toBeLessThanOrEqual(most + 200);
    }
  });

  it('rate change while playing: a re-watch at 2×, then on at 1×', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.seek(0);
    a.play(10_390, { rate: 2 });
    a.play(30_000, { rate: 1.008 });
    const { reasons, held, alerts } = outcome(events, policy);
    expect(alerts).toEqual([]);
    expect(reasons[fast] ?? 0).toBeLessThan(1_000);
    expect(held).toBeGreaterThan(49_000);
  });

  it('a clock that drifts by 100 ppm all day long accuses nobody and costs nothing', () => {
    const one = desk({ policy: allDay });
    one.attend(one.open({ lessonMs: 12 * 60 * minute }), 8 * 60 * minute);
    const drifting = one.events.map((event) =>
      event.kind === 'beat'
        ? { ...event, beat: { ...event.beat, runs: event.beat.runs.map(([a, b, c, d]) => [a, b + 1, c, d] as const) } }
        : event,
    );
    expect(outcome(drifting, allDay).alerts).toEqual([]);
    expect(outcome(drifting, allDay).reasons[fast] ?? 0).toBe(0);
  });
});

describe('seekAhead', () => {
  it('a lesson sampled by jumps is worth a look; a jump to its end only covers nothing', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    for (const to of [800_000, 1_600_000]) {
      a.play(10_000);
      a.seek(to);
    }
    a.play(5_000);
    expect(outcome(events, policy).alerts).toEqual([]);
    a.seek(2_400_000);
    const { held, alerts } = outcome(events, policy);
    expect(held).toBeLessThanOrEqual(25_000);
    expect(alerts).toEqual(['courseBrushing.seekAhead']);
  });

  it('looking for a place by small steps, going back, or over what was seen is nobody’s crime', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { lessonMs: 600_000 });
    a.play(400_000);
    for (const to of [0, 350_000, 10_000, 390_000, 0, 380_000]) a.seek(to);
    for (let at = 400_000; at < 600_000; at += 20_000) a.seek(at);
    expect(outcome(events, policy).alerts).toEqual([]);
  });
});

describe('fasterThanClock', () => {
  it('one shot: a lesson reported whole after ten seconds earns nothing', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    clock.now += 10_000;
    a.beat({ span: [0, 180_000], runs: [[0, 180_000, 0, 180_000]], page: [180_000, 180_000, 0] });
    expect(outcome(events, policy)).toMatchObject({
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
    const { held, alerts } = outcome(burst, policy);
    expect(held).toBeLessThanOrEqual(10_000 + policy.clock.toleranceMs);
    expect(alerts).toContain('courseBrushing.fasterThanClock');
  });

  it('a clock that runs at 1.5× earns the server’s time at most, and is found out', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(10 * minute);
    const hooked = events.map((event) => ({ ...event, at: clock.now - Math.round((clock.now - event.at) / 1.5) }));
    const { held, alerts } = outcome(hooked, policy);
    expect(held).toBeLessThanOrEqual(400_000);
    expect(alerts).toContain('courseBrushing.fasterThanClock');
  });

  it('browser clock 120 ppm fast for 7+ h', () => {
    const fastClock = (ms: number) => Math.round(ms * 1.00012);
    const one = desk({
      policy: allDay,
      change: (event) =>
        event.kind !== 'beat'
          ? event
          : {
              ...event,
              beat: {
                ...event.beat,
                span: [fastClock(event.beat.span[0]), fastClock(event.beat.span[1])],
                runs: event.beat.runs.map(([a, b, c, d]) => [fastClock(a), fastClock(b), fastClock(c), fastClock(d)]),
              },
            },
    });
    const hours = 7.5 * 60 * minute;
    one.attend(one.open({ lessonMs: 9 * 60 * minute }), hours);
    const { alerts, denied } = outcomeOf(one);
    expect(alerts).toEqual([]);
    // What ran ahead of the clock is not paid: 120 ppm of it.
    expect(denied).toBeLessThan(hours * 0.0005);
  });

  it('server clock steps back 4 s: those seconds are lost, and nothing after them', () => {
    let stepped = 0;
    const one = desk({ change: (event) => ({ ...event, at: event.at - stepped }) });
    const a = one.open();
    one.attend(a, 2 * minute);
    one.settle();
    stepped = 4_000;
    one.attend(a, 8 * minute);
    const { alerts, denied } = outcomeOf(one);
    expect(alerts).toEqual([]);
    expect(denied).toBeLessThan(4_000 + 200);
  });

  it('server clock steps forward 4 s, and back again: nothing is lost for good', () => {
    let stepped = 0;
    const one = desk({ change: (event) => ({ ...event, at: event.at + stepped }) });
    const a = one.open();
    for (const by of [4_000, 0, 4_000, 0]) {
      one.attend(a, 4 * minute);
      one.settle();
      stepped = by;
    }
    one.attend(a, 4 * minute);
    const { alerts, denied } = outcomeOf(one);
    expect(alerts).toEqual([]);
    expect(denied).toBeLessThan(2 * 4_000 + 400);
  });
});

describe('clockHook', () => {
  it('a Date that runs at four times the clock, beat after beat, is a hook', () => {
    const { events, clock } = stage();
    player(events, clock).play(60_000, { patch: { clocks: [40_000, 100, 100] } });
    expect(outcome(events, policy).alerts).toEqual(['courseBrushing.clockHook']);
  });

  it('sleep or a set clock moves Date once, twice, and is no hook', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    for (let i = 0; i < 4; i += 1) {
      a.play(20_000, { patch: { clocks: [3_600_000, 100, 100] } });
      a.play(10_000);
    }
    expect(outcome(events, policy)).toMatchObject({ alerts: [], denied: expect.closeTo(0, -2) });
  });
});
