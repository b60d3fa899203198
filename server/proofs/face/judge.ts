/**
 * Was the person there? From what the frames of a check show to one outcome with its reasons. Pure.
 *
 * Guarantees: every outcome but `pass` has a reason; poor pictures, a missing face or a missing flash never
 * accuse, they are `unsure` and asked again; `mismatch` needs clear frames of one live face that is another
 * person's. A frame's time is the browser's word, so it only ever counts against it; what the server
 * measured itself is `tookMs`.
 */
import type { Challenge } from './challenge.ts';
import { distance } from './engine.ts';
import { flashFollowed } from './flash.ts';
import { depthBetween } from './landmarks.ts';
import { median } from './linear.ts';
import { movements } from './movement.ts';
import { type FaceSeen, type FrameSeen, hashDistance } from './observe.ts';
import type { FacePolicy } from './policy.ts';

export type FaceOutcome = 'pass' | 'unsure' | 'mismatch' | 'failed';

export type FaceReason =
  // The pictures, or the way they came, are not good enough to say anything: asked again.
  | { readonly code: 'noTemplates' }
  | { readonly code: 'tooLate'; readonly tookMs: number }
  | { readonly code: 'tooFewFrames'; readonly frames: number }
  | { readonly code: 'noFace'; readonly frames: number }
  | { readonly code: 'severalFaces'; readonly frames: number }
  | { readonly code: 'poorPicture'; readonly what: 'dark' | 'glare' | 'blurred' | 'small' }
  | { readonly code: 'poseUnclear'; readonly steps: readonly number[] }
  | { readonly code: 'flashUnclear'; readonly correlation: number }
  | { readonly code: 'distanceUnclear'; readonly distance: number | null }
  // Not a live face doing what was asked, now.
  | { readonly code: 'timesDisagree' }
  | { readonly code: 'poseNotFollowed'; readonly steps: readonly number[] }
  | { readonly code: 'flat'; readonly depth: number }
  | { readonly code: 'framesRepeat'; readonly frames: readonly [number, number] }
  | { readonly code: 'flashOther'; readonly correlation: number }
  | { readonly code: 'notOnePerson'; readonly distance: number }
  | { readonly code: 'nearEnrolment'; readonly distance: number }
  | { readonly code: 'nearEarlier'; readonly id: string; readonly distance: number }
  // A live face, and another person's.
  | { readonly code: 'otherPerson'; readonly distance: number };

export interface Template {
  readonly descriptor: readonly number[];
  /** Of the enrolment picture it was made of. */
  readonly hash: string;
}

/** A frame of an earlier check, of anybody, that is near this one by hash or descriptor. */
export interface EarlierProbe extends Template {
  readonly id: string;
}

export interface TakenFrame extends FrameSeen {
  /** Since the page began the challenge, as the browser says. */
  readonly atMs: number;
}

export interface Check {
  readonly challenge: Challenge;
  readonly frames: readonly TakenFrame[];
  /** By the server's clock, from sending the challenge to having all frames. */
  readonly tookMs: number;
  readonly templates: readonly Template[];
  readonly earlier: readonly EarlierProbe[];
}

export interface Judgement {
  readonly outcome: FaceOutcome;
  readonly reasons: readonly FaceReason[];
  /** Median over the comparable frames. null: none could be compared. */
  readonly distance: number | null;
}

export function judge(policy: FacePolicy, check: Check): Judgement {
  const faces = check.frames.flatMap((frame) => (frame.faces[0] === undefined ? [] : [frame.faces[0]]));
  const poor = [...manner(policy, check), ...picture(policy, check.frames, faces)];
  const compared = faces.filter((face) => isFront(policy, face));
  const middle =
    compared.length >= policy.comparedMin && check.templates.length > 0
      ? median(compared.map(({ descriptor }) => toTemplates(descriptor, check.templates)))
      : null;
  const reasons = [
    ...poor,
    ...live(policy, check, poor.length > 0),
    ...known(policy, check, faces),
    ...(poor.length > 0 ? [] : onePerson(policy, faces)),
    ...who(policy, middle, poor.length > 0),
  ];
  return { outcome: outcomeOf(reasons), reasons, distance: middle };
}

