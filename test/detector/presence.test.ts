/** Presence: brackets counted in play, when a question comes, what missing or answering it does. */
import { describe, expect, it } from 'vitest';
import { demoPolicy, type Policy, standardPolicy } from '../../detector/index.ts';
import { desk } from '../support/desk.ts';
import { sumMs } from '../support/fold.ts';
import { player } from '../support/lesson.ts';
import { askedOf, minute, noticesOf, outcome, outcomeOf, stage } from '../support/outcome.ts';

const policy = standardPolicy;
const { presence } = policy;

describe('a proof releases', () => {
  it('all that is held, at once, and creates nothing', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(minute);
    expect(outcome(events, policy)).toMatchObject({ credited: 0, held: expect.closeTo(minute, -2) });
    a.prompt('p1');
    clock.now += 6_000;
    a.answer('p1');
    const { credited, held, folded } = outcome(events, policy);
    expect(credited).toBeGreaterThan(minute - 100);
    expect(held).toBe(0);
    expect(noticesOf(folded)).toContain('released s1 presence.proven');
    const before = credited;
    a.prompt('p2');
    a.answer('p2');
    expect(outcome(events, policy).credited).toBe(before);
  });

  it('what a supervisor vouches for is released unasked; a question or a face that nobody asked for releases nothing', () => {
    for (const [proof, releases] of [
      ['supervisor', true],
      ['question', false],
      ['face', false],
    ] as const) {
      const { events, clock } = stage();
      const a = player(events, clock);
      a.play(minute);
      events.push({
        kind: 'proofGiven',
        at: clock.now,
        session: a.session,
        proof,
        id: 'x',
        outcome: 'passed',
        draw: 1,
      });
      expect(outcome(events, policy).credited > 0, proof).toBe(releases);
    }
  });

  it('reloading with fresh tickets releases nothing, and cannot stretch a bracket', () => {
    const { events, clock } = stage();
    for (let i = 0; i < 45; i += 1) {
      const one = player(events, clock, { session: `s${i}`, lesson: `l${i}` });
      one.play(50_000);
      one.close();
    }
    const { credited, reasons } = outcome(events, policy);
    expect(credited).toBe(0);
    expect(reasons['presence.lapsed']).toBeGreaterThan(4 * minute);
  });

  it('a policy whose tickets open nothing earns nothing before the first proof', () => {
    const strict: Policy = { ...policy, presence: { ...presence, ticketOpens: false } };
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(minute);
    expect(outcome(events, strict)).toMatchObject({
      held: 0,
      reasons: { 'presence.none': expect.closeTo(minute, -2) },
    });
    a.prompt('p1');
    a.answer('p1');
    a.play(minute);
    expect(outcome(events, strict)).toMatchObject({ credited: 0, held: expect.closeTo(minute, -2) });
  });

  it('a bracket closes by the policy under which it was opened', () => {
    const policies = new Map([
      ['demo', demoPolicy],
      ['standard', policy],
    ]);
    const one = desk({ policies });
    const a = one.open({ session: 'a', policy: 'demo' });
    a.play(30_000);
    a.close();
    const b = one.open({ session: 'b', lesson: 'l2', policy: 'standard' });
    b.play(demoPolicy.presence.maxGapMs);
    b.prompt('p1');
    b.answer('p1');
    const { spans } = outcomeOf(one);
    expect(
      sumMs(
        spans.filter((span) => span.session === 'a'),
        'credited',
      ),
    ).toBe(0);
  });
});

