/**
 * Law 10, on the detector's side: what real players, machines and people do is never called a
 * lie. Each row that belongs to one rule or to the network stands with that; here are the rest.
 */
import { describe, expect, it } from 'vitest';
import { Sign, standardPolicy } from '../../detector/index.ts';
import { desk } from '../support/desk.ts';
import { minute, noticesOf, outcome, outcomeOf, stage } from '../support/outcome.ts';
import { player } from '../support/page.ts';

const policy = standardPolicy;

describe('an honest lesson', () => {
  it('attended to its end, every second of it is credited, and nothing is raised', () => {
    const one = desk();
    const a = one.open({ lessonMs: 45 * minute });
    one.attend(a, 45 * minute);
    a.beat({ cause: 'ended', player: ['ended', 45 * minute, 100] });
    if (one.settle().some((said) => said.verdict === 'proofAsked')) {
      a.prompt('last');
      one.clock.now += 5_000;
      a.answer('last');
    }
    a.close();
    const { credited, held, alerts, folded } = outcomeOf(one);
    expect(alerts).toEqual([]);
    expect(held).toBe(0);
    expect(credited).toBeGreaterThan(45 * minute - 500);
    expect(noticesOf(folded).filter((notice) => !notice.startsWith('released'))).toEqual([]);
  });

  it.each([
    ['a 15 fps phone', (ms: number) => ({ frames: [Math.round(ms / 66), Math.round(ms / 66)] as const })],
    ['a second monitor: visible, unfocused', (ms: number) => ({ page: [ms, 0, 0] as const })],
    [
      'a browser without Worker, rVFC or visibility record',
      (ms: number) => ({
        page: [ms, ms, -1] as const,
        frames: [Math.round(ms / 16), -1] as const,
        clocks: [ms, Math.round(ms / 100), -1] as const,
      }),
    ],
    ['a screen reader: no pointer, a few synthetic events', () => ({ input: [0, 2, 0, 2] as const })],
    ['an automated test browser', () => ({ signs: Sign.webdriver | Sign.offScreen })],
    ['a page whose timers alone suffer', (ms: number) => ({ clocks: [ms, 1, Math.round(ms / 100)] as const })],
    ['an older SDK: no rates, no busy', () => ({ rates: undefined, busy: undefined })],
  ])('is not accused on %s', (_name, patch) => {
    const { events, clock } = stage();
    player(events, clock).play(minute, { patch: patch(10_000) });
    expect(outcome(events, policy)).toMatchObject({ alerts: [] });
    expect(outcome(events, policy).held).toBeGreaterThan(minute - 100);
  });

  it('a paused lunch break claims nothing and costs nothing', () => {
    const one = desk();
    const a = one.open();
    a.play(20_000);
    a.pause();
    a.wait(60 * minute);
    a.play(20_000);
    expect(outcomeOf(one)).toMatchObject({ alerts: [], denied: expect.closeTo(0, -2) });
    expect(outcomeOf(one).held).toBeGreaterThan(40_000 - 100);
  });

  it('sleep with the page open: hours pass between two beats, and cost nothing', () => {
    const one = desk();
    const a = one.open();
    a.play(5 * minute);
    one.clock.now += 14 * minute;
    a.beat({ cause: 'stalled', player: ['paused', a.position(), 100], page: [1_000, 1_000, -1] });
    one.attend(a, 16 * minute);
    const { alerts, credited, reasons } = outcomeOf(one);
    expect(alerts).toEqual([]);
    expect(credited).toBeGreaterThan(5 * minute);
    expect(reasons['presence.lapsed'] ?? 0).toBe(0);
  });

  it('sleep in which the browser’s clock stood still', () => {
    let asleep = 0;
    const one = desk({
      change: (event) => {
        const later = { ...event, at: event.at + asleep };
        return later.kind === 'proofIssued' ? { ...later, deadlineAt: later.deadlineAt + asleep } : later;
      },
    });
    const a = one.open();
    one.attend(a, 5 * minute);
    one.settle();
    asleep = 12 * minute;
    one.attend(a, 20 * minute);
    const { alerts, denied, credited } = outcomeOf(one);
    expect(alerts).toEqual([]);
    expect(denied).toBeLessThan(400);
    expect(credited).toBeGreaterThan(5 * minute);
  });

  it('re-watching at 2× earns nothing and accuses nobody', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(40_000);
    a.seek(0);
    a.play(15_000, { rate: 2 });
    const { reasons, alerts, held } = outcome(events, policy);
    expect(alerts).toEqual([]);
    expect(reasons['coverage.seen']).toBeGreaterThan(14_500);
    expect(held).toBeLessThanOrEqual(40_000);
  });

  it('an hour with a miss, a wrong answer, a pause, a rate change and a seek back loses only the miss', () => {
    const one = desk();
    const a = one.open({ lessonMs: 90 * minute });
    one.attend(a, 14 * minute, { answers: (nth) => nth !== 1 });
    a.pause();
    a.wait(12 * minute);
    one.attend(a, 20 * minute, { answers: (nth) => nth !== 3 });
    a.play(1_000, { rate: 1.25 });
    a.seek(a.position() - 10_000);
    one.attend(a, 30 * minute);
    const { alerts, reasons, credited } = outcomeOf(one);
    expect(alerts).toEqual([]);
    expect(reasons['presence.lapsed'] ?? 0).toBe(0);
    expect(reasons['presence.failed'] ?? 0).toBe(0);
    expect(credited).toBeGreaterThan(50 * minute);
  });
});
