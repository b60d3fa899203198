/** Rules over time and sequences: each against who does it, and beside who only looks like it. */
import { describe, expect, it } from 'vitest';
import { standardPolicy } from '../../detector/index.ts';
import { desk } from '../support/desk.ts';
import { offences } from '../support/offences.ts';
import { minute, noticesOf, outcome, outcomeOf, stage } from '../support/outcome.ts';
import { player } from '../support/page.ts';

const policy = standardPolicy;

/** What one of the offences comes to under the shipped policy. */
function offend(name: keyof typeof offences) {
  const one = desk();
  offences[name](one, (options) => one.open(options));
  return outcomeOf(one).alerts;
}

describe.each([
  ['saysPaused', 'courseBrushing'],
  ['lateLabel', 'courseBrushing'],
  ['rareBeats', 'courseBrushing'],
  ['constantCadence', 'courseBrushing'],
  ['stuckSequence', 'courseBrushing'],
  ['equalPauses', 'courseBrushing'],
  ['fixedEnd', 'courseBrushing'],
  ['smallSkips', 'courseBrushing'],
  ['deviceSwitching', 'concurrentLogin'],
  ['parallelLessons', 'multiPagePlayback'],
  ['silentAtQuestions', 'idleAttendance'],
  ['avoidedQuestions', 'idleAttendance'],
  ['syntheticInput', 'idleAttendance'],
] as const)('%s', (name, code) => {
  it('is told under the shipped policy', () => {
    expect(offend(name)).toContain(`${code}.${name}`);
  });
});

describe('syntheticInput', () => {
  it('denies what plays meanwhile from the first beat on, and tells the trainee at once', () => {
    const { events, clock } = stage();
    player(events, clock).play(10_000, { patch: { input: [0, 0, 0, 9] } });
    const { reasons, held, folded } = outcome(events, policy);
    expect(reasons['idleAttendance.syntheticInput']).toBe(10_000);
    expect(held).toBe(0);
    expect(noticesOf(folded)).toContain('denied s1 idleAttendance.syntheticInput');
  });

  it('many short beats are looked at together', () => {
    const { events, clock } = stage();
    player(events, clock).play(20_000, { every: 900, patch: { input: [0, 0, 0, 2] } });
    expect(outcome(events, policy).alerts).toContain('idleAttendance.syntheticInput');
  });

  it('a hand on the mouse beside it is paid', () => {
    const { events, clock } = stage();
    player(events, clock).play(30_000, { patch: { input: [1, 0, 0, 9] } });
    expect(outcome(events, policy).reasons['idleAttendance.syntheticInput']).toBeUndefined();
  });
});

describe('honest people', () => {
  it('a tunnel every other minute: what waited comes in bursts', () => {
    const one = desk();
    const a = one.open();
    for (let i = 0; i < 15; i += 1) {
      one.attend(a, minute);
      const from = one.events.length;
      a.play(40_000, { every: 10_000, queued: true });
      for (const [n, event] of one.events.entries()) {
        if (n >= from) (one.events as { at: number }[])[n] = { ...event, at: one.clock.now };
      }
      one.settle();
    }
    expect(outcomeOf(one).alerts).toEqual([]);
  });

  it('a page whose thread is blocked, or that was hidden, beats rarely', () => {
    for (const patch of [{ busy: 35_000 }, { page: [0, 0, 60_000] as const }]) {
      const { events, clock } = stage();
      player(events, clock).play(10 * minute, { every: 60_000, patch });
      expect(outcome(events, policy).alerts).not.toContain('courseBrushing.rareBeats');
    }
  });

  it('drawn intervals for two hours keep no pace of their own', () => {
    const one = desk();
    one.attend(one.open({ lessonMs: 3 * 60 * minute }), 120 * minute);
    expect(outcomeOf(one).alerts).toEqual([]);
  });

  it('from the phone to the desk and back, a few times a day', () => {
    const one = desk();
    for (let n = 0; n < 6; n += 1) {
      const a = one.open({ session: `s${n}`, device: n % 2 === 0 ? 'phone' : 'desk' });
      one.attend(a, 3 * minute);
      a.close();
      one.pass(20_000);
    }
    expect(outcomeOf(one).alerts).toEqual([]);
  });

  it('a page that takes over tells its first play at once: nothing overlaps', () => {
    const one = desk();
    for (let n = 0; n < 8; n += 1) {
      const a = one.open({ session: `s${n}`, lesson: `l${n}` });
      one.clock.now += 400;
      a.beat({ cause: 'playing', runs: [[0, 300, 100, 400]], rates: [100] });
      one.attend(a, 2 * minute);
    }
    expect(outcomeOf(one).alerts).toEqual([]);
  });

  it('looks for a place with the arrow key: nothing plays between', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    for (let to = 100_000; to < 3_000_000; to += 60_000) {
      clock.now += 200;
      a.seek(to);
    }
    expect(outcome(events, policy).alerts).toEqual([]);
  });
});

