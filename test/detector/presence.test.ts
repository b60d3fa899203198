/** Presence: brackets counted in play, and when a question comes. */

import { describe, expect, it } from 'vitest';
import { demoPolicy, type Policy, standardPolicy } from '../../detector/index.ts';
import { alone } from '../support/alone.ts';
import { desk } from '../support/desk.ts';
import { sumMs } from '../support/fold.ts';
import { askedOf, minute, noticesOf, outcome, outcomeOf, stage } from '../support/outcome.ts';
import { player } from '../support/page.ts';

const policy = alone(standardPolicy);
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

  it('held time waits as long as the policy says, and not for longer', () => {
    const waits = policy.presence.heldForMs / (24 * 60 * minute);
    for (const [days, comesBack] of [
      [waits - 0.1, true],
      [waits + 0.1, false],
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
    // A right answer at an end is worth 40.
    const one = desk({ policy: alone(standardPolicy, 40) });
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
