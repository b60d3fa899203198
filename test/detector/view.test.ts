/** What can be seen, what is played, and who drives: outOfView, mediaReplaced, mediaMissing, and the signs that only hint. */
import { describe, expect, it, vi } from 'vitest';
import {
  type BeatClaim,
  type Event,
  type RuleName,
  rules,
  Sign,
  standardPolicy,
  Unseen,
} from '../../detector/index.ts';
import { desk } from '../support/desk.ts';
import { minute, outcome, stage } from '../support/outcome.ts';
import { type PlayerOptions, player } from '../support/page.ts';

const policy = standardPolicy;
const second = 1_000;
const lessonMs = 60 * minute;
const lesson = { source: ['file', lessonMs, 0], view: [0, 100, 0] } as const satisfies Partial<BeatClaim>;

type Part = readonly [ms: number, patch: Partial<BeatClaim>];
/** A lesson played in parts, each told in its own way. */
function played(parts: readonly Part[], options: PlayerOptions = {}) {
  const { events, clock } = stage();
  const a = player(events, clock, { lessonMs, ...options });
  for (const [ms, patch] of parts) a.play(ms, { patch: { ...lesson, ...patch } });
  const { reasons, ...rest } = outcome(events, policy);
  // A simulated element is some milliseconds slow now and then, as real ones are.
  const { 'coverage.slow': _, ...said } = reasons;
  const accused = Object.keys(said).filter((reason) => !/^(presence|coverage)\./.test(reason));
  return { events, reasons: said, accused, ...rest };
}
const unseen = (why: number, ms = 10 * second): Partial<BeatClaim> => ({ view: [ms, 0, why] });

describe('outOfView', () => {
  it.each(['notDrawn', 'transparent', 'clipped', 'tiny'] as const)(
    '%s: denied after a moment, accused after minutes',
    (why) => {
      const short = played([[minute, unseen(Unseen[why])]]);
      expect(short.reasons['backgroundPlayback.outOfView']).toBe(50 * second);
      expect(short.alerts).toEqual([]);
      const long = played([[6 * minute, unseen(Unseen[why])]]);
      expect(long.alerts).toContain('backgroundPlayback.outOfView');
    },
  );

  it('a question that pushes the picture away costs nothing as long as it may be answered, and forgives nothing after', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { lessonMs });
    a.play(minute, { patch: lesson });
    a.prompt('q1', 90 * second);
    a.play(85 * second, { patch: { ...lesson, ...unseen(Unseen.clipped) } });
    a.answer('q1');
    a.play(minute, { patch: lesson });
    expect(outcome(events, policy).reasons['backgroundPlayback.outOfView'] ?? 0).toBe(0);
    // Nobody is asked now.
    a.play(minute, { patch: { ...lesson, ...unseen(Unseen.clipped) } });
    expect(outcome(events, policy).reasons['backgroundPlayback.outOfView']).toBe(50 * second);
    // Asked once more: what lies beyond the deadline counts as ever.
    a.prompt('q2', 10 * second);
    a.play(3 * minute, { patch: { ...lesson, ...unseen(Unseen.clipped) } });
    expect(outcome(events, policy).reasons['backgroundPlayback.outOfView']).toBeGreaterThan(200 * second);
  });

  it('a page in view for the tenth of a second between does not begin anew', () => {
    const { reasons } = played([[3 * minute, unseen(Unseen.clipped, 9_800)]]);
    expect(reasons['backgroundPlayback.outOfView']).toBeGreaterThan(160 * second);
  });

  it('a cover is denied once no question can lie there so long', () => {
    expect(played([[5 * minute, unseen(Unseen.covered)]]).accused).toEqual([]);
    const { reasons } = played([[10 * minute, unseen(Unseen.covered | Unseen.unvouched)]]);
    expect(reasons['backgroundPlayback.outOfView']).toBe(5 * minute);
  });

  it.each<[string, readonly Part[]]>([
    [
      'a look at the notes below, again and again',
      Array.from({ length: 10 }, (_, n): Part => [20 * second, n % 2 ? unseen(Unseen.clipped, 3 * second) : {}]),
    ],
    [
      'a look at the notes just after a question',
      [
        [90 * second, unseen(Unseen.covered)],
        [10 * second, unseen(Unseen.clipped, 8 * second)],
      ],
    ],
    ['half scrolled away', [[10 * minute, { view: [0, 50, 0] }]]],
    [
      'a question over the picture for a minute and a half',
      [
        [90 * second, unseen(Unseen.covered)],
        [10 * minute, {}],
      ],
    ],
    ['layers of which the browser vouches for nothing', [[10 * minute, { view: [0, 100, Unseen.unvouched] }]]],
    ['sound without a picture', [[10 * minute, { view: [0, 0, Unseen.noPicture] }]]],
    ['an older SDK that measures nothing', [[10 * minute, { view: undefined, source: undefined }]]],
  ])('%s: nothing is denied, nobody accused', (_name, parts) => {
    expect(played(parts)).toMatchObject({ accused: [], alerts: [] });
  });
});