describe('avoidedQuestions', () => {
  /** `a`: answered; `w`: wrongly; else avoided, each in a way of its own. */
  const asked = (marks: string) => {
    const one = desk();
    let a = one.open();
    for (const [n, mark] of [...marks].entries()) {
      one.pass(11_000 + 737 * n);
      a.play(60_000 + 811 * n);
      a.prompt(`q${n}`, 90_000);
      if (mark === 'a' || mark === 'w') a.answer(`q${n}`, mark === 'a');
      if (mark === 'f') {
        a.close();
        a = one.open({ session: `s${n}`, lesson: `l${n}` });
      }
      if (mark === 'p') {
        a.pause();
        a.wait(2 * minute + 913 * n);
      }
      if (mark === 's') one.pass(3 * minute + 1_213 * n);
    }
    return outcomeOf(one).alerts.filter((alert) => alert.includes('avoidedQuestions'));
  };

  it('six of eight that got no answer, whatever the way, one right answer between or not', () => {
    expect(asked('fpsfpsa')).toHaveLength(1);
    expect(asked('afpafpsfa')).toHaveLength(1);
    expect(asked('wfpwfpsfa')).toHaveLength(1);
  });

  it('five of eight are nobody’s fault', () => {
    expect(asked('afpafpaf')).toEqual([]);
    expect(asked('aaaaaaaafpsfpa')).toEqual([]);
  });

  it('what a lesson’s end brought may be left', () => {
    const one = desk();
    for (let n = 0; n < 9; n += 1) {
      const a = one.open({ session: `s${n}`, lesson: `l${n}`, lessonMs: 2 * minute });
      a.play(2 * minute);
      a.beat({ cause: 'ended', player: ['ended', 2 * minute, 100] });
      a.prompt(`q${n}`, 90_000);
      a.close();
      one.pass(minute + 1_371 * n);
    }
    expect(outcomeOf(one).alerts.filter((alert) => alert.includes('avoided'))).toEqual([]);
  });
});

describe('the caps', () => {
  const allDay = (breaks: number) => {
    const one = desk();
    // A day begins at midnight in China.
    one.clock.now += 9 * 60 * minute;
    const a = one.open({ lessonMs: 24 * 60 * minute });
    for (let hour = 0; hour < 10; hour += 1) {
      one.attend(a, 60 * minute);
      a.pause();
      one.pass(breaks);
    }
    return { one, ...outcomeOf(one) };
  };

  it('a day earns eight hours, and the next one again', () => {
    const { one, reasons, credited, held, folded } = allDay(15 * minute);
    expect(credited + held).toBeGreaterThan(8 * 60 * minute - 30_000);
    expect(credited + held).toBeLessThanOrEqual(8 * 60 * minute + 1_000);
    expect(reasons['session.dayCap']).toBeGreaterThan(115 * minute);
    expect(noticesOf(folded)).toContain('denied s1 session.dayCap');
    one.pass(16 * 60 * minute);
    const b = one.open({ session: 's2', lesson: 'l2' });
    one.attend(b, 20 * minute);
    expect(outcomeOf(one).spans.filter(({ lesson, fate }) => lesson === 'l2' && fate !== 'denied')).not.toEqual([]);
  });

  it('four hours on end, and then nothing until there was a break', () => {
    const { reasons } = allDay(minute);
    expect(reasons['session.studyCap']).toBeGreaterThan(120 * minute);
  });
});
