/**
 * Which frames of an enrolment become templates, and what to tell a person whose frames do not. Pure.
 *
 * Guarantees: all templates of one enrolment are of one person; each comes from a frame that passed every
 * gate; they are the ones most unlike each other, so that later checks find one alike; advice names what to
 * change, the most frequent trouble first.
 */
import { distance } from './engine.ts';
import type { Template } from './judge.ts';
import { type FaceSeen, type FrameSeen, hashDistance } from './observe.ts';

export const enrolAdvice = [
  'noFace',
  'severalFaces',
  'comeCloser',
  'moveBack',
  'holdStill',
  'moreLight',
  'lessLight',
  'lookStraight',
  'notOnePerson',
  'moveALittle',
] as const;
/** A code; its words are shown by whoever speaks to the person. */
export type EnrolAdvice = (typeof enrolAdvice)[number];

export interface EnrolPolicy {
  readonly templatesMin: number;
  readonly templatesMax: number;
  /** Stricter than a check's: every later check is measured by these frames. */
  readonly eyesMin: number;
  /** Share of the frame's width that the face may take. */
  readonly widthMax: number;
  readonly sharpnessMin: number;
  readonly lightMin: number;
  readonly lightMax: number;
  readonly scoreMin: number;
  /** Degrees. Small turns are welcome: they make templates differ. */
  readonly yawMax: number;
  readonly pitchMax: number;
  readonly rollMax: number;
  readonly onePersonDistance: number;
  /** Bits of 256: frames more alike than this are one frame. */
  readonly apartBits: number;
}

export const defaultEnrolPolicy: EnrolPolicy = {
  templatesMin: 3,
  templatesMax: 5,
  // The recogniser's input is a face of 150 px, about 50 px between the eyes.
  eyesMin: 50,
  widthMax: 0.85,
  sharpnessMin: 20,
  lightMin: 55,
  lightMax: 225,
  // A hand before the face or half of it out of the picture scores under this.
  scoreMin: 0.45,
  yawMax: 25,
  // Read 10 to 35 too far down from a phone held low.
  pitchMax: 40,
  rollMax: 20,
  // Narrower than dlib's 0.6 for two pictures years apart: these are seconds apart.
  onePersonDistance: 0.5,
  apartBits: 2,
};

export type Enrolment =
  | { readonly kind: 'enrolled'; readonly templates: readonly Template[]; readonly frames: readonly number[] }
  /** No advice: nothing was wrong, there were too few frames. */
  | { readonly kind: 'again'; readonly advice: readonly EnrolAdvice[] };

export function enrol(policy: EnrolPolicy, frames: readonly FrameSeen[]): Enrolment {
  const troubles: EnrolAdvice[] = [];
  const good: { readonly face: FaceSeen; readonly frame: number }[] = [];
  for (const [frame, seen] of frames.entries()) {
    const [face] = seen.faces;
    const trouble = troublesOf(policy, seen);
    troubles.push(...trouble);
    if (trouble.length === 0 && face !== undefined) good.push({ face, frame });
  }
  if (good.length < policy.templatesMin) return { kind: 'again', advice: byCount(troubles) };
  const pairs = good.flatMap(({ face: a }, i) =>
    good.slice(0, i).map(({ face: b }) => ({
      apart: distance(a.descriptor, b.descriptor),
      bits: hashDistance(a.hash, b.hash),
    })),
  );
  if (pairs.some(({ apart }) => apart > policy.onePersonDistance)) return { kind: 'again', advice: ['notOnePerson'] };
  // A live person before a camera never gives the same picture twice.
  if (pairs.every(({ bits }) => bits <= policy.apartBits)) return { kind: 'again', advice: ['moveALittle'] };
  const chosen = mostUnlike(good, policy.templatesMax);
  return {
    kind: 'enrolled',
    templates: chosen.map(({ face: { descriptor, hash } }) => ({ descriptor, hash })),
    frames: chosen.map(({ frame }) => frame),
  };
}

function troublesOf(policy: EnrolPolicy, { faces, width }: FrameSeen): readonly EnrolAdvice[] {
  const [face] = faces;
  if (face === undefined || face.score < policy.scoreMin) return ['noFace'];
  if (faces.length > 1) return ['severalFaces'];
  const { pose, light, sharpness, eyeDistancePx, box } = face;
  const advice: EnrolAdvice[] = [];
  if (eyeDistancePx < policy.eyesMin) advice.push('comeCloser');
  if (box.width > policy.widthMax * width) advice.push('moveBack');
  if (sharpness < policy.sharpnessMin) advice.push('holdStill');
  if (light < policy.lightMin) advice.push('moreLight');
  if (light > policy.lightMax) advice.push('lessLight');
  const straight =
    Math.abs(pose.yaw) <= policy.yawMax &&
    Math.abs(pose.pitch) <= policy.pitchMax &&
    Math.abs(pose.roll) <= policy.rollMax;
  if (!straight) advice.push('lookStraight');
  return advice;
}

function byCount(troubles: readonly EnrolAdvice[]): readonly EnrolAdvice[] {
  const counts = new Map<EnrolAdvice, number>();
  for (const trouble of troubles) counts.set(trouble, (counts.get(trouble) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1]).map(([trouble]) => trouble);
}

/** The sharpest first, then always the one furthest from those taken. */
function mostUnlike<T extends { readonly face: FaceSeen }>(from: readonly T[], most: number): readonly T[] {
  const left = from.toSorted((a, b) => b.face.sharpness - a.face.sharpness);
  const taken = left.splice(0, 1);
  while (taken.length < most && left.length > 0) {
    const nearest = left.map(({ face }) =>
      Math.min(...taken.map((one) => distance(one.face.descriptor, face.descriptor))),
    );
    const next = nearest.indexOf(Math.max(...nearest));
    taken.push(...left.splice(next, 1));
  }
  return taken;
}