describe('the gap is counted in play', () => {
  it('4:40 play + 16 min pause: nothing lapses, nothing is asked meanwhile, the next answer credits it', () => {
    const one = desk();
    const a = one.open();
    a.play(minute);
    a.prompt('p0');
    a.answer('p0');
    a.play(280_000);
    a.pause();
    a.wait(16 * minute);
    const paused = outcomeOf(one);
    expect(askedOf(paused.folded)).toBe(0);
    expect(paused.held).toBeGreaterThan(279_000);
    one.attend(a, presence.maxDueMs);
    const { credited, alerts, reasons } = outcomeOf(one);
    expect(credited).toBeGreaterThan(minute + 280_000);
    expect(alerts).toEqual([]);
    expect(reasons['presence.lapsed'] ?? 0).toBe(0);
    expect(reasons['presence.none'] ?? 0).toBe(0);
  });

  it('25 min pause plays on held', () => {
    const one = desk();
    const a = one.open();
    a.play(5 * minute);
    a.pause();
    a.wait(25 * minute);
    a.play(10_000);
    const { held, denied } = outcomeOf(one);
    expect(held).toBeGreaterThan(5 * minute + 9_900);
    expect(denied).toBeLessThan(100);
  });

  it('12 min play, close, return: held waits, resuming is no seek ahead, the return’s question credits it', () => {
    const one = desk();
    const a = one.open({ session: 'a' });
    one.attend(a, 9 * minute);
    a.play(3 * minute);
    const left = a.position();
    a.close();
    one.pass(9 * minute);
    const b = one.open({ session: 'b' });
    b.resume(left);
    one.attend(b, 2 * minute);
    const { credited, alerts, reasons, folded } = outcomeOf(one);
    expect(credited).toBeGreaterThan(12 * minute);
    expect(alerts).toEqual([]);
    expect(reasons['presence.lapsed'] ?? 0).toBe(0);
    expect(askedOf(folded)).toBeGreaterThan(0);
  });

  it('held time waits for a week, and not for longer', () => {
    for (const [days, comesBack] of [
      [6.9, true],
      [7.1, false],
    ] as const) {
      const one = desk();
      const a = one.open({ session: 'a' });
      a.play(5 * minute);
      a.close();
      one.pass(days * 24 * 60 * minute);
      one.attend(one.open({ session: 'b', lesson: 'l2' }), 3 * minute);
      expect(outcomeOf(one).credited > 5 * minute, `${days} days`).toBe(comesBack);
    }
  });

  it('a browser that dies is neither asked nor accused, however long it stays dead', () => {
    const one = desk();
    one.open().play(30_000);
    one.pass(24 * 60 * minute);
    const dead = outcomeOf(one);
    expect(askedOf(dead.folded)).toBe(0);
    expect(dead.alerts).toEqual([]);
    expect(dead.held).toBeGreaterThan(29_900);
  });
});

describe('a question comes', () => {
  it('after ten to fifteen minutes of play, once, whatever the pauses', () => {
    const one = desk();
    const a = one.open();
    for (let i = 0; i < 9; i += 1) {
      a.play(minute);
      a.pause();
      a.wait(2 * minute);
    }
    expect(askedOf(outcomeOf(one).folded)).toBe(0);
    a.play(6 * minute + 10_000);
    expect(askedOf(outcomeOf(one).folded)).toBeGreaterThan(0);
    const { asking } = one.state();
    a.prompt('p1');
    one.settle();
    expect(asking.duePlayed).toBeGreaterThanOrEqual(presence.minDueMs);
    expect(asking.duePlayed).toBeLessThanOrEqual(presence.maxDueMs);
    a.play(10_000);
    const asked = askedOf(outcomeOf(one).folded);
    a.play(30_000);
    expect(askedOf(outcomeOf(one).folded)).toBe(asked);
  });

  it('after a return, once 20 to 90 s have been played; opening again does not move it', () => {
    const one = desk();
    const a = one.open({ session: 'a' });
    a.play(5 * minute);
    a.close();
    one.pass(minute);
    let page = one.open({ session: 'b' });
    page.resume(5 * minute);
    one.settle();
    const { duePlayed } = one.state().asking;
    expect((duePlayed ?? 0) - one.state().played).toBeGreaterThanOrEqual(presence.minReturnMs);
    expect((duePlayed ?? 0) - one.state().played).toBeLessThanOrEqual(presence.maxReturnMs);
    for (let i = 0; i < 5; i += 1) {
      page.play(5_000);
      page.close();
      page = one.open({ session: `c${i}` });
      one.settle();
      expect(one.state().asking.duePlayed).toBe(duePlayed);
    }
    page.play(90_000);
    expect(askedOf(outcomeOf(one).folded)).toBeGreaterThan(0);
  });

  it('at the true end of a lesson, and again at once after a wrong answer there', () => {
    const one = desk();
    const a = one.open({ lessonMs: 240_000 });
    a.play(240_000);
    expect(askedOf(outcomeOf(one).folded)).toBe(0);
    a.beat({ cause: 'ended', player: ['ended', 240_000, 100] });
    expect(askedOf(outcomeOf(one).folded)).toBe(1);
    a.prompt('p1');
    one.clock.now += 5_000;
    a.answer('p1', false);
    a.beat({ player: ['ended', 240_000, 100] });
    expect(askedOf(outcomeOf(one).folded)).toBe(1);
    one.clock.now += presence.retryMs;
    a.beat({ player: ['ended', 240_000, 100] });
    expect(askedOf(outcomeOf(one).folded)).toBe(2);
  });

  it('"ended" far from the end, or without having watched, asks for nothing', () => {
    for (const [position, played] of [
      [20_000, 20_000],
      [240_000, 20_000],
    ] as const) {
      const { events, clock } = stage();
      const a = player(events, clock, { lessonMs: 240_000 });
      a.play(played);
      a.beat({ cause: 'ended', player: ['ended', position, 100] });
      expect(askedOf(outcome(events, policy).folded)).toBe(0);
    }
  });

  it('pausing, closing, hiding or seeking summons none', () => {
    const one = desk();
    const a = one.open();
    a.play(5 * minute);
    a.pause();
    a.beat({ cause: 'hidden', player: ['paused', a.position(), 100] });
    a.seek(0);
    a.beat({ cause: 'closing', player: ['paused', 0, 100] });
    a.close();
    expect(askedOf(outcomeOf(one).folded)).toBe(0);
  });

  it('a page that claims play while it says "paused" is asked all the same', () => {
    const { events, clock } = stage();
    player(events, clock).play(16 * minute, { patch: { player: ['paused', 0, 100] } });
    expect(askedOf(outcome(events, policy).folded)).toBeGreaterThan(0);
  });

  it('at most six times an hour, by the calendar', () => {
    const often: Policy = { ...policy, presence: { ...presence, minDueMs: minute, maxDueMs: minute } };
    const one = desk({ policy: often });
    one.attend(one.open({ lessonMs: 90 * minute }), 59 * minute);
    const { folded, credited } = outcomeOf(one);
    const issued = one.folded.filter(({ kind }) => kind === 'proofIssued').length;
    expect(askedOf(folded)).toBe(issued);
    // Six by the calendar; more only to save what is held, when a bracket is about to end.
    expect(issued).toBeLessThanOrEqual(6 + 3);
    expect(credited).toBeGreaterThan(30 * minute);
  });

  it('at the end of a lesson once: an end that is proven summons no question for another lesson', () => {
    const one = desk();
    const a = one.open({ lessonMs: minute });
    const ends = () => a.beat({ cause: 'ended', player: ['ended', minute, 100] });
    a.play(minute);
    ends();
    expect(askedOf(outcomeOf(one).folded)).toBe(1);
    a.prompt('p1');
    a.answer('p1');
    const b = one.open({ session: 'b', lesson: 'l2' });
    b.play(5 * minute);
    b.pause();
    a.beat({ cause: 'playing', player: ['playing', 0, 100] });
    ends();
    const again = one.open({ session: 'c', lessonMs: minute });
    again.beat({ cause: 'playing', player: ['playing', minute, 100] });
    again.beat({ cause: 'ended', player: ['ended', minute, 100] });
    expect(askedOf(outcomeOf(one).folded)).toBe(1);
  });

  it('and not minutes before an end that brings one anyway', () => {
    const one = desk();
    const a = one.open({ lessonMs: 11 * minute });
    a.play(11 * minute);
    expect(askedOf(outcomeOf(one).folded)).toBe(0);
    a.beat({ cause: 'ended', player: ['ended', 11 * minute, 100] });
    expect(askedOf(outcomeOf(one).folded)).toBe(1);
  });
});

