/** What a question costs that waits, is let go, is missed or is answered wrongly. */
import { describe, expect, it } from 'vitest';
import { standardPolicy } from '../../detector/index.ts';
import { desk } from '../support/desk.ts';
import { askedOf, minute, noticesOf, outcomeOf } from '../support/outcome.ts';

const { presence } = standardPolicy;

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
    expect(one.state().asking).toMatchObject({ standing: 0, missedAt: null });
    a.play(30_000);
    a.prompt('p2', 90_000);
    a.pause();
    one.pass(2 * minute);
    const second = outcomeOf(one);
    expect(noticesOf(second.folded)).toContain('promptMissed s1 presence.missed');
    expect(one.state().asking.standing).toBe(-100);
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
    expect(one.state().asking).toMatchObject({ standing: 100, missedAt: null });
  });

  it('pauses on one question after another know none of them: nothing is credited, and it takes more right ones', () => {
    const { one, a } = asked();
    for (const id of ['p2', 'p3', 'p4', 'p5', 'p6', 'p7']) {
      a.pause();
      a.wait(2 * minute);
      a.play(1_000);
      a.prompt(id, 90_000);
    }
    expect(outcomeOf(one)).toMatchObject({ credited: 0, alerts: ['idleAttendance.avoidedQuestions'] });
    expect(one.state().asking.standing).toBe(-100);
  });

  it('a line that goes down while a question waits is not a miss', () => {
    const { one } = asked();
    one.pass(5 * minute);
    expect(outcomeOf(one).alerts).toEqual([]);
    expect(one.state().asking.standing).toBe(0);
  });

  it.each([false, true])(
    'a line that goes down at one question after another costs what missing them costs, never what is held; paused: %s',
    (paused) => {
      const { one, a } = asked();
      for (const id of ['p2', 'p3', 'p4', 'p5', 'p6']) {
        if (paused) a.pause();
        one.pass(5 * minute);
        a.play(10_000);
        a.prompt(id, 90_000);
      }
      one.pass(5 * minute);
      const { held, reasons, alerts } = outcomeOf(one);
      expect(held).toBeGreaterThan(29_900);
      expect(reasons['presence.failed'] ?? 0).toBe(0);
      expect(alerts).toEqual([]);
      for (const id of ['r1', 'r2']) {
        expect(outcomeOf(one).credited).toBe(0);
        a.prompt(id);
        a.answer(id);
      }
      // Who also paused each time shows two weak signs by now: two more.
      for (const id of paused ? ['r3', 'r4'] : []) {
        a.prompt(id);
        a.answer(id);
      }
      expect(outcomeOf(one).credited).toBeGreaterThan(29_900);
    },
  );

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
  const forfeited = () => {
    const one = desk();
    const a = one.open();
    a.play(30_000);
    for (const id of ['w1', 'w2', 'w3']) {
      a.prompt(id);
      a.answer(id, false);
    }
    return { one, a };
  };

  it('three in a row lose what is held, and that is told', () => {
    const one = desk();
    const a = one.open();
    a.play(30_000);
    for (let i = 0; i < 3; i += 1) {
      a.prompt(`p${i}`);
      one.clock.now += 2_000;
      a.answer(`p${i}`, false);
    }
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
    const { one, a } = forfeited();
    a.close();
    const b = one.open({ session: 'b', lesson: 'l2' });
    b.play(minute);
    expect(outcomeOf(one)).toMatchObject({ credited: 0, held: 0 });
    b.prompt('r1');
    b.answer('r1');
    b.play(20_000);
    expect(outcomeOf(one)).toMatchObject({ credited: 0, held: expect.closeTo(20_000, -2) });
  });

  it('and one that is missed after that: the first right answer opens, the second closes', () => {
    const { one, a } = forfeited();
    a.prompt('m1');
    a.play(80_000);
    a.prompt('r1');
    a.answer('r1');
    a.play(20_000);
    expect(outcomeOf(one)).toMatchObject({ credited: 0, held: expect.closeTo(20_000, -2) });
    a.prompt('r2');
    a.answer('r2');
    expect(outcomeOf(one).credited).toBeGreaterThan(19_900);
  });

  it('each asks for two right answers more', () => {
    const one = desk();
    const a = one.open();
    a.play(20_000);
    for (const id of ['w1', 'w2']) {
      a.prompt(id);
      a.answer(id, false);
    }
    for (const id of ['r1', 'r2', 'r3', 'r4', 'r5']) {
      expect(outcomeOf(one).credited).toBe(0);
      a.prompt(id);
      a.answer(id);
    }
    expect(outcomeOf(one).credited).toBeGreaterThan(19_900);
  });
});