describe('mediaReplaced', () => {
  it('a stream that a page draws: nothing of it counts, and it is told at once', () => {
    const { alerts, held } = played([[minute, { source: ['stream', -1, 0] }]]);
    expect(alerts).toContain('courseBrushing.mediaReplaced');
    expect(held).toBe(0);
  });

  it('a blob of another video in its place', () => {
    const { reasons, alerts } = played([
      [minute, {}],
      [10 * second, { source: ['blob', 60 * second, 1] }],
      [5 * minute, { source: ['blob', 60 * second, 0] }],
    ]);
    expect(reasons['courseBrushing.mediaReplaced']).toBe(310 * second);
    expect(alerts).toContain('courseBrushing.mediaReplaced');
  });

  it('is not forgotten while the new length is not known yet, nor in the beat that goes back', () => {
    const { held } = played([
      [minute, { source: ['blob', 60 * second, 0] }],
      [minute, { source: ['blob', -1, 0] }],
      [10 * second, { source: ['file', lessonMs, 1] }],
    ]);
    expect(held).toBe(0);
  });

  it('an advertisement before the lesson is not the lesson’s time, costs none of it, and accuses nobody', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { lessonMs });
    a.play(90 * second, { patch: { ...lesson, source: ['file', 90 * second, 0] } });
    // The lesson begins at its beginning.
    a.beat({ cause: 'seeked', player: ['playing', 0, 100], source: ['file', lessonMs, 1], view: [0, 100, 0] });
    a.resume(0);
    a.play(10 * minute, { patch: lesson });
    const { reasons, alerts, held } = outcome(events, policy);
    expect(alerts).toEqual([]);
    expect(reasons['courseBrushing.mediaReplaced']).toBe(90 * second);
    expect(held).toBeGreaterThan(10 * minute - 100);
  });

  it.each<[string, Partial<BeatClaim>]>([
    ['pieces of a stream', { source: ['blob', lessonMs, 0] }],
    ['another quality, chosen in the middle', { source: ['blob', lessonMs + 40, 1] }],
    ['a length that was filed in whole minutes', { source: ['file', lessonMs + 29 * second, 0] }],
    ['a length that is not known', { source: ['file', -1, 0] }],
    ['a media source that never says how long it is', { source: ['blob', -1, 0] }],
  ])('%s: counts', (_name, patch) => {
    expect(played([[10 * minute, patch]])).toMatchObject({ accused: [], alerts: [] });
  });
});

describe('mediaMissing', () => {
  it('an element that plays nothing', () => {
    const { alerts, held } = played([[2 * minute, { source: ['none', -1, 0] }]]);
    expect(alerts).toContain('courseBrushing.mediaMissing');
    expect(held).toBe(0);
  });

  it('an element in no document', () => {
    const { alerts, reasons } = played([[2 * minute, unseen(Unseen.detached)]]);
    expect(alerts).toContain('courseBrushing.mediaMissing');
    expect(reasons['courseBrushing.mediaMissing']).toBe(2 * minute);
  });

  it('a page that is left, whose player is torn down in its last beat, loses what was not in view', () => {
    const closing = { cause: 'closing', source: ['none', -1, 0], player: ['paused', 0, 100] } as const;
    const { reasons, alerts } = played([
      [minute, {}],
      [5 * second, { ...closing, view: [200, 0, Unseen.detached] }],
    ]);
    expect(alerts).toEqual([]);
    expect(reasons['courseBrushing.mediaMissing']).toBe(200);
  });
});

/** The most points that a rule says while these events are folded; and at the last of them. */
function points(name: RuleName, events: readonly Event[]): { most: number; last: number } {
  const rule = rules.find((one) => one.name === name)!;
  const judge = vi.spyOn(rule as { judge(...given: never[]): { finding?: { weak?: number } } }, 'judge');
  outcome(events, policy);
  const said = judge.mock.results.map(({ value }) => value.finding?.weak ?? 0);
  judge.mockRestore();
  return { most: Math.max(0, ...said), last: said.at(-1) ?? 0 };
}

