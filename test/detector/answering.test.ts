/** How answers are given: answerWithoutHand, constantLatency, answeredHidden, tooFastToRead. */
import { describe, expect, it } from 'vitest';
import { type Manner, type RuleName, rules, standardPolicy } from '../../detector/index.ts';
import { desk } from '../support/desk.ts';
import { outcomeOf } from '../support/outcome.ts';

/** A hand at a mouse, in a time of its own. */
const byHand = (n: number): Manner => ({ latencyMs: 3_000 + ((n * 7919) % 9_000), hand: [40, 0], readMs: 1_500 });
/** A screen reader presses the button: neither pointer nor key. */
const assisted = (n: number): Manner => ({ ...byHand(n), hand: [0, 0], assisted: true });

/** Answers in these manners, right where not said otherwise, as a trainee's whole history. */
function history(manners: readonly (Manner | undefined)[], right: (n: number) => boolean = () => true) {
  const one = desk();
  const a = one.open();
  for (const [n, manner] of manners.entries()) {
    a.play(60_000);
    a.prompt(`q${n}`);
    a.play(manner?.latencyMs ?? 4_000);
    a.answer(`q${n}`, right(n), manner);
  }
  a.play(10_000);
  return { ...outcomeOf(one), state: one.state() };
}

/** What a rule says after these answers, at a beat that follows. */
function weakAfter(name: RuleName, manners: readonly Manner[], given: 'passed' | 'failed' = 'passed'): number {
  const rule = rules.find((one) => one.name === name) as unknown as {
    first: unknown;
    judge(own: unknown, view: unknown): { own: unknown; finding?: { weak?: number } };
  };
  const thresholds = standardPolicy.rules[name];
  const answered = (manner: Manner) => ({
    event: { kind: 'proofGiven', proof: 'question', manner },
    ...{ news: { given, missed: false, lapsedMs: 0 }, thresholds },
  });
  const own = manners.reduce((memory, manner) => rule.judge(memory, answered(manner)).own, rule.first);
  const beat = { event: { kind: 'beat' }, news: { given: null, missed: false, lapsedMs: 0 }, thresholds };
  return rule.judge(own, beat).finding?.weak ?? 0;
}

const many = (count: number, make: (n: number) => Manner | undefined) =>
  Array.from({ length: count }, (_, n) => make(n));
const alerts = (...of: Parameters<typeof history>) => history(...of).alerts.map((alert) => alert.split('.')[1]);

describe('right answers that no hand gave', () => {
  const bare = (n: number): Manner => ({ ...byHand(n), hand: [0, 0] });
  const scripted = (n: number): Manner => ({ ...byHand(n), hand: [0, 3] });

  it('raise an alert when they go on, and are a weak sign before', () => {
    for (const [make, weak] of [
      [bare, 2],
      [scripted, 4],
    ] as const) {
      expect(weakAfter('answerWithoutHand', [make(0)])).toBe(weak);
      expect(alerts(many(3, make))).toEqual([]);
      expect(alerts(many(4, make))).toEqual(['answerWithoutHand']);
    }
  });

  it('are made good by one that a hand gave, whether a pointer’s, a key’s or a screen reader’s', () => {
    expect(alerts([bare(0), bare(1), bare(2), byHand(3), bare(4), bare(5), bare(6)])).toEqual([]);
    expect(weakAfter('answerWithoutHand', [scripted(0), byHand(1)])).toBe(0);
    expect(weakAfter('answerWithoutHand', [scripted(0), assisted(1)])).toBe(0);
  });

  it.each<[string, (n: number) => Manner]>([
    ['given elsewhere, in another frame of the page', (n) => ({ ...bare(n), unfocused: true })],
    ['of which the page tells no hand', (n) => ({ latencyMs: byHand(n).latencyMs })],
  ])('%s, are odd and no more', (_what, elsewhere) => {
    expect(weakAfter('answerWithoutHand', [elsewhere(0), elsewhere(1)])).toBe(1);
    expect(alerts(many(12, elsewhere))).toEqual([]);
  });

  it('say nothing where nothing is known of how they were given', () => {
    expect(alerts(many(12, () => undefined))).toEqual([]);
  });

  it('wrong ones are guessing, which another rule knows', () => {
    expect(weakAfter('answerWithoutHand', [bare(0), bare(1)], 'failed')).toBe(0);
  });
});