describe('a question waits', () => {
  const asked = () => {
    const one = desk();
    const a = one.open();
    a.play(30_000);
    a.prompt('p1', 90_000);
    return { one, a };
  };

  it('late answer: within the grace it credits, and no miss was ever told', () => {
    const { one, a } = asked();
    a.play(80_000);
    a.answer('p1');
    const { credited, alerts, folded } = outcomeOf(one);
    expect(credited).toBeGreaterThan(109_900);
    expect(alerts).toEqual([]);
    expect(noticesOf(folded).filter((notice) => notice.startsWith('promptMissed'))).toEqual([]);
  });

  it('an answer after its deadline is no proof', () => {
    const { one, a } = asked();
    a.pause();
    one.clock.now += 91_000;
    a.answer('p1');
    expect(outcomeOf(one).credited).toBe(0);
  });

  it('missed while playing: what plays on is denied, what is held needs one right answer more', () => {
    const { one, a } = asked();
    a.play(100_000);
    one.settle();
    const missed = outcomeOf(one);
    expect(noticesOf(missed.folded)).toContain('promptMissed s1 presence.missed');
    expect(missed.reasons['presence.missed']).toBeGreaterThan(9_000);
    expect(missed.held).toBeGreaterThan(119_000);
    a.play(20_000);
    a.prompt('p2');
    a.answer('p2');
    expect(outcomeOf(one).credited).toBe(0);
    a.play(20_000);
    a.prompt('p3');
    a.answer('p3');
    const { credited, reasons, alerts } = outcomeOf(one);
    expect(credited).toBeGreaterThan(139_000);
    expect(reasons['presence.missed']).toBeLessThan(31_000);
    expect(alerts).toEqual([]);
  });

  it('missed while playing, it is asked again at once', () => {
    const { one, a } = asked();
    a.play(100_000);
    expect(askedOf(outcomeOf(one).folded)).toBe(1);
  });

  it('pause while a question waits: free once a class hour, then it costs, without alert', () => {
    const { one, a } = asked();
    a.pause();
    one.pass(2 * minute);
    const first = outcomeOf(one);
    expect(noticesOf(first.folded)).toContain('promptWithdrawn s1 presence.awaiting');
    expect(one.state().asking).toMatchObject({ needed: 1, missedAt: null });
    a.play(30_000);
    a.prompt('p2', 90_000);
    a.pause();
    one.pass(2 * minute);
    const second = outcomeOf(one);
    expect(noticesOf(second.folded)).toContain('promptMissed s1 presence.missed');
    expect(one.state().asking.needed).toBe(2);
    expect(second.alerts).toEqual([]);
    for (const id of ['p3', 'p4']) {
      a.prompt(id);
      a.answer(id);
    }
    one.attend(a, presence.freePauseMs);
    a.prompt('p9', 90_000);
    a.pause();
    one.pass(2 * minute);
    outcomeOf(one);
    expect(one.state().asking).toMatchObject({ needed: 1, missedAt: null });
  });

  it('pauses on one question after another know none of them: what is held is lost', () => {
    const { one, a } = asked();
    for (const id of ['p2', 'p3', 'p4', 'p5']) {
      a.pause();
      one.pass(2 * minute);
      a.play(1_000);
      a.prompt(id, 90_000);
    }
    const { credited, held, reasons } = outcomeOf(one);
    expect(credited + held).toBe(0);
    expect(reasons['presence.failed']).toBeGreaterThan(29_000);
  });

  it('a line that goes down while a question waits is not a miss', () => {
    const { one } = asked();
    one.pass(5 * minute);
    expect(outcomeOf(one).alerts).toEqual([]);
    expect(one.state().asking.needed).toBe(1);
  });

  it('closing the page does not dodge it: it waits, and its answer still counts', () => {
    const { one, a } = asked();
    a.close();
    const b = one.open({ session: 'b', lesson: 'l2' });
    b.play(10_000);
    b.answer('p1');
    expect(outcomeOf(one).credited).toBeGreaterThan(39_900);
  });

  it('nor does opening another course and playing on: it is missed like any other', () => {
    const { one } = asked();
    const b = one.open({ session: 'b', lesson: 'l2' });
    b.play(100_000);
    const { credited, folded } = outcomeOf(one);
    expect(credited).toBe(0);
    expect(noticesOf(folded)).toContain('promptMissed b presence.missed');
  });
});