describe('what only hints', () => {
  it.each<[RuleName, number, Partial<BeatClaim>, number]>([
    ['offScreen', 2, { signs: Sign.offScreen }, 5 * minute],
    ['noRecord', 2, { signs: Sign.noRecord }, 5 * minute],
    ['framesAbsent', 2, { frames: [0, 0] }, 5 * minute],
    ['framesAbsent', 1, { frames: [600, 0] }, 5 * minute],
    ['noHand', 1, { input: [0, 0, 0, 0] }, 61 * minute],
    ['automated', 1, { signs: Sign.webdriver }, minute],
    ['automated', 2, { signs: Sign.webdriver | Sign.automation }, minute],
    ['mediaReplaced', 1, { source: ['blob', -1, 0] }, 5 * minute],
  ])('%s: %i', (name, weight, patch, ms) => {
    const { events, alerts } = played([[ms, patch]]);
    expect(points(name, events).last).toBe(weight);
    expect(alerts.filter((alert) => alert.endsWith(name))).toEqual([]);
  });

  it.each([
    ['page', 2],
    ['untold', 1],
    ['worker', 0],
  ] as const)('a key of which the page says: %s', (sealed, weight) => {
    const { events, alerts } = played([[minute, {}]], { sealed });
    expect(points('pageSealed', events).last).toBe(weight);
    expect(alerts).toEqual([]);
  });

  it('a page that shows no images where one was wanted, until it shows one', () => {
    const { events, clock } = stage();
    const a = player(events, clock, { lessonMs });
    const asked = (plain: boolean) => {
      a.play(minute, { patch: lesson });
      a.prompt(`q${clock.now}`, minute, plain ? { plain } : {});
      return points('imageRefused', events).last;
    };
    expect([asked(false), asked(true), asked(true), asked(false)]).toEqual([0, 1, 1, 0]);
    expect(outcome(events, policy).alerts).toEqual([]);
  });

  it.each<[RuleName, string, readonly Part[]]>([
    [
      'offScreen',
      'a window that is dragged across',
      [
        [30 * second, { signs: Sign.offScreen }],
        [minute, {}],
        [30 * second, { signs: Sign.offScreen }],
      ],
    ],
    [
      'noHand',
      'an hour with a touch in the middle',
      [
        [40 * minute, { input: [0, 0, 0, 0] }],
        [minute, { input: [0, 1, 0, 0] }],
        [40 * minute, { input: [0, 0, 0, 0] }],
      ],
    ],
    ['framesAbsent', 'a slow phone', [[10 * minute, { frames: [150, 150] }]]],
    [
      'framesAbsent',
      'slides that change once in two minutes',
      [
        [2 * minute, { frames: [600, 0] }],
        [10 * second, { frames: [600, 1] }],
        [2 * minute, { frames: [600, 0] }],
      ],
    ],
    ['framesAbsent', 'a browser that counts no video frames', [[10 * minute, { frames: [600, -1] }]]],
    [
      'framesAbsent',
      'a picture that is scrolled away',
      [[10 * minute, { frames: [0, 0], view: [10_000, 0, Unseen.clipped] }]],
    ],
    ['framesAbsent', 'sound without a picture', [[10 * minute, { frames: [600, 0], view: [0, 0, Unseen.noPicture] }]]],
  ])('%s is silent on %s', (name, _what, parts) => {
    expect(points(name, played(parts).events).most).toBe(0);
  });
});

describe('automated', () => {
  const driven = { ...lesson, signs: Sign.webdriver };

  it('over several questions without a hand', () => {
    const one = desk();
    one.open({ lessonMs }).play(31 * minute, { every: 15_000, patch: { ...driven, input: [0, 0, 0, 0] } });
    one.settle();
    expect(one.verdicts.flat().some((said) => said.verdict === 'alert' && said.rule === 'automated')).toBe(true);
  });

  it('an old browser without `navigator.webdriver`, whose person answers questions: never', () => {
    const one = desk();
    const a = one.open({ lessonMs });
    for (let n = 0; n < 4; n += 1) {
      a.play(14 * minute, { every: 15_000, patch: { ...driven, input: [0, 0, 0, 0] } });
      a.play(10_000, { patch: { ...driven, input: [1, 0, 0, 0] } });
    }
    one.settle();
    expect(one.verdicts.flat().some((said) => said.verdict === 'alert' && said.rule === 'automated')).toBe(false);
  });
});