/** To the nearest template: they were taken in several poses and lights, so that one of them is alike. */
export function toTemplates(descriptor: readonly number[], templates: readonly Template[]): number {
  return Math.min(...templates.map((template) => distance(descriptor, template.descriptor)));
}

function manner(policy: FacePolicy, { challenge, frames, tookMs, templates }: Check): readonly FaceReason[] {
  const reasons: FaceReason[] = [];
  if (templates.length === 0) reasons.push({ code: 'noTemplates' });
  if (tookMs > challenge.deadlineMs) reasons.push({ code: 'tooLate', tookMs });
  if (frames.length < challenge.shots.length) reasons.push({ code: 'tooFewFrames', frames: frames.length });
  const rising = frames.every(({ atMs }, i) => atMs > (frames[i - 1]?.atMs ?? -1));
  const asAsked = frames.every(({ atMs }) =>
    challenge.shots.some((shot) => Math.abs(shot.atMs - atMs) <= policy.shotSlackMs),
  );
  // Frames of a stretch of time longer than the server itself saw go by were not taken for this check.
  const last = frames.at(-1)?.atMs ?? 0;
  if (!rising || frames.length > challenge.shots.length || last > tookMs) reasons.push({ code: 'timesDisagree' });
  else if (!asAsked) reasons.push({ code: 'tooFewFrames', frames: frames.length });
  return reasons;
}

function picture(policy: FacePolicy, frames: readonly FrameSeen[], faces: readonly FaceSeen[]): readonly FaceReason[] {
  const reasons: FaceReason[] = [];
  const without = frames.length - faces.length;
  if (without > policy.noFaceShare * frames.length) reasons.push({ code: 'noFace', frames: without });
  const several = frames.filter((frame) => frame.faces.length > 1).length;
  if (several > policy.severalShare * frames.length) reasons.push({ code: 'severalFaces', frames: several });
  if (faces.length === 0) return reasons;
  const light = median(faces.map((face) => face.light));
  if (light < policy.darkLight) reasons.push({ code: 'poorPicture', what: 'dark' });
  if (light > policy.glareLight) reasons.push({ code: 'poorPicture', what: 'glare' });
  const sharpness = median(faces.map((face) => face.sharpness));
  if (sharpness < policy.blurSharpness) reasons.push({ code: 'poorPicture', what: 'blurred' });
  const eyes = median(faces.map((face) => face.eyeDistancePx));
  if (eyes < policy.eyesMin) reasons.push({ code: 'poorPicture', what: 'small' });
  return reasons;
}

/**
 * Is it a live face that does what was asked, in its time, in the light of this page? Of poor pictures
 * nothing graver is said than that it could not be seen.
 */
function live(policy: FacePolicy, check: Check, poor: boolean): readonly FaceReason[] {
  const reasons: FaceReason[] = [];
  const { missed, turns, front } = movements(policy, check.challenge, check.frames);
  const flash = flashFollowed(policy, check.challenge, check.frames);
  const { correlation } = flash;
  // One of three missed is a person who turned too little or too late; more is somebody who did not hear of it. In light
  // that drowns the page's own, landmarks err as well: then only who did nothing at all was seen not to.
  const actions = check.challenge.steps.length - 1;
  const clear = !poor && (flash.seen !== 'unclear' || missed.length === actions);
  if (missed.length > actions / 2 && clear) reasons.push({ code: 'poseNotFollowed', steps: missed });
  else if (missed.length > 0) reasons.push({ code: 'poseUnclear', steps: missed });
  const depths = turns.flatMap((turned) => front.map((face) => depthBetween(face.landmarks, turned.landmarks)));
  if (depths.length > 0) {
    const depth = median(depths);
    if (depth <= policy.flatDepth && !poor) reasons.push({ code: 'flat', depth });
  }
  if (flash.seen === 'other' && !poor) reasons.push({ code: 'flashOther', correlation });
  else if (flash.seen !== 'followed') reasons.push({ code: 'flashUnclear', correlation });
  return reasons;
}

