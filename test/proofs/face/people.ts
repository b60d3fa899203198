/** Made-up heads whose pose, mouth and light are known exactly, as an engine would have seen them. */
import { type Challenge, defaultChallengePolicy, drawChallenge } from '../../../server/proofs/face/challenge.ts';
import type { Point } from '../../../server/proofs/face/engine.ts';
import type { TakenFrame, Template } from '../../../server/proofs/face/judge.ts';
import { eyeDistance, eyesOpen, mouthOpen, poseOf } from '../../../server/proofs/face/landmarks.ts';
import type { Colour, FaceSeen, FrameSeen } from '../../../server/proofs/face/observe.ts';
import { randomOf } from '../../../server/proofs/question/render/look.ts';

export interface Look {
  readonly yaw?: number;
  readonly pitch?: number;
  readonly roll?: number;
  readonly mouth?: number;
  readonly eyes?: number;
  /** A picture of a head: nothing of it stands out. */
  readonly flat?: boolean;
  readonly skin?: Colour;
  readonly light?: number;
  readonly sharpness?: number;
  readonly size?: number;
  readonly descriptor?: readonly number[];
  readonly hash?: string;
}

/** Centimetres: x to the right of the picture, y down, z to the camera. */
function head(mouth: number, eyes: number): readonly (readonly [number, number, number])[] {
  const points: (readonly [number, number, number])[] = [];
  for (let i = 0; i < 17; i++) {
    const a = (Math.PI * i) / 16;
    points.push([-7 * Math.cos(a), 8 * Math.sin(a) - 3, 1]);
  }
  for (let i = 0; i < 10; i++) points.push([-6.5 + (13 * i) / 9, -7.1, 6.9 - 0.06 * (i - 4.5) ** 2]);
  for (let i = 0; i < 4; i++) points.push([0, -5.3 + (2.9 * i) / 3, 6.3 + 0.7 * i]);
  for (let i = 0; i < 5; i++)
    points.push([-2.005628 + 1.002814 * i, -1.409845, 6.165652 + 0.4 * (2 - Math.abs(i - 2))]);
  for (const [from, z1, to, z2] of [
    [-5.311432, 3.987654, -1.78993, 4.413414],
    [1.78993, 4.413414, 5.311432, 3.987654],
  ] as const) {
    const at = (t: number, dy: number): readonly [number, number, number] => [
      from + (to - from) * t,
      -5.44 + dy,
      z1 + (z2 - z1) * t,
    ];
    const lid = (eyes * 3.52) / 2;
    points.push(at(0, -0.0453), at(0.33, -lid), at(0.67, -lid), at(1, 0.0464), at(0.67, lid), at(0.33, lid));
  }
  for (let i = 0; i < 12; i++) {
    const a = Math.PI + (Math.PI * i) / 6;
    points.push([2.774015 * Math.cos(a), 2.080775 + 1.2 * Math.sin(a), 5.048531]);
  }
  const gap = (mouth * 4) / 2;
  points.push([-2, 2.08, 5.2], [-0.8, 2.08 - gap, 5.6], [0, 2.08 - gap, 5.7], [0.8, 2.08 - gap, 5.6]);
  points.push([2, 2.08, 5.2], [0.8, 2.08 + gap, 5.6], [0, 2.08 + gap, 5.7], [-0.8, 2.08 + gap, 5.6]);
  return points;
}

export function landmarksOf({
  yaw = 0,
  pitch = 0,
  roll = 0,
  mouth = 0,
  eyes = 0.3,
  flat = false,
  size = 8,
}: Look): readonly Point[] {
  const [y, p, r] = [yaw, pitch, roll].map((degrees) => (degrees * Math.PI) / 180) as [number, number, number];
  return head(mouth, eyes).map(([x0, y0, z0]) => {
    const z1 = flat ? 0 : z0;
    const [px, py, pz] = [x0, y0 * Math.cos(p) + z1 * Math.sin(p), z1 * Math.cos(p) - y0 * Math.sin(p)];
    const x2 = px * Math.cos(y) + pz * Math.sin(y);
    return {
      x: 240 + size * (x2 * Math.cos(r) - py * Math.sin(r)),
      y: 300 + size * (x2 * Math.sin(r) + py * Math.cos(r)),
    };
  });
}

/** A descriptor at exactly `apart` from the person's own. */
export function descriptorOf(person: number, apart = 0, seed = 1): readonly number[] {
  const base = Array.from({ length: 128 }, (_, i) => (i === person ? 0.8 : 0));
  const random = randomOf(seed * 7919 + 17);
  const off = base.map((_, i) => (i < 64 ? 0 : random() - 0.5));
  const length = Math.hypot(...off);
  return base.map((value, i) => value + ((off[i] ?? 0) / length) * apart);
}

/** A picture made of two faces: `share` of the other one. */
export function mixedOf(person: number, other: number, share: number, seed = 1): readonly number[] {
  const [a, b] = [descriptorOf(person), descriptorOf(other, 0.1, seed)];
  return a.map((value, i) => (1 - share) * value + share * (b[i] ?? 0));
}

export function hashOf(seed: number): string {
  const random = randomOf(seed + 3);
  return Array.from({ length: 64 }, () => Math.floor(random() * 16).toString(16)).join('');
}

export function faceOf(look: Look = {}): FaceSeen {
  const landmarks = landmarksOf(look);
  return {
    box: { x: 160, y: 200, width: 160, height: 200 },
    score: 0.9,
    landmarks,
    descriptor: look.descriptor ?? descriptorOf(0),
    pose: poseOf(landmarks),
    eyesOpen: eyesOpen(landmarks),
    mouthOpen: mouthOpen(landmarks),
    eyeDistancePx: eyeDistance(landmarks),
    skin: look.skin ?? { red: 0.3, green: 0.2, blue: 0.15 },
    light: look.light ?? 130,
    sharpness: look.sharpness ?? 100,
    hash: look.hash ?? hashOf(1),
  };
}

export function frameWith(...faces: readonly FaceSeen[]): FrameSeen {
  return { width: 480, height: 640, faces };
}

export function challengeOf(seed: number): Challenge {
  return drawChallenge(defaultChallengePolicy, randomOf(seed));
}

const GLOW = { red: [1, 0, 0], green: [0, 1, 0], blue: [0, 0, 1], white: [1, 1, 1], black: [0, 0, 0] } as const;

/** What an honest person shows: all that is asked, in the light of the page. `change` spoils it. */
export function performed(
  challenge: Challenge,
  change: (look: Look, index: number) => Look = (look) => look,
): readonly TakenFrame[] {
  return challenge.shots.map(({ atMs, colour }, i) => {
    const action = challenge.steps.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)?.action;
    const [red, green, blue] = GLOW[colour];
    const look: Look = {
      yaw: action === 'turnLeft' ? 20 : action === 'turnRight' ? -20 : 0,
      pitch: action === 'nod' ? 15 : 0,
      mouth: action === 'openMouth' ? 0.5 : 0,
      eyes: action === 'blink' ? 0.1 : 0.3,
      skin: { red: 0.3 + 0.06 * red, green: 0.2 + 0.04 * green, blue: 0.15 + 0.03 * blue },
      descriptor: descriptorOf(0, 0.3, i + 2),
      hash: hashOf(100 + i),
    };
    return { atMs, ...frameWith(faceOf(change(look, i))) };
  });
}

export const enrolled: readonly Template[] = [
  { descriptor: descriptorOf(0), hash: hashOf(50) },
  { descriptor: descriptorOf(0, 0.1, 91), hash: hashOf(51) },
];
