/**
 * How somebody answers a face check: an honest person, and each known way to answer without being there.
 * Frames are made, not filmed; see simulate.ts for what that leaves out.
 */
import { type Challenge, defaultChallengePolicy, drawChallenge } from '../../server/proofs/face/challenge.ts';
import { decode } from '../../server/proofs/face/decode.ts';
import { frameOf, jpeg, type Person, restingScene, type Scene, sideBySide } from './simulate.ts';

export interface Shot {
  readonly bytes: Buffer;
  readonly atMs: number;
}

export const manners = [
  'honest',
  'honest, dim room',
  'honest, sunlight (no flash to see)',
  'another person',
  'printed picture, swung about',
  'still warped flat to "turn", no flash',
  'still animated with depth, no flash',
  'still animated with depth and flash',
  'replayed video of an earlier check',
  'one frame repeated',
  'enrolment photo with noise',
  'two people',
  'nobody',
  'dark',
] as const;
export type Manner = (typeof manners)[number];

export interface World {
  readonly person: Person;
  readonly other: Person;
  /** A picture of the enrolment, which an attacker got hold of. */
  readonly enrolled: Buffer;
  readonly random: () => number;
}

interface Day {
  readonly gain: number;
  readonly warm: number;
  readonly noise: number;
  readonly flashGain: number;
  readonly quality: number;
  readonly zoom: number;
}

/** Light, camera and distance of one sitting. */
export function dayOf(random: () => number): Day {
  const between = (from: number, to: number): number => from + random() * (to - from);
  return {
    gain: between(0.6, 1.3),
    warm: between(-0.12, 0.18),
    noise: between(1, 4),
    // A page at full white adds 45 to 75 lx to a face at arm's length; rooms have 100 to 500 lx.
    flashGain: between(0.12, 0.35),
    quality: Math.round(between(60, 82)),
    zoom: between(0.9, 1.15),
  };
}

export function enrolment(person: Person, random: () => number): readonly Buffer[] {
  const day = dayOf(random);
  const poses = [0, 0, 0, -10, -10, 10, 10].map((yaw) => ({ yaw: yaw + jitter(random, 3), pitch: jitter(random, 5) }));
  return poses.map((pose) =>
    frameOf(person, moved({ ...restingScene, ...day, ...pose, flashGain: 0 }, random), random),
  );
}

export async function perform(manner: Manner, world: World, challenge: Challenge): Promise<readonly Shot[]> {
  const { person, other, enrolled, random } = world;
  const day = dayOf(random);
  const scenes = scenesOf(challenge, day, random);
  const shots = (who: Person, change: Partial<Scene> = {}): readonly Buffer[] =>
    scenes.map((scene) => frameOf(who, { ...scene, ...change }, random));
  const timed = (frames: readonly Buffer[]): readonly Shot[] =>
    frames.map((bytes, i) => ({ bytes, atMs: (challenge.shots[i]?.atMs ?? 0) + Math.floor(random() * 60) }));

  switch (manner) {
    case 'honest':
      return timed(shots(person));
    case 'honest, dim room':
      return timed(shots(person, { gain: 0.35, noise: 5, flashGain: 0.6 }));
    case 'honest, sunlight (no flash to see)':
      return timed(shots(person, { flashGain: 0.004 }));
    case 'another person':
      return timed(shots(other));
    case 'printed picture, swung about':
      return timed(scenes.map((scene) => frameOf(person, swung(scene), random)));
    case 'still warped flat to "turn", no flash':
      return timed(scenes.map((scene) => frameOf(person, { ...swung(scene), flashGain: 0 }, random)));
    case 'still animated with depth, no flash':
      return timed(shots(person, { flashGain: 0 }));
    case 'still animated with depth and flash':
      return timed(shots(person));
    case 'replayed video of an earlier check': {
      const before = scenesOf(drawChallenge(defaultChallengePolicy, random), day, random);
      return timed(before.map((scene) => frameOf(person, scene, random)));
    }
    case 'one frame repeated': {
      const [first] = shots(person);
      return timed(scenes.map(() => first ?? enrolled));
    }
    case 'enrolment photo with noise':
      return timed(await Promise.all(scenes.map((scene) => noisy(enrolled, scene.quality, random))));
    case 'two people': {
      const [mine, theirs] = [shots(person), shots(other)];
      return timed(
        await Promise.all(mine.map((frame, i) => sideBySide(frame, theirs[i] ?? frame, scenes[i]?.quality ?? 70))),
      );
    }
    case 'nobody':
      return timed(shots(person, { shift: { x: 0, y: 900 } }));
    case 'dark':
      return timed(shots(person, { gain: 0.01, noise: 3, flashGain: 0.1 }));
    default:
      return manner satisfies never;
  }
}

/** What an honest person shows at each shot. */
function scenesOf(challenge: Challenge, day: Day, random: () => number): readonly Scene[] {
  return challenge.shots.map(({ atMs, colour }) => {
    const action = challenge.steps.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)?.action ?? 'front';
    const scene: Scene = { ...restingScene, ...day, flash: colour, yaw: jitter(random, 3), pitch: jitter(random, 3) };
    const far = 19 + 7 * random();
    switch (action) {
      case 'turnLeft':
        return moved({ ...scene, yaw: far }, random);
      case 'turnRight':
        return moved({ ...scene, yaw: -far }, random);
      case 'nod':
        return moved({ ...scene, pitch: 18 + 6 * random() }, random);
      case 'openMouth':
        return moved({ ...scene, mouth: 0.5 + 0.2 * random() }, random);
      case 'blink':
      case 'front':
        return moved(scene, random);
      default:
        return action satisfies never;
    }
  });
}

/** A flat picture is turned further than a head would be, to look as turned; it cannot open its mouth. */
function swung(scene: Scene): Scene {
  return { ...scene, flat: true, yaw: -1.8 * scene.yaw, pitch: -1.5 * scene.pitch, mouth: 0 };
}

function moved(scene: Scene, random: () => number): Scene {
  return {
    ...scene,
    shift: { x: jitter(random, 8), y: jitter(random, 8) },
    zoom: scene.zoom * (1 + jitter(random, 0.02)),
  };
}

/** As the tools do it: noise in the low bits, so that no two files are alike. */
async function noisy(bytes: Buffer, quality: number, random: () => number): Promise<Buffer> {
  const { width, height, data } = await decode(bytes);
  return jpeg(
    { width, height, data: data.map((value, i) => (i % 4 === 3 ? 255 : value + 5 * (random() - 0.5))) },
    quality,
  );
}

function jitter(random: () => number, most: number): number {
  return (random() * 2 - 1) * most;
}
