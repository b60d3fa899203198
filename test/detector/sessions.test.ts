/** Sessions: their kinds, their end, and how little is remembered of them. */
import { describe, expect, it } from 'vitest';
import { standardPolicy } from '../../detector/index.ts';
import { desk } from '../support/desk.ts';
import { fold } from '../support/fold.ts';
import { minute, noticesOf, outcome, outcomeOf, stage } from '../support/outcome.ts';
import { player } from '../support/page.ts';

const policy = standardPolicy;

describe('sessions', () => {
  it('a silent session is closed and says so', () => {
    const one = desk();
    one.open().play(10_000);
    one.pass(policy.session.silentMs + 1_000);
    expect(noticesOf(outcomeOf(one).folded)).toContain('closed s1 session.silent');
    expect(one.state().sessions).toEqual({});
  });

  it('an exam credits nothing, and is under the same watch', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { of: 'exam', session: 'exam' });
    a.play(30_000);
    player(events, clock, { session: 'b', device: 'device-2' }).play(10_000);
    clock.now -= 10_000;
    a.play(20_000);
    const { reasons, alerts, spans } = outcome(events, policy);
    expect(reasons['session.exam']).toBeGreaterThan(29_000);
    expect(spans.filter(({ session, fate }) => session === 'exam' && fate !== 'denied')).toEqual([]);
    expect(alerts).toEqual(['concurrentLogin.secondDevice']);
  });

  it('the ninth open page closes the oldest that does not earn', () => {
    const { events, clock } = stage();
    player(events, clock, { session: 'earning' }).play(10_000);
    for (let i = 0; i < 9; i += 1) {
      clock.now += 1_000;
      player(events, clock, { session: `s${i}` });
    }
    const { folded } = outcome(events, policy);
    expect(Object.keys(folded.state.sessions)).toHaveLength(8);
    expect(folded.state.holder).toBe('earning');
    expect(noticesOf(folded)).toEqual(['closed s0 session.silent', 'closed s1 session.silent']);
  });

  it('beats of a session that is gone are folded into nothing', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(10_000);
    a.close();
    const before = outcome(events, policy).spans;
    a.play(10_000);
    expect(outcome(events, policy).spans).toEqual(before);
  });

  it('media beyond the filed length, and media seen, earn nothing', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { lessonMs: 30_000 });
    a.play(50_000, { every: 10_000 });
    a.seek(0);
    a.play(20_000, { every: 10_000 });
    const { reasons, held } = outcome(events, policy);
    expect(held).toBeLessThanOrEqual(30_000);
    expect(reasons['coverage.beyondLesson']).toBeGreaterThan(19_000);
    expect(reasons['coverage.seen']).toBeGreaterThan(19_000);
  });

  it('>400 pieces then re-watch earns', () => {
    const one = desk();
    const a = one.open();
    // A second of every three: more pieces than are kept.
    for (let at = 0; at < 450 * 3_000; at += 3_000) {
      a.seek(at);
      one.attend(a, 1_000, { every: 1_000, latencyMs: 0 });
    }
    const scattered = outcomeOf(one);
    expect(scattered.reasons['coverage.fragmented']).toBeGreaterThan(40_000);
    const earned = scattered.credited + scattered.held;
    expect(earned).toBeGreaterThan(395_000);
    // Watched through from the start, the gaps close.
    a.seek(0);
    one.attend(a, 450 * 3_000);
    const { credited, held } = outcomeOf(one);
    expect(credited + held).toBeGreaterThan(450 * 3_000 - 15_000);
    expect(one.state().lessons['l1']?.[0].length).toBeLessThan(20);
  });

  it('the state of a trainee who studies for a year stays small', () => {
    const { events, clock } = stage();
    for (let day = 0; day < 60; day += 1) {
      const one = player(events, clock, { session: `s${day}`, lesson: `l${day}` });
      one.play(4 * minute);
      one.prompt(`p${day}`);
      one.answer(`p${day}`);
      one.close();
      clock.now += 20 * 60 * minute;
    }
    const { state } = fold(events, policy);
    expect(state.held).toEqual([]);
    expect(JSON.stringify(state).length / 60).toBeLessThan(120);
  });
});
