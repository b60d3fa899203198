/**
 * Answers release together: what right answers have marked is credited once they convince. What that gives
 * to whoever attends, and to whoever guesses or knows a part of the bank.
 */
import { describe, expect, it } from 'vitest';
import { standardPolicy } from '../../detector/index.ts';
import { between } from '../../detector/random.ts';
import { raised, rightOf, wrongOf } from '../../detector/standing.ts';
import { desk } from '../support/desk.ts';
import { minute, noticesOf, outcomeOf } from '../support/outcome.ts';

const { release } = standardPolicy.presence;

/** Ten minutes of play before each answer; `R` right, `W` wrong. */
function answers(marks: string, { guess }: { readonly guess?: number } = {}) {
  const one = desk({ policy: standardPolicy });
  const a = one.open({ lessonMs: 86_400_000 });
  for (const [i, mark] of [...marks].entries()) {
    a.play(8 * minute);
    a.prompt(`p${i}`, 90_000, guess);
    a.play(5_000);
    a.answer(`p${i}`, mark === 'R');
  }
  return { one, a, ...outcomeOf(one) };
}

describe('answers release together', () => {
  it('four right ones only mark; the fifth releases all five brackets at once', () => {
    const four = answers('RRRR');
    expect(four).toMatchObject({ credited: 0, alerts: [] });
    expect(four.held).toBeGreaterThan(32 * minute);
    expect(noticesOf(four.folded).filter((notice) => notice.startsWith('released'))).toEqual([]);
    const five = answers('RRRRR');
    expect(five.credited).toBeGreaterThan(40 * minute);
    expect(noticesOf(five.folded).filter((notice) => notice.startsWith('released'))).toHaveLength(1);
  });

  it('from then on each right one releases at once', () => {
    expect(answers('RRRRRR').held).toBe(0);
    expect(answers('RRRRRRR').held).toBe(0);
  });

  it('a wrong one costs a wait, not a second', () => {
    expect(answers('RRRRRW')).toMatchObject({ held: expect.closeTo(8 * minute, -4.5) });
    expect(answers('RRRRRWR').credited).toBe(answers('RRRRR').credited);
    const again = answers('RRRRRWRR');
    expect(again.held).toBe(0);
    expect(again.credited).toBeGreaterThan(64 * minute);
  });

  it('what is marked no longer lapses with play', () => {
    const { one, a } = answers('RRRR');
    const before = outcomeOf(one).held;
    a.play(standardPolicy.presence.maxGapMs + 5 * minute, { every: 15_000 });
    expect(outcomeOf(one).held).toBeGreaterThanOrEqual(before - minute);
  });

  it('wrong ones in a row lose what is held, also what was marked before', () => {
    const { credited, held, reasons } = answers('RRWWWW');
    expect(credited + held).toBe(0);
    expect(reasons['presence.failed']).toBeGreaterThan(16 * minute);
  });

  it('one of four choices counts less: it takes eight', () => {
    expect(answers('RRRRRRR', { guess: 250 }).credited).toBe(0);
    expect(answers('RRRRRRRR', { guess: 250 }).credited).toBeGreaterThan(60 * minute);
  });

  it('what anybody guesses counts for nothing, however often', () => {
    expect(answers('R'.repeat(30), { guess: 900 }).credited).toBe(0);
  });

  it('the next question is as far away after a right answer as after a wrong one', () => {
    for (const marks of ['R', 'RR', 'RRR']) {
      const right = answers(`${marks}R`).one.state().asking;
      const wrong = answers(`${marks}W`).one.state().asking;
      expect(wrong.duePlayed).toBe(right.duePlayed);
      expect(wrong.notBeforeAt).toBe(right.notBeforeAt);
    }
  });
});

describe('the sequential test', () => {
  /** Share of the brackets that are credited to somebody who answers rightly with probability `p`, over 100,000 answers. */
  function credited(p: number, guess: number): number {
    let standing = 0;
    let waiting = 0;
    let paid = 0;
    const answersGiven = 100_000;
    for (let i = 0; i < answersGiven; i += 1) {
      // Two brackets that no right answer closed are more play than a bracket may have.
      waiting += 1;
      if (between(7, i, 1, 1_000_000) <= p * 1_000_000) {
        standing = raised(standing, rightOf(guess), release.at);
        if (standing >= release.at) {
          paid += waiting;
          waiting = 0;
        }
      } else {
        standing -= wrongOf(guess, release.wrong);
        if (standing <= release.lostAt) {
          standing = 0;
          waiting = 0;
        }
      }
    }
    return paid / answersGiven;
  }

  it.each([
    ['guesses among four', 0.25, 250],
    ['guesses one in twenty', 0.05, 50],
    ['knows a quarter, guesses one in twenty', 0.25 + 0.75 * 0.05, 50],
    ['knows a quarter, guesses among four', 0.25 + 0.75 * 0.25, 250],
    ['knows a quarter, guesses among two', 0.25 + 0.75 * 0.5, 500],
  ])('pays at most one in a hundred to who %s', (_who, p, guess) => {
    expect(credited(p, guess)).toBeLessThanOrEqual(0.01);
  });

  it.each([50, 250, 500])(
    'and at least 998 in 1,000 to who attends, with 5 wrong and 3 missed of 100: guess chance %d of 1,000',
    (guess) => {
      expect(credited(0.92, guess)).toBeGreaterThanOrEqual(0.998);
    },
  );
});
