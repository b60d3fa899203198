/** Play that is kept back and told when it suits: it belongs where it was played, and is worth no more for waiting. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standardPolicy } from '../../detector/index.ts';
import { type Desk, desk } from '../support/desk.ts';
import { minute, noticesOf, outcomeOf } from '../support/outcome.ts';
import type { Player } from '../support/page.ts';

const { presence, disconnected } = standardPolicy;
const RUNS = Number(process.env['LAW_RUNS'] ?? 100);

interface Telling {
  readonly ms: number;
  readonly queued?: boolean;
  readonly takesMs?: number;
}

/** Tells the page's time from `from` to `to` on its own clock, in beats of `ms`, each so long after the one before. */
function tell(one: Desk, page: Player, from: number, to: number, { ms, queued = false, takesMs = 60 }: Telling): void {
  for (let at = from; at < to; at += ms) {
    one.clock.now += takesMs;
    const end = Math.min(to, at + ms);
    const lasts = end - at;
    page.beat(
      {
        ...{ span: [at, end], runs: [[at + 3, end + 3, at, end]], rates: [100] },
        ...{
          page: [lasts, lasts, 0],
          frames: [0.06 * lasts, 0.025 * lasts],
          clocks: [lasts, lasts / 100, lasts / 100],
        },
      },
      queued,
    );
  }
}

/** Wall time credited within a stretch of the server's clock. */
const creditedIn = (one: Desk, from: number, to: number): number =>
  outcomeOf(one)
    .spans.filter(({ fate }) => fate === 'credited')
    .reduce((sum, span) => sum + Math.max(0, Math.min(span.to, to) - Math.max(span.from, from)), 0);

function answerAll(one: Desk, page: Player, ...ids: readonly string[]): void {
  for (const id of ids) {
    one.clock.now += 2_000;
    page.prompt(id);
    page.answer(id);
  }
  one.settle();
}

describe('a backlog without a label', () => {
  it.each([2_000, 10_000])('is bounded like one that has it, told in beats of %i ms', (ms) => {
    const one = desk();
    const a = one.open();
    a.play(minute);
    one.clock.now += 25 * minute;
    tell(one, a, minute, 26 * minute, { ms });
    const { credited, held } = outcomeOf(one);
    // What was made just before it arrived is live, like any beat.
    expect(credited + held).toBeLessThanOrEqual(minute + disconnected.capMs + 32_000);
  });

  it('a page whose clock stood still while it slept tells no backlog: after half a minute it is live again', () => {
    const one = desk();
    const a = one.open();
    a.play(minute);
    one.clock.now += 30 * minute;
    tell(one, a, minute, 16 * minute, { ms: 10_000, takesMs: 10_000 });
    const { held, reasons } = outcomeOf(one);
    expect(held).toBeGreaterThan(15.9 * minute);
    expect(reasons['disconnected.awaiting'] ?? 0).toBeLessThanOrEqual(40_000);
  });
});

describe('play belongs to the bracket that it was played in', () => {
  it('eight silent pages, each told at the end and each followed by a right answer, are worth one bracket', () => {
    const one = desk();
    const pages = Array.from({ length: 8 }, (_, i) => {
      const page = one.open({ session: `s${i}`, lesson: `l${i}` });
      one.pass(10 * minute);
      return page;
    });
    for (const [i, page] of pages.entries()) {
      tell(one, page, 0, 10 * minute - 1_000, { ms: 10 * minute, queued: true });
      answerAll(one, page, `q${i}`);
    }
    expect(outcomeOf(one).credited).toBeLessThanOrEqual(presence.maxGapMs);
  });

  it('what a crashed page left is held, and credited by the next answer, though one was given meanwhile', () => {
    const one = desk();
    const a = one.open({ session: 'a' });
    a.play(5 * minute);
    one.pass(20_000);
    const b = one.open({ session: 'b' });
    b.resume(5 * minute + 20_000);
    b.play(minute);
    answerAll(one, b, 'q1');
    tell(one, a, 5 * minute, 5 * minute + 20_000, { ms: 20_000, queued: true });
    b.play(minute);
    answerAll(one, b, 'q2');
    expect(outcomeOf(one).credited).toBeGreaterThan(7 * minute + 19_000);
  });
});