describe('answers after always the same time', () => {
  const oracle = (n: number): Manner => ({ ...byHand(n), latencyMs: 2_000 + ((n * 37) % 90) });

  it('are weak at six and raise an alert at ten', () => {
    expect(weakAfter('constantLatency', many(5, oracle) as Manner[])).toBe(0);
    expect(weakAfter('constantLatency', many(6, oracle) as Manner[])).toBe(2);
    expect(alerts(many(9, oracle))).toEqual([]);
    expect(alerts(many(10, oracle))).toEqual(['constantLatency']);
  });

  it('one of another time, and it begins anew', () => {
    const now = (n: number): Manner => (n === 6 ? { ...oracle(n), latencyMs: 9_000 } : oracle(n));
    expect(weakAfter('constantLatency', many(9, now) as Manner[])).toBe(0);
    expect(alerts(many(15, now))).toEqual([]);
  });

  it('a quick hand, two seconds spread by four tenths, is none of it', () => {
    const quick = [2_010, 1_640, 2_480, 1_990, 2_350, 1_700, 2_600, 1_850, 2_150, 2_420, 1_580, 2_240];
    const manners = quick.map((latencyMs) => ({ latencyMs, hand: [30, 0] }) as const);
    expect(weakAfter('constantLatency', manners)).toBe(0);
    expect(alerts(manners)).toEqual([]);
  });

  it('keeps few numbers of a person, however many the answers', () => {
    const { state } = history(many(60, byHand));
    expect(JSON.stringify(state.rules).length).toBeLessThan(400);
  });
});

describe('answers from a hidden page', () => {
  const away = (n: number): Manner => ({ ...byHand(n), hidden: true });

  it('raise an alert at the third in a row', () => {
    expect(weakAfter('answeredHidden', [away(0)])).toBe(2);
    expect(weakAfter('answeredHidden', [away(0), away(1)])).toBe(4);
    expect(alerts(many(3, away))).toEqual(['answeredHidden']);
  });

  it('a page left as the answer was sent, once and again, accuses nobody', () => {
    expect(alerts(many(12, (n) => (n % 3 === 2 ? byHand(n) : away(n))))).toEqual([]);
  });
});

describe('right answers before anyone could have read the question', () => {
  const early = (n: number): Manner => ({ latencyMs: 900 + ((n * 331) % 700), hand: [9, 0], readMs: 2_500 });

  it('are weak at three in a row and raise an alert at six', () => {
    expect(weakAfter('tooFastToRead', many(2, early) as Manner[])).toBe(0);
    expect(weakAfter('tooFastToRead', many(3, early) as Manner[])).toBe(2);
    expect(alerts(many(6, early))).toEqual(['tooFastToRead']);
  });

  it('are nothing where the same was asked before, nor where one took its time', () => {
    const again = (n: number): Manner => ({ latencyMs: early(n).latencyMs, hand: [9, 0] });
    expect(alerts(many(30, again))).toEqual([]);
    expect(alerts(many(12, (n) => (n % 3 === 2 ? byHand(n) : early(n))))).toEqual([]);
  });
});

it('honest people are accused of none of it: by mouse, by keyboard, by touch, by a screen reader', () => {
  const keyboard = (n: number): Manner => ({ ...byHand(n), hand: [5, 0] });
  const touch = (n: number): Manner => ({ ...byHand(n), hand: [2, 0] });
  // A page of the platform's that clicks a choice for the digit that was typed.
  const shortcut = (n: number): Manner => ({ ...byHand(n), hand: [1, 1] });
  for (const manner of [byHand, keyboard, touch, shortcut, assisted]) {
    const { alerts: raised, credited } = history(many(30, manner), (n) => n % 17 !== 5);
    expect(raised).toEqual([]);
    expect(credited).toBeGreaterThan(0);
  }
});
