/**
 * Answers release together: what right answers have marked is credited once they convince. What that gives
 * to whoever attends, and to whoever guesses or knows a part of the bank.
 */
import { describe, expect, it } from 'vitest';
import { Sign, standardPolicy } from '../../detector/index.ts';
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
    a.prompt(`p${i}`, 90_000, guess === undefined ? {} : { guess });
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
    const { credited, held, reasons } = answers('RRWWWWWW');
    expect(credited + held).toBe(0);
    expect(reasons['presence.failed']).toBeGreaterThan(16 * minute);
  });

  it('that is decided with every eighth answer: nobody hears which of them were wrong, nor how many', () => {
    for (const marks of ['WWW', 'WWWR', 'RRWWWW', 'WWWWWWW']) {
      const { reasons, folded } = answers(marks);
      expect(reasons['presence.failed'] ?? 0).toBe(0);
      expect(noticesOf(folded).filter((notice) => /released|presence.failed/.test(notice))).toEqual([]);
    }
    expect(answers('WWWRRRRW').reasons['presence.failed'] ?? 0).toBe(0);
    expect(answers('WWWWWRRR').reasons['presence.failed']).toBeGreaterThan(0);
    expect(answers('WWWWWWWWR').one.state().asking).toMatchObject({ answers: 1, standing: 100 });
  });

  it('one that is missed counts among the eight, one that is avoided does not: nobody chooses which are decided together', () => {
    const one = desk({ policy: standardPolicy });
    const a = one.open({ lessonMs: 86_400_000 });
    const ask = (id: string) => {
      a.play(2 * minute);
      a.prompt(id, 90_000);
    };
    ask('missed');
    a.play(3 * minute);
    one.settle();
    expect(one.state().asking.answers).toBe(1);
    for (const id of ['free', 'b', 'c', 'd']) {
      ask(id);
      a.pause();
      a.wait(3 * minute);
    }
    one.settle();
    expect(one.state().asking).toMatchObject({ answers: 1, standing: -200 });
  });

  it('after a wrong one the next comes before its bracket can no longer be closed, and after a right one no later', () => {
    for (const right of [true, false]) {
      const one = desk({ policy: standardPolicy });
      const a = one.open({ lessonMs: 86_400_000 });
      const { maxGapMs } = standardPolicy.presence;
      a.play(maxGapMs - 8 * minute, { every: 11_000 });
      a.prompt('p1', 90_000);
      a.play(5_000);
      a.answer('p1', right);
      one.settle();
      const { duePlayed } = one.state().asking;
      expect(duePlayed).toBe(maxGapMs - 3 * minute);
    }
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

describe('who is asked, about what, and at what cost is nobody’s choice but the server’s', () => {
  /** Plays a lesson to its end and says so. */
  function toTheEnd(one: ReturnType<typeof desk>, session: string, lessonMs: number, id: string) {
    const page = one.open({ session, lesson: session, lessonMs });
    page.play(lessonMs);
    page.beat({ cause: 'ended', player: ['ended', lessonMs, 100] });
    page.prompt(id, 90_000);
    return page;
  }

  it.each([4, 10])('lessons of %i minutes: who leaves at each end is asked on the return, and is paid', (minutes) => {
    const one = desk({ policy: standardPolicy });
    const lessonMs = minutes * minute;
    let draws = 1;
    for (let n = 0; n < 60; n += 1) {
      const page = one.open({ session: `s${n}`, lesson: `l${n}`, lessonMs, draw: () => draws++ * 1_000_003 });
      one.attend(page, lessonMs);
      page.beat({ cause: 'ended', player: ['ended', lessonMs, 100] });
      if (one.settle().some(({ verdict }) => verdict === 'proofAsked')) page.prompt(`end${n}`, 90_000);
      page.close();
      one.pass(n % 12 === 0 ? 15 * minute : 2 * minute);
    }
    const { credited, held, alerts } = outcomeOf(one);
    expect(alerts).toEqual([]);
    expect(credited).toBeGreaterThan(0.9 * 60 * lessonMs);
    expect(credited + held).toBeGreaterThan(0.98 * 60 * lessonMs);
  });

  it('who leaves at a lesson’s end owes nothing, lesson after lesson', () => {
    const one = desk({ policy: standardPolicy });
    for (let n = 0; n < 8; n += 1) {
      toTheEnd(one, `s${n}`, 4 * minute, `p${n}`).close();
      one.pass(10 * minute);
      expect(one.state().asking).toMatchObject({ missedAt: null, pending: null });
    }
    expect(one.state().asking.standing).toBe(-200);
    // Nobody answered on the return either, so the first half hour lapsed; nothing was missed.
    expect(outcomeOf(one).reasons['presence.missed'] ?? 0).toBe(0);
  });

  it('such a question marks, and counts for little: leaving the unknown ones wins next to nothing', () => {
    const one = desk({ policy: standardPolicy });
    for (let n = 0; n < 6; n += 1) {
      const page = toTheEnd(one, `s${n}`, minute, `p${n}`);
      page.answer(`p${n}`);
      page.close();
      one.settle();
    }
    expect(one.state().asking.standing).toBe(6 * 40);
    expect(one.state().held.every(({ marked }) => marked)).toBe(true);
  });

  it('a lesson’s end asks on until the answers decide, twelve times an hour at most', () => {
    const one = desk({ policy: standardPolicy });
    const page = one.open({ lessonMs: minute });
    page.play(minute);
    let questions = 0;
    for (let left = 3_600_000; left > 0; left -= 10_000) {
      one.clock.now += 10_000;
      page.beat({ cause: 'interval', player: ['ended', minute, 100], runs: [] });
      if (!one.settle().some((said) => said.verdict === 'proofAsked')) continue;
      questions += 1;
      page.prompt(`q${questions}`, 90_000);
      // Right and wrong in turns: it never decides.
      page.answer(`q${questions}`, questions % 3 !== 0);
      one.settle();
    }
    expect(questions).toBeGreaterThan(6);
    expect(questions).toBeLessThanOrEqual(12);
  });

  it('what it is about is drawn by what waits: who sits in a known lesson when it comes does not choose it', () => {
    const about: string[] = [];
    for (let seed = 1; seed <= 60; seed += 1) {
      const one = desk({ policy: standardPolicy });
      let turn = 0;
      const draw = () => between(seed * 7919, turn++, 0, 2 ** 32 - 1);
      const known = one.open({ session: 'k', lesson: 'known', draw });
      known.play(3_000);
      const unknown = one.open({ session: 'u', lesson: 'unknown', draw });
      unknown.play(6 * minute);
      const again = one.open({ session: 'k2', lesson: 'known', draw });
      again.play(6 * minute, { patch: {} });
      const asked = one.settle().find((said) => said.verdict === 'proofAsked');
      if (asked?.verdict === 'proofAsked') about.push(asked.lesson);
    }
    expect(about.length).toBeGreaterThan(20);
    const share = about.filter((lesson) => lesson === 'unknown').length / about.length;
    // Six minutes of it wait, and up to four of the other.
    expect(share).toBeGreaterThan(0.5);
    expect(share).toBeLessThan(1);
  });

  it('a miss costs what the asking class says, whichever page speaks after it', () => {
    const lax = { ...standardPolicy, presence: { ...standardPolicy.presence, release: { ...release, missed: 1 } } };
    const one = desk({
      policies: new Map([
        ['strict', standardPolicy],
        ['lax', lax],
      ]),
    });
    const strict = one.open({ session: 'a', policy: 'strict' });
    const idle = one.open({ session: 'b', lesson: 'l2', policy: 'lax' });
    strict.play(minute);
    strict.prompt('p1', 30_000);
    strict.play(40_000, { every: 5_000 });
    idle.beat({ runs: [], player: ['paused', 0, 100] });
    one.settle();
    expect(one.state().asking.standing).toBe(-release.missed);
  });

  it('weak evidence stays with what was played under it, however clean the page that answers later', () => {
    const signs = Sign.webdriver | Sign.automation | Sign.offScreen | Sign.noRecord;
    const one = desk({ policy: standardPolicy });
    const bad = one.open({ lessonMs: 86_400_000 });
    for (let n = 0; n < 4; n += 1) {
      bad.play(7 * minute, { patch: { signs } });
      bad.prompt(`p${n}`, 90_000);
      bad.answer(`p${n}`);
    }
    bad.close();
    one.pass(60 * minute);
    const clean = one.open({ session: 'c', lesson: 'l2', lessonMs: 86_400_000 });
    clean.play(2 * minute);
    clean.prompt('last', 90_000);
    clean.answer('last');
    const { credited, held } = outcomeOf(one);
    // What the clean page played is released; what the other one did waits for two more.
    expect(credited).toBeLessThan(3 * minute);
    expect(held).toBeGreaterThan(20 * minute);
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
      }
      if ((i + 1) % release.decidedEvery === 0 && standing <= release.lostAt) {
        standing = 0;
        waiting = 0;
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

  // The table of docs/presence.md.
  it.each([
    [92, 0, 0],
    [85, 0.2, 0.5],
    [80, 1, 6],
    [75, 7, 30],
    [70, 21, 64],
  ])('of who is right %i times of 100 it loses what the documentation says', (right, hard, single) => {
    const lost = (guess: number) => 100 * (1 - credited(right / 100, guess));
    for (const [guess, said] of [
      [50, hard],
      [250, single],
    ] as const) {
      expect(Math.abs(lost(guess) - said)).toBeLessThan(0.3 + said / 10);
    }
  });

  it.each([50, 250, 500])(
    'and at least 998 in 1,000 to who attends, with 5 wrong and 3 missed of 100: guess chance %d of 1,000',
    (guess) => {
      expect(credited(0.92, guess)).toBeGreaterThanOrEqual(0.998);
    },
  );
});