/** Have these pictures been seen: in this check, at the enrolment, or in any check before? */
function known(policy: FacePolicy, check: Check, faces: readonly FaceSeen[]): readonly FaceReason[] {
  const reasons: FaceReason[] = [];
  let repeat: readonly [number, number] | null = null;
  for (const [i, a] of faces.entries()) {
    for (const [k, b] of faces.slice(0, i).entries()) {
      const apart = distance(a.descriptor, b.descriptor);
      if (apart <= policy.repeatDistance && hashDistance(a.hash, b.hash) <= policy.repeatHashBits) repeat ??= [k, i];
    }
  }
  if (repeat !== null) reasons.push({ code: 'framesRepeat', frames: repeat });
  const same = (a: Template, b: Template): number | null => {
    const apart = distance(a.descriptor, b.descriptor);
    return apart <= policy.sameDistance && hashDistance(a.hash, b.hash) <= policy.sameHashBits ? apart : null;
  };
  const enrolled = faces.flatMap((face) => check.templates.map((template) => same(face, template))).find(isNumber);
  if (enrolled !== undefined) reasons.push({ code: 'nearEnrolment', distance: enrolled });
  for (const probe of check.earlier) {
    const apart = faces.map((face) => same(face, probe)).find(isNumber);
    if (apart === undefined) continue;
    reasons.push({ code: 'nearEarlier', id: probe.id, distance: apart });
    break;
  }
  return reasons;
}

/** One frame may lie apart for a blink or a blur; when somebody else takes the seat it is several. */
function onePerson(policy: FacePolicy, faces: readonly FaceSeen[]): readonly FaceReason[] {
  const front = faces.filter((face) => isFront(policy, face));
  const apart = front
    .map((a) => median(front.filter((b) => b !== a).map((b) => distance(a.descriptor, b.descriptor))))
    .filter((middle) => middle > policy.onePersonDistance);
  return apart.length < 2 ? [] : [{ code: 'notOnePerson', distance: Math.max(...apart) }];
}

function isFront({ comparedYaw, comparedPitch }: FacePolicy, { pose }: FaceSeen): boolean {
  return Math.abs(pose.yaw) <= comparedYaw && Math.abs(pose.pitch) <= comparedPitch;
}

function isNumber(value: number | null): value is number {
  return value !== null;
}

function who(policy: FacePolicy, middle: number | null, poor: boolean): readonly FaceReason[] {
  if (middle === null) return [{ code: 'distanceUnclear', distance: null }];
  if (middle <= policy.passDistance) return [];
  // Dark, blurred or small pictures push distances up: they are no word against anybody.
  if (middle < policy.mismatchDistance || poor) return [{ code: 'distanceUnclear', distance: middle }];
  return [{ code: 'otherPerson', distance: middle }];
}

/** The gravest of the reasons decides; a picture that was not live says nothing about who is there. */
function outcomeOf(reasons: readonly FaceReason[]): FaceOutcome {
  const each = reasons.map(outcomeOfReason);
  const gravest = (['failed', 'mismatch', 'unsure'] as const).find((outcome) => each.includes(outcome));
  return gravest ?? 'pass';
}

export function outcomeOfReason({ code }: FaceReason): Exclude<FaceOutcome, 'pass'> {
  switch (code) {
    case 'noTemplates':
    case 'tooLate':
    case 'tooFewFrames':
    case 'noFace':
    case 'severalFaces':
    case 'poorPicture':
    case 'poseUnclear':
    case 'flashUnclear':
    case 'distanceUnclear':
      return 'unsure';
    case 'timesDisagree':
    case 'poseNotFollowed':
    case 'flat':
    case 'framesRepeat':
    case 'flashOther':
    case 'notOnePerson':
    case 'nearEnrolment':
    case 'nearEarlier':
      return 'failed';
    case 'otherPerson':
      return 'mismatch';
    default:
      return code satisfies never;
  }
}