describe('wrong answers', () => {
  it('are told, cost ever more time, and after three in a row lose what is held', () => {
    const one = desk();
    const a = one.open();
    a.play(30_000);
    const waits: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      a.prompt(`p${i}`);
      one.clock.now += 2_000;
      a.answer(`p${i}`, false);
      one.settle();
      waits.push(one.state().asking.notBeforeAt - one.clock.now);
    }
    expect(waits).toEqual([10_000, 20_000, 40_000]);
    const { held, reasons, folded } = outcomeOf(one);
    expect(held).toBe(0);
    expect(reasons['presence.failed']).toBeGreaterThan(29_900);
    expect(noticesOf(folded)).toContain('denied s1 presence.failed');
    // A right answer starts again from here, and brings back nothing.
    a.prompt('p9');
    a.answer('p9');
    a.play(20_000);
    expect(outcomeOf(one)).toMatchObject({ credited: 0, held: expect.closeTo(20_000, -2) });
  });

  it('a fresh ticket opens nothing that guessing has closed', () => {
    const one = desk();
    const a = one.open();
    a.play(30_000);
    for (const id of ['w1', 'w2', 'w3']) {
      a.prompt(id);
      a.answer(id, false);
    }
    a.close();
    const b = one.open({ session: 'b', lesson: 'l2' });
    b.play(minute);
    expect(outcomeOf(one)).toMatchObject({ credited: 0, held: 0 });
    b.prompt('r1');
    b.answer('r1');
    b.play(20_000);
    expect(outcomeOf(one)).toMatchObject({ credited: 0, held: expect.closeTo(20_000, -2) });
  });

  it('each asks for two right answers more, up to three', () => {
    const one = desk();
    const a = one.open();
    a.play(20_000);
    for (const id of ['w1', 'w2']) {
      a.prompt(id);
      a.answer(id, false);
    }
    for (const [i, id] of ['r1', 'r2', 'r3'].entries()) {
      expect(outcomeOf(one).credited).toBe(0);
      expect(one.state().asking.needed).toBe(3 - i);
      a.prompt(id);
      a.answer(id);
    }
    expect(outcomeOf(one).credited).toBeGreaterThan(19_900);
  });
});
