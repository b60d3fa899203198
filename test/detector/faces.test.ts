/**
 * Faces as proofs: who passes releases what is held, exactly as who answers; another person's face, or no live
 * one, frees nothing, and several of them are told to people. What nobody could judge costs nobody anything.
 */
import { describe, expect, it } from 'vitest';
import { type FaceRefusal, type Policy, standardPolicy } from '../../detector/index.ts';
import { type DeskOptions, desk } from '../support/desk.ts';
import { minute, noticesOf, outcomeOf } from '../support/outcome.ts';

const other = (distance = 712): FaceRefusal => ({
  ...{ why: 'otherPerson', distance, limit: 600, reasons: ['otherPerson'] },
});
const dead: FaceRefusal = { why: 'notLive', limit: 600, reasons: ['flat', 'flashOther'] };
const { presence, rules } = standardPolicy;

/** Eight minutes of play before each proof. `F`: a face passes; `O`, `D`: another's, no live one; `R`, `W`: an answer. */
function proofs(marks: string, policy: Policy = standardPolicy) {
  const one = desk({ policy });
  const page = one.open({ lessonMs: 86_400_000, face: true });
  for (const [i, mark] of [...marks].entries()) {
    page.play(8 * minute);
    if (mark === 'R' || mark === 'W') {
      page.prompt(`p${i}`, 90_000);
      page.play(5_000);
      page.answer(`p${i}`, mark === 'R');
    } else {
      page.play(5_000);
      page.face(`p${i}`, mark === 'O' ? other() : mark === 'D' ? dead : undefined);
    }
  }
  return { one, page, ...outcomeOf(one) };
}

const facesOf = (said: ReturnType<typeof proofs>) =>
  said.one.verdicts.flat().flatMap((one) => (one.verdict === 'alert' && one.rule === 'faceRefused' ? [one] : []));

describe('another person sits there', () => {
  it('frees nothing, and twice in eight checks is told to people, with the distance and its limit', () => {
    const said = proofs('OO');
    expect(said.credited).toBe(0);
    expect(facesOf(said)).toMatchObject([
      {
        ...{ code: 'proxyAttendance', severity: 'high' },
        facts: {
          mismatches: 2,
          failures: 0,
          checks: 2,
          distance: 0.712,
          mismatchDistance: 0.6,
          reasons: 'otherPerson',
        },
      },
    ]);
  });

  it('the session ends there; what is held waits for the trainee', () => {
    const said = proofs('FFFFOO');
    expect(noticesOf(said.folded).at(-1)).toBe('closed s1 session.faceRefused');
    expect(said.one.state().sessions).toEqual({});
    expect(said.held).toBeGreaterThan(32 * minute);
    expect(said.credited).toBe(0);
  });

  it('and goes on where the policy leaves it to people alone', () => {
    const goesOn = { ...standardPolicy, rules: { ...rules, faceRefused: { ...rules.faceRefused!, ends: 0 } } };
    const said = proofs('OO', goesOn);
    expect(facesOf(said)).toHaveLength(1);
    expect(Object.keys(said.one.state().sessions)).toEqual(['s1']);
  });

  it('now and then, among faces that pass: it is still two of eight', () => {
    expect(facesOf(proofs('FOFFFFO'))).toHaveLength(1);
    expect(facesOf(proofs('FOFFFFFFFFO'))).toHaveLength(0);
  });

  it('once is no word against anybody, but more right answers are wanted until the trainee’s own face passes', () => {
    const answered = proofs('RRRRRR');
    expect(answered.held).toBe(0);
    const once = proofs('RRRRRROR');
    expect(facesOf(once)).toEqual([]);
    expect(once.alerts).toEqual([]);
    expect(once.held).toBeGreaterThan(8 * minute);
    expect(once.credited).toBe(answered.credited);
    expect(proofs('RRRRRROFFFF').held).toBe(0);
  });
});

describe('who turns to questions', () => {
  /** Eight checks that are asked and declined: a question comes instead, and is answered. */
  function declines(first: FaceRefusal | undefined) {
    const one = desk({ policy: standardPolicy });
    const page = one.open({ lessonMs: 86_400_000, face: true });
    page.play(8 * minute);
    page.face('first', first);
    for (let n = 0; n < 8; n += 1) {
      page.play(8 * minute);
      page.prompt(`f${n}`, 60_000, {}, 'face');
      page.play(3_000);
      page.prompt(`q${n}`, 90_000);
      page.play(3_000);
      page.answer(`q${n}`);
    }
    return { one, page, ...outcomeOf(one) };
  }

  it('is never asked why, and earns the same', () => {
    const said = declines(undefined);
    expect(said.alerts).toEqual([]);
    expect(said.held).toBe(0);
    expect(said.credited).toBeGreaterThan(70 * minute);
  });

  it('after another person’s face was seen is told to people, and goes on', () => {
    const said = declines(other());
    expect(facesOf(said)[0]).toMatchObject({ severity: 'medium', facts: { mismatches: 1, unshown: 2 } });
    expect(Object.keys(said.one.state().sessions)).toEqual(['s1']);
  });

  it('after no live face was seen is not: cameras fail', () => {
    expect(facesOf(declines(dead))).toEqual([]);
  });
});