describe('play after a missed deadline is denied whenever it is told', () => {
  /** The free let-go is spent, and a question waits over which nobody is there. */
  const deserted = () => {
    const one = desk();
    const a = one.open();
    a.play(minute);
    a.prompt('free', 90_000);
    a.pause();
    one.pass(2 * minute);
    answerAll(one, a, 'back');
    const began = one.clock.now;
    a.beat({ player: ['playing', a.position(), 100] });
    a.prompt('missed', 90_000);
    one.pass(9 * minute);
    return { one, a, deadline: began + 90_000, left: began - one.events[0]!.at };
  };

  it('after the answers that make the miss good', () => {
    const { one, a, deadline, left } = deserted();
    const back = one.clock.now;
    answerAll(one, a, 'r1', 'r2');
    tell(one, a, left, left + 9 * minute, { ms: 9 * minute, queued: true });
    answerAll(one, a, 'r3');
    expect(outcomeOf(one).reasons['presence.missed']).toBeGreaterThan(7 * minute);
    expect(creditedIn(one, deadline, back)).toBe(0);
  });

  it('after a forfeit on another page', () => {
    const { one, a, deadline, left } = deserted();
    const back = one.clock.now;
    const b = one.open({ session: 'b', lesson: 'l2' });
    b.play(1_000);
    for (const id of ['w1', 'w2', 'w3']) {
      b.prompt(id);
      b.answer(id, false);
    }
    answerAll(one, b, 'r1');
    tell(one, a, left, left + 9 * minute, { ms: 9 * minute, queued: true });
    answerAll(one, b, 'r2');
    expect(creditedIn(one, deadline, back)).toBe(0);
  });

  it('a second miss moves nothing', () => {
    const { one, a, deadline, left } = deserted();
    a.prompt('missed too', 90_000);
    one.pass(5 * minute);
    const back = one.clock.now;
    tell(one, a, left, left + 14 * minute, { ms: 2 * minute, queued: true });
    answerAll(one, a, 'r1', 'r2', 'r3');
    expect(creditedIn(one, deadline, back)).toBe(0);
  });

  it('"paused", said once before the deadline, is no pause when the runs go on', () => {
    const one = desk();
    const a = one.open();
    a.play(minute);
    a.prompt('p1', 90_000);
    a.play(80_000);
    a.play(9_500, { patch: { player: ['paused', a.position(), 100] } });
    a.play(20_500, { every: 10_500 });
    expect(noticesOf(outcomeOf(one).folded)).toContain('promptMissed s1 presence.missed');
  });

  /** What somebody does who tells when it suits: plays on and tells, plays on and keeps silent, is asked, answers. */
  const deed = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ what: fc.constantFrom('play', 'keep'), s: fc.integer({ min: 20, max: 150 }) }),
    },
    { weight: 2, arbitrary: fc.record({ what: fc.constant('ask'), s: fc.constant(0) }) },
    { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('tell', 'right', 'wrong'), s: fc.constant(0) }) },
  );

  it('in whatever order it is told, asked and answered', () => {
    fc.assert(
      fc.property(fc.array(deed, { minLength: 15, maxLength: 40 }), (deeds) => {
        const one = desk();
        const page = one.open();
        const openedAt = one.clock.now;
        const shut: { from: number; to: number }[] = [];
        let since: number | null = null;
        let told = 0;
        for (const [i, { what, s }] of deeds.entries()) {
          const now = () => one.clock.now - openedAt;
          if (what === 'play' || what === 'keep') one.pass(s * 1_000);
          if (what === 'ask') page.prompt(`q${i}`, 90_000);
          const asked = one.state().asking.pending?.id;
          if ((what === 'right' || what === 'wrong') && asked !== undefined) page.answer(asked, what === 'right');
          if ((what === 'play' || what === 'tell') && now() > told) {
            tell(one, page, told, now(), { ms: 60_000, queued: now() - told > 15_000, takesMs: 0 });
            told = now();
          }
          one.settle();
          const { missedAt } = one.state().asking;
          if (since !== null && missedAt === null) shut.push({ from: since, to: one.clock.now });
          since = missedAt === null ? null : (since ?? missedAt);
        }
        page.prompt('last');
        for (const id of ['last', 'last but', 'really']) {
          one.clock.now += 5_000;
          page.prompt(id);
          page.answer(id);
        }
        // A silent page is waited for as long as a living one is silent; where a moment lies is known to a tolerance.
        const { beat, clock } = standardPolicy;
        const edge = beat.maxIntervalMs + 2 * clock.toleranceMs + 1_000;
        for (const { from, to } of shut) expect(creditedIn(one, from, to)).toBeLessThanOrEqual(edge);
      }),
      { numRuns: RUNS },
    );
  });
});
