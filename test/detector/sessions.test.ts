import { describe, expect, it } from 'vitest';
import { demoPolicy, standardPolicy } from '../../detector/index.ts';
import { fold } from '../support/fold.ts';
import { player } from '../support/lesson.ts';
import { minute, noticesOf, outcome, stage } from '../support/outcome.ts';

describe('sessions', () => {
  it('a silent session is closed and says so', () => {
    const { events, clock } = stage();
    const a = player(events, clock);
    a.play(10_000);
    a.idle(demoPolicy.session.silentMs);
    a.tick();
    const { folded } = outcome(events);
    expect(noticesOf(folded)).toContain('closed s1 session.silent');
    expect(folded.state.sessions).toEqual({});
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
    const { state } = fold(events, standardPolicy);
    expect(state.held).toEqual([]);
    expect(JSON.stringify(state).length / 60).toBeLessThan(120);
  });
});
