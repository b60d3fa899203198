/** idleAttendance: promptMissed, promptGuessing, presenceGap, syntheticInput. */

import { describe, expect, it } from 'vitest';
import { standardPolicy } from '../../detector/index.ts';
import { alone } from '../support/alone.ts';
import { desk } from '../support/desk.ts';
import { minute, outcome, outcomeOf, stage } from '../support/outcome.ts';
import { player } from '../support/page.ts';

const policy = alone(standardPolicy);

describe('promptMissed', () => {
  const miss = (ids: readonly string[]) => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    for (const id of ids) {
      a.prompt(id);
      if (/^[rw]/.test(id)) a.answer(id, id.startsWith('r'));
      a.play(70_000);
    }
    return outcome(events, policy).alerts;
  };

  it('three in a row while the lesson plays', () => {
    expect(miss(['m1', 'm2', 'm3'])).toEqual(['idleAttendance.promptMissed']);
  });

  it('two, or three with an answer between, also a wrong one, accuse nobody', () => {
    expect(miss(['m1', 'm2'])).toEqual([]);
    expect(miss(['m1', 'm2', 'r1', 'm3', 'm4'])).toEqual([]);
    expect(miss(['m1', 'm2', 'w1', 'm3', 'm4'])).toEqual([]);
  });

  it('pauses while a question waits: any number of them accuses nobody', () => {
    const one = desk();
    const a = one.open();
    for (let i = 0; i < 6; i += 1) {
      a.play(30_000);
      a.prompt(`p${i}`, 90_000);
      a.pause();
      one.pass(2 * minute);
    }
    expect(outcomeOf(one).alerts).toEqual([]);
  });
});

describe('promptGuessing', () => {
  const guess = (marks: string) => {
    const one = desk();
    const a = one.open();
    a.play(10_000);
    for (const [i, mark] of [...marks].entries()) {
      a.prompt(`p${i}`);
      a.play(5_000);
      a.answer(`p${i}`, mark === 'R');
    }
    return outcomeOf(one);
  };

  it.each(['WWWWW', 'WRWWRWW', 'WWRWRWRW'])('five wrong of the last eight: %s', (marks) => {
    expect(guess(marks).alerts).toEqual(['idleAttendance.promptGuessing']);
  });

  it.each(['WWWW', 'WRWRWRW', 'WRRRRWRRRRWRRRRWRRRRW'])('fewer: %s', (marks) => {
    expect(guess(marks).alerts).toEqual([]);
  });

  it('W R W R forfeits nothing, and so many right ones release it; W R for ever is nobody who attends', () => {
    const { alerts, reasons } = guess('WRWRW');
    expect(alerts).toEqual([]);
    expect(reasons['presence.failed'] ?? 0).toBe(0);
    expect(guess('WRWRRRR')).toMatchObject({ held: 0, credited: expect.closeTo(45_000, -2) });
    expect(guess('WRWRWRWRWR').reasons['presence.failed']).toBeGreaterThan(0);
  });
});

describe('presenceGap', () => {
  it('a lesson that plays on past its bracket without an answer loses what was held', () => {
    const { events, clock } = stage();
    player(events, clock).play(policy.presence.maxGapMs + 2 * minute);
    const { credited, held, reasons, alerts } = outcome(events, policy);
    expect(credited + held).toBe(0);
    expect(reasons['presence.lapsed']).toBeGreaterThan(policy.presence.maxGapMs - minute);
    expect(reasons['presence.none']).toBeGreaterThan(minute);
    expect(alerts).toEqual(['idleAttendance.presenceGap']);
  });

  it('an absence of days, after which the held time is given up, accuses nobody', () => {
    const one = desk();
    const a = one.open();
    a.play(10 * minute);
    a.close();
    one.pass(policy.presence.heldForMs + minute);
    const b = one.open({ session: 's2', lesson: 'l2' });
    one.attend(b, minute);
    const { reasons, alerts } = outcomeOf(one);
    expect(reasons['presence.lapsed']).toBeGreaterThan(9.9 * minute);
    expect(alerts).toEqual([]);
  });
});

describe('syntheticInput', () => {
  it('synthetic input alone, beat after beat', () => {
    const { events, clock } = stage();
    player(events, clock).play(40_000, { patch: { input: [0, 0, 0, 9] } });
    expect(outcome(events, policy).alerts).toEqual(['idleAttendance.syntheticInput']);
  });

  it.each([
    ['a screen reader: keys, and a few synthetic events', [0, 2, 0, 9]],
    ['a helper that sends few', [0, 0, 0, 4]],
    ['nobody touching anything', [0, 0, 0, 0]],
  ] as const)('is not %s', (_name, input) => {
    const { events, clock } = stage();
    player(events, clock).play(60_000, { patch: { input } });
    expect(outcome(events, policy).alerts).toEqual([]);
  });
});