describe('no live face', () => {
  it('four times of eight is told to people, each reason named; three are not', () => {
    expect(facesOf(proofs('DDD'))).toEqual([]);
    const said = proofs('DDDD');
    expect(facesOf(said)).toMatchObject([{ facts: { mismatches: 0, failures: 4, reasons: 'flat flashOther' } }]);
    expect(said.credited).toBe(0);
  });

  it('never releases, whatever it is called and whoever waits for it', () => {
    const one = desk({ policy: standardPolicy });
    const page = one.open({ face: true, lessonMs: 86_400_000 });
    for (let n = 0; n < 9; n += 1) {
      page.play(6 * minute);
      // Nobody asked for these.
      const at = one.clock.now;
      one.events.push({
        kind: 'proofGiven',
        at,
        session: 's1',
        proof: 'face',
        id: `x${n}`,
        outcome: 'passed',
        draw: 1,
      });
    }
    expect(outcomeOf(one).credited).toBe(0);
  });
});

describe('who passes', () => {
  it.each(['FFFFF', 'FFFFFF', 'FFWFFFFF', 'FFFFFWFF'])('%s comes to what as many answers come to', (marks) => {
    const faces = proofs(marks);
    const answers = proofs(marks.replaceAll('F', 'R'));
    expect(faces.credited).toBe(answers.credited);
    expect(faces.held).toBe(answers.held);
    expect(faces.credited).toBeGreaterThan(40 * minute);
    expect(faces.alerts).toEqual([]);
  });

  it('leaves no trace in what is remembered of the person', () => {
    expect(proofs('FFFFFFFF').one.state().rules.faceRefused).toBeUndefined();
  });
});

describe('what nobody could judge', () => {
  it('does not use up the questions of the hour: what comes in its place takes its place', () => {
    const one = desk({ policy: standardPolicy });
    const page = one.open({ face: true, lessonMs: 86_400_000 });
    page.play(8 * minute);
    for (const id of ['dark', 'darker', 'busy']) {
      page.prompt(id, 60_000, {}, 'face');
      page.play(10_000);
    }
    page.prompt('question', 90_000);
    page.play(5_000);
    page.answer('question');
    one.settle();
    expect(one.state().asking.askedAts).toHaveLength(1);
    expect(outcomeOf(one).alerts).toEqual([]);
    expect(one.state().held.every(({ marked }) => marked)).toBe(true);
  });

  it('at a lesson’s end what comes in its place may be left, too', () => {
    const one = desk({ policy: standardPolicy });
    const page = one.open({ face: true, lessonMs: 8 * minute });
    page.play(8 * minute - 1_000);
    page.play(1_000, { patch: { cause: 'ended', player: ['ended', 8 * minute, 100] } });
    page.prompt('dark', 60_000, {}, 'face');
    page.prompt('question', 90_000);
    one.settle();
    expect(one.state().asking.pending).toMatchObject({ id: 'question', free: true });
  });
});

describe('as a page opens', () => {
  const dueOf = (options: { readonly face?: true }, before: (one: ReturnType<typeof desk>) => void = () => {}) => {
    const one = desk({ policy: standardPolicy } satisfies DeskOptions);
    before(one);
    one.open({ session: 'opened', lessonMs: 86_400_000, ...options });
    one.settle();
    const { asking, played } = one.state();
    return (asking.duePlayed ?? Number.NaN) - played;
  };
  const passed = (one: ReturnType<typeof desk>) => {
    const page = one.open({ face: true, lessonMs: 86_400_000 });
    page.play(2_000);
    page.face('f1');
    page.close();
  };

  it('whoever can be asked for a face is asked soon', () => {
    expect(dueOf({ face: true })).toBeLessThanOrEqual(presence.maxReturnMs);
    expect(dueOf({ face: true })).toBeGreaterThanOrEqual(presence.minReturnMs);
  });

  it('who cannot, or does not want to, is asked as always', () => {
    expect(dueOf({})).toBeGreaterThanOrEqual(presence.minDoubtMs);
  });

  it('not again where a face passed within ten minutes; later, again', () => {
    expect(dueOf({ face: true }, passed)).toBeGreaterThan(presence.maxReturnMs);
    const later = dueOf({ face: true }, (one) => {
      passed(one);
      one.pass(11 * minute);
    });
    expect(later).toBeLessThanOrEqual(presence.maxReturnMs);
  });
});
