/** Judging a face check: who passes, what each way of not being there looks like, and that poor pictures accuse nobody. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultChallengePolicy, drawChallenge, isTurn } from '../../../server/proofs/face/challenge.ts';
import { type Check, type FaceReason, judge } from '../../../server/proofs/face/judge.ts';
import { depthBetween, poseOf } from '../../../server/proofs/face/landmarks.ts';
import { defaultFacePolicy as policy } from '../../../server/proofs/face/policy.ts';
import { randomOf } from '../../../server/proofs/question/render/look.ts';
import {
  challengeOf,
  descriptorOf,
  enrolled,
  faceOf,
  frameWith,
  hashOf,
  type Look,
  landmarksOf,
  performed,
} from './people.ts';

function checkOf(seed: number, change?: (look: Look, index: number) => Look): Check {
  const challenge = challengeOf(seed);
  const frames = performed(challenge, change);
  return { challenge, frames, tookMs: challenge.lengthMs + 900, templates: enrolled, earlier: [] };
}
const codes = (reasons: readonly FaceReason[]): readonly string[] => reasons.map(({ code }) => code);
const judged = (seed: number, change?: (look: Look, index: number) => Look) => judge(policy, checkOf(seed, change));

describe('the challenge', () => {
  it('begins straight ahead, asks for a turn, asks nothing twice, and never flashes three times a second', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { steps, shots, lengthMs } = drawChallenge(defaultChallengePolicy, randomOf(seed));
        const asked = steps.map(({ action }) => action);
        expect(asked[0]).toBe('front');
        expect(asked.some(isTurn)).toBe(true);
        expect(new Set(asked).size).toBe(4);
        expect(shots).toHaveLength(8);
        for (const [i, shot] of shots.entries()) {
          const before = shots[i - 1];
          if (before === undefined) continue;
          expect(shot.colour).not.toBe(before.colour);
          expect(shot.colourFromMs - before.colourFromMs).toBeGreaterThanOrEqual(400);
          expect(shot.colourFromMs).toBeGreaterThan(before.atMs);
        }
        expect(shots.every(({ atMs }) => atMs < lengthMs)).toBe(true);
      }),
    );
  });

  it('is refused without a turn', () => {
    expect(() => drawChallenge({ actions: ['nod'], count: 1 }, Math.random)).toThrow(/turn/);
  });
});

describe('the pose', () => {
  it('is read from a head within a degree, whichever way it points and however large it is', () => {
    const angle = fc.integer({ min: -30, max: 30 });
    fc.assert(
      fc.property(
        angle,
        angle,
        fc.integer({ min: -20, max: 20 }),
        fc.integer({ min: 4, max: 20 }),
        (yaw, pitch, roll, size) => {
          const pose = poseOf(landmarksOf({ yaw, pitch, roll, size }));
          expect(Math.abs(pose.yaw - yaw)).toBeLessThan(1);
          expect(Math.abs(pose.pitch - pitch)).toBeLessThan(1);
        },
      ),
    );
  });

  it('of a flat picture leaves no depth, of a head it does', () => {
    const depth = (flat: boolean) => depthBetween(landmarksOf({ flat }), landmarksOf({ flat, yaw: 22 }));
    expect(depth(true)).toBeLessThan(0.001);
    expect(depth(false)).toBeGreaterThan(policy.flatDepth);
  });
});

describe('a face check', () => {
  it('passes the enrolled person who does what is asked, whatever is asked', () => {
    fc.assert(
      fc.property(fc.nat(5000), (seed) => {
        expect(judged(seed)).toMatchObject({ outcome: 'pass', reasons: [] });
      }),
      { numRuns: 60 },
    );
  });

  it.each<[string, string, (look: Look, index: number) => Look]>([
    ['another person', 'otherPerson', (look, i) => ({ ...look, descriptor: descriptorOf(3, 0.3, i) })],
    [
      'one picture, again and again',
      'framesRepeat',
      (look) => ({ ...look, descriptor: descriptorOf(0, 0.2), hash: hashOf(9) }),
    ],
    ['somebody who does not move', 'poseNotFollowed', (look) => ({ ...look, yaw: 0, pitch: 0, mouth: 0 })],
    ['a page of other colours', 'flashOther', (look) => ({ ...look, skin: opposite(look.skin) })],
    [
      'a second person from the middle on',
      'notOnePerson',
      (look, i) => (i < 4 ? look : { ...look, descriptor: descriptorOf(3, 0.3, i) }),
    ],
    [
      'the enrolment picture with some noise',
      'nearEnrolment',
      (look) => ({ ...look, descriptor: descriptorOf(0, 0.03), hash: hashOf(50) }),
    ],
  ])('does not pass for %s', (_name, code, change) => {
    const { outcome, reasons } = judged(11, change);
    expect(codes(reasons)).toContain(code);
    expect(outcome).toBe(code === 'otherPerson' ? 'mismatch' : 'failed');
  });

  it.each<[string, FaceReason['code'], (look: Look) => Look]>([
    ['a band in which it cannot be told', 'distanceUnclear', (look) => ({ ...look, descriptor: [] })],
    ['sunlight', 'flashUnclear', (look) => ({ ...look, skin: { red: 0.3, green: 0.2, blue: 0.15 } })],
    [
      'sunlight that also hides the half of what is done',
      'poseUnclear',
      (look) => ({ ...look, skin: { red: 0.3, green: 0.2, blue: 0.15 }, pitch: 0, mouth: 0 }),
    ],
    ['the dark', 'poorPicture', (look) => ({ ...look, light: 12 })],
    ['a hand that shakes', 'poorPicture', (look) => ({ ...look, sharpness: 2 })],
    ['a phone across the room', 'poorPicture', (look) => ({ ...look, size: 2 })],
  ])('is unsure in %s', (_name, code, change) => {
    const spread = (look: Look, i: number): Look => ({ ...change(look), hash: hashOf(300 + i) });
    const { outcome, reasons } = judged(12, (look, i) => {
      const changed = spread(look, i);
      return changed.descriptor === look.descriptor ? changed : { ...changed, descriptor: halfway(i) };
    });
    expect(codes(reasons)).toContain(code);
    expect(outcome).toBe('unsure');
  });

  it('sees that a turned picture is flat', () => {
    const challenge = challengeOf(11);
    // The pose is claimed here as a head's; what betrays the picture is that nothing stands out of it.
    const frames = performed(challenge).map((frame) => {
      const [face] = frame.faces;
      const flat = landmarksOf({ flat: true, yaw: (face?.pose.yaw ?? 0) * 1.5 });
      return { ...frame, faces: face === undefined ? [] : [{ ...face, landmarks: flat }] };
    });
    const { outcome, reasons } = judge(policy, { ...checkOf(11), frames });
    expect(codes(reasons)).toContain('flat');
    expect(outcome).toBe('failed');
  });

  it('is unsure with nobody or several before the camera, and never a mismatch', () => {
    const check = checkOf(13);
    const none = check.frames.map((frame) => ({ ...frame, faces: [] }));
    const two = check.frames.map((frame) => ({
      ...frame,
      ...frameWith(...frame.faces, faceOf({ descriptor: descriptorOf(5) })),
    }));
    expect(judge(policy, { ...check, frames: none }).outcome).toBe('unsure');
    const several = judge(policy, { ...check, frames: two });
    expect([several.outcome, codes(several.reasons)]).toEqual(['unsure', ['severalFaces']]);
  });

  it('takes a passer-by in one frame for what it is', () => {
    const check = checkOf(13);
    const frames = check.frames.map((frame, i) => (i === 3 ? { ...frame, faces: [...frame.faces, faceOf()] } : frame));
    expect(judge(policy, { ...check, frames }).outcome).toBe('pass');
  });

  it('names the earlier check whose picture comes again, whoever’s it was', () => {
    const check = checkOf(14);
    const old = check.frames[2]?.faces[0];
    const earlier = [
      { id: 'other', descriptor: descriptorOf(9), hash: hashOf(4) },
      { id: 'before', descriptor: old?.descriptor ?? [], hash: old?.hash ?? '' },
    ];
    const { outcome, reasons } = judge(policy, { ...check, earlier });
    expect(outcome).toBe('failed');
    expect(reasons).toContainEqual({ code: 'nearEarlier', id: 'before', distance: 0 });
  });

  it.each<[string, string, Partial<Check> | ((check: Check) => Partial<Check>)]>([
    ['frames out of order', 'timesDisagree', (check) => ({ frames: check.frames.toReversed() })],
    [
      'more frames than were asked for',
      'timesDisagree',
      (check) => ({ frames: [...check.frames, ...check.frames.map((f) => ({ ...f, atMs: f.atMs + 99_999 }))] }),
    ],
    ['frames said to be of later than the server had them', 'timesDisagree', { tookMs: 900 }],
    ['frames after the deadline', 'tooLate', { tookMs: 10 ** 6 }],
    ['frames left out', 'tooFewFrames', (check) => ({ frames: check.frames.slice(0, 5) })],
    ['nobody enrolled', 'noTemplates', { templates: [] }],
  ])('does not pass %s', (_name, code, change) => {
    const check = checkOf(15);
    const { outcome, reasons } = judge(policy, {
      ...check,
      ...(typeof change === 'function' ? change(check) : change),
    });
    expect(codes(reasons)).toContain(code);
    expect(outcome).toBe(code === 'timesDisagree' ? 'failed' : 'unsure');
  });

  it('never accuses by poor pictures, whatever else they show, and always gives a reason', () => {
    const change = fc.record({
      light: fc.constantFrom(5, 20, 250),
      person: fc.nat(60),
      apart: fc.double({ min: 0, max: 1, noNaN: true }),
      yaw: fc.integer({ min: -40, max: 40 }),
    });
    fc.assert(
      fc.property(fc.nat(5000), change, (seed, { light, person, apart, yaw }) => {
        const { outcome, reasons } = judged(seed, (look, i) => ({
          ...look,
          light,
          yaw,
          descriptor: descriptorOf(person, apart + 0.06, i),
        }));
        expect(outcome).toBe('unsure');
        expect(reasons.length).toBeGreaterThan(0);
      }),
      { numRuns: 60 },
    );
  });

  it('never passes anybody beyond the pass distance', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.double({ min: policy.passDistance + 0.01, max: 2, noNaN: true }), (seed, apart) => {
        const { outcome } = judge(policy, {
          ...checkOf(seed, (look, i) => ({ ...look, descriptor: descriptorOf(0, apart, i) })),
          templates: enrolled.slice(0, 1),
        });
        expect(outcome).not.toBe('pass');
      }),
      { numRuns: 60 },
    );
  });
});

/** The light of a page that shows other colours: what was added to red is added to blue, and so on. */
function opposite(skin: Look['skin']): NonNullable<Look['skin']> {
  const { red, green, blue } = skin ?? { red: 0, green: 0, blue: 0 };
  const [r, g, b] = [(red - 0.3) / 0.06, (green - 0.2) / 0.04, (blue - 0.15) / 0.03];
  return { red: 0.3 + 0.06 * ((g + b) / 2), green: 0.2 + 0.04 * ((r + b) / 2), blue: 0.15 + 0.03 * ((r + g) / 2) };
}

/** As far from the person as from a stranger, and all frames alike: about 0.54. */
function halfway(seed: number): readonly number[] {
  const [plain, jittered] = [descriptorOf(0), descriptorOf(0, 0.2, seed)];
  return descriptorOf(0, 0.5, 77).map((value, i) => value + (jittered[i] ?? 0) - (plain[i] ?? 0));
}
