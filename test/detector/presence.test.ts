import { describe, expect, it } from 'vitest';
import { demoPolicy, standardPolicy } from '../../detector/index.ts';
import { fold, sumMs } from '../support/fold.ts';
import { player } from '../support/lesson.ts';
import { challengesOf, minute, noticesOf, outcome, stage } from '../support/outcome.ts';

describe('idleAttendance and presence', () => {
  it('asks within about a minute of playing, once', () => {
    const { events, clock } = stage();
    player(events, clock).play(70_000);
    expect(challengesOf(fold(events))).toBe(1);
  });

  it('a missed prompt is told, held, and a late right answer still releases', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(50_000);
    a.prompt('p1');
    a.play(50_000);
    const missed = outcome(events);
    expect(missed.alerts).toEqual(['idleAttendance.promptMissed']);
    expect(noticesOf(missed.folded)).toContain('promptMissed s1 presence.awaiting');
    a.answer('p1');
    expect(outcome(events).credited).toBeGreaterThan(99_900);
  });

  it('unanswered for longer than the gap: what was held lapses, what follows is not paid', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(demoPolicy.presence.maxGapMs + 2 * minute);
    const { credited, held, reasons, alerts } = outcome(events);
    expect(credited + held).toBe(0);
    expect(reasons['presence.lapsed']).toBeGreaterThan(demoPolicy.presence.maxGapMs - minute);
    expect(reasons['presence.none']).toBeGreaterThan(minute);
    expect(alerts).toContain('idleAttendance.presenceGap');
    // One right answer starts to count again from here, and brings back nothing.
    a.prompt('p1');
    a.answer('p1');
    a.play(20_000);
    expect(outcome(events)).toMatchObject({ credited: 0 });
    expect(outcome(events).held).toBeGreaterThan(19_900);
  });

  it('a guesser needs ever more right answers', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    for (const [id, right] of [
      ['p1', false],
      ['p2', true],
    ] as const) {
      a.prompt(id);
      a.answer(id, right);
    }
    expect(outcome(events).credited).toBe(0);
    a.prompt('p3');
    a.answer('p3');
    expect(outcome(events).credited).toBeGreaterThan(19_900);
  });

  it('reloading with fresh tickets releases nothing', () => {
    const { events, clock } = stage();
    for (let i = 0; i < 6; i += 1) {
      const one = player(events, clock, { session: `s${i}`, lesson: `l${i}` });
      one.play(50_000);
      one.close();
    }
    expect(outcome(events).credited).toBe(0);
  });

  it('closing the page does not dodge a question: it waits, and its answer still counts', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { session: 'a' });
    a.play(20_000);
    a.prompt('p1');
    a.close();
    const b = player(events, clock, { session: 'b', lesson: 'l2' });
    b.play(10_000);
    expect(outcome(events).alerts).toEqual([]);
    const answered = [...events];
    b.answer('p1');
    expect(outcome(events).credited).toBeGreaterThan(29_900);
    // Not answered there either: missed like any other.
    const late = { now: clock.now };
    events.splice(0, events.length, ...answered);
    clock.now = late.now;
    b.play(50_000);
    expect(outcome(events).alerts).toEqual(['idleAttendance.promptMissed']);
    expect(challengesOf(fold(events))).toBe(1);
  });

  it('a browser that dies is neither asked nor accused, however long it stays dead', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(30_000);
    for (let i = 0; i < 14 * 60; i += 1) {
      a.idle(1_000);
      a.tick();
    }
    const dead = outcome(events);
    expect(challengesOf(dead.folded)).toBe(0);
    expect(dead.alerts).toEqual([]);
    expect(dead.reasons['presence.lapsed']).toBeGreaterThan(29_900);
  });

  it('a line that goes down while a question waits is not a miss; one that stays up is', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(30_000);
    a.prompt('p1');
    const asked = [...events];
    a.idle(46_000);
    a.tick();
    expect(outcome(events).alerts).toEqual([]);
    events.splice(0, events.length, ...asked);
    clock.now -= 46_000;
    a.play(50_000);
    expect(outcome(events).alerts).toEqual(['idleAttendance.promptMissed']);
  });

  it('an answer long after its window is no proof', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.prompt('p1');
    a.beat({ cause: 'paused', player: ['paused', 20_000, 100] });
    clock.now += 45_000 + demoPolicy.presence.lateMs + 1_000;
    a.answer('p1');
    expect(outcome(events).credited).toBe(0);
  });

  it('guessing is told, costs ever more time, and loses what is held', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(30_000);
    const waits: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      a.prompt(`p${i}`);
      clock.now += 2_000;
      a.answer(`p${i}`, false);
      const { dueAt } = fold(events).state.prompting;
      waits.push((dueAt ?? 0) - clock.now);
      clock.now = dueAt ?? clock.now;
    }
    expect(waits).toEqual([10_000, 20_000, 40_000, 80_000]);
    const { alerts, held, reasons } = outcome(events);
    expect(alerts).toEqual(['idleAttendance.promptGuessing']);
    expect(held).toBe(0);
    expect(reasons['presence.failed']).toBeGreaterThan(29_900);
  });

  it('a page that claims play while it says "paused" is asked all the same', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(70_000, { patch: { player: ['paused', 0, 100] } });
    expect(challengesOf(fold(events))).toBe(1);
  });

  it('"ended" far from the end asks for nothing', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(20_000);
    a.beat({ cause: 'ended', player: ['ended', 20_000, 100] });
    expect(challengesOf(fold(events))).toBe(0);
  });

  it('time of a closed page lapses without accusing the next one, and is asked for in time', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { session: 'a' });
    a.play(30_000);
    a.close();
    clock.now += 2 * minute;
    const b = player(events, clock, { session: 'b', lesson: 'l2' });
    b.play(demoPolicy.presence.maxPromptMs + 5_000);
    expect(challengesOf(fold(events))).toBeGreaterThan(0);
    clock.now += 95_000;
    b.tick();
    expect(outcome(events).alerts).not.toContain('idleAttendance.presenceGap');
    expect(outcome(events).reasons['presence.lapsed']).toBeGreaterThan(29_900);
  });

  it('a bracket closes by the policy under which it was opened', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { session: 'a' });
    a.play(30_000);
    const first = fold(events, demoPolicy);
    events.length = 0;
    clock.now += demoPolicy.presence.maxGapMs;
    const b = player(events, clock, { session: 'b', lesson: 'l2' });
    b.prompt('p1');
    b.answer('p1');
    expect(sumMs(fold(events, standardPolicy, first.state).spans.values(), 'credited')).toBe(0);
  });

  it('the question waits for the person: opening another course neither clears nor postpones it', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { session: 'a' });
    a.play(20_000);
    a.prompt('p1');
    const b = player(events, clock, { session: 'b', lesson: 'l2' });
    b.play(50_000);
    const { credited, alerts, folded } = outcome(events);
    expect(credited).toBe(0);
    expect(alerts).toContain('idleAttendance.promptMissed');
    expect(noticesOf(folded)).toContain('promptMissed b presence.awaiting');
  });

  it('the end of a lesson asks for what is still held', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { lessonMs: 30_000 });
    a.play(30_000);
    a.beat({ cause: 'ended', player: ['ended', 30_000, 100] });
    expect(challengesOf(fold(events))).toBe(1);
  });

  it('synthetic input alone, beat after beat', () => {
    const { events, clock } = stage();
    player(events, clock).play(40_000, { patch: { input: [0, 0, 0, 9] } });
    expect(outcome(events).alerts).toEqual(['idleAttendance.syntheticInput']);
  });
});
