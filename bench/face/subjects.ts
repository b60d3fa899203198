/** Whose faces are compared: people of the pictures that a package ships, with made-up frames, or a folder's. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { defaultChallengePolicy, drawChallenge } from '../../server/proofs/face/challenge.ts';
import { createFaceApi } from '../../server/proofs/face/engines/faceApi.ts';
import { defaultEnrolPolicy, enrol } from '../../server/proofs/face/enrol.ts';
import type { Template } from '../../server/proofs/face/judge.ts';
import type { FrameSeen } from '../../server/proofs/face/observe.ts';
import { defaultFacePolicy } from '../../server/proofs/face/policy.ts';
import type { FacePool } from '../../server/proofs/face/pool.ts';
import type { Subject } from './accuracy.ts';
import { enrolment, perform } from './perform.ts';
import { type Person, peopleIn } from './simulate.ts';

export interface Enrolled {
  readonly person: Person;
  readonly templates: readonly Template[];
  /** The pictures the templates are of. */
  readonly pictures: readonly Buffer[];
}

/** Everybody in the pictures of @vladmandic/face-api whom enrolment takes: most turn away from the camera. */
export async function enrolledPeople(pool: FacePool, random: () => number): Promise<readonly Enrolled[]> {
  const demo = join(dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')), 'demo');
  const engine = await createFaceApi();
  const enrolled: Enrolled[] = [];
  for (const file of readdirSync(demo).filter((name) => /^sample\d\.jpg$/.test(name))) {
    for (const person of await peopleIn(engine, join(demo, file), file.replace('.jpg', ''))) {
      const pictures = enrolment(person, random);
      const result = enrol(defaultEnrolPolicy, await seen(pool, pictures));
      if (result.kind === 'again') continue;
      const taken = result.frames.map((frame) => pictures[frame]).filter((one) => one !== undefined);
      enrolled.push({ person, templates: result.templates, pictures: taken });
    }
  }
  return enrolled;
}

/** @param checks of each person, each in light of its own */
export async function simulatedSubjects(
  pool: FacePool,
  people: readonly Enrolled[],
  checks: number,
  random: () => number,
): Promise<readonly Subject[]> {
  const subjects: Subject[] = [];
  for (const { person, templates, pictures } of people) {
    const [enrolled = Buffer.alloc(0)] = pictures;
    const all: (readonly (readonly number[])[])[] = [];
    for (let i = 0; i < checks; i++) {
      const world = { person, other: person, enrolled, random };
      const shots = await perform('honest', world, drawChallenge(defaultChallengePolicy, random));
      all.push(
        comparable(
          await seen(
            pool,
            shots.map(({ bytes }) => bytes),
          ),
        ),
      );
    }
    subjects.push({ name: person.name, templates, checks: all });
  }
  return subjects;
}

/** `person/picture.jpg`: up to three pictures enrol, the others come in checks of five. */
export async function folderSubjects(pool: FacePool, folder: string): Promise<readonly Subject[]> {
  const subjects: Subject[] = [];
  for (const name of readdirSync(folder).toSorted()) {
    const home = join(folder, name);
    if (!statSync(home).isDirectory()) continue;
    const frames: FrameSeen[] = [];
    for (const file of readdirSync(home).toSorted())
      frames.push(...(await seen(pool, [await sized(join(home, file))])));
    const found = frames.filter(({ faces }) => faces.length > 0);
    const enrolling = Math.min(3, Math.ceil(found.length / 2));
    const templates = found.slice(0, enrolling).flatMap(({ faces: [face] }) => (face === undefined ? [] : [face]));
    const rest = found.slice(enrolling);
    const checks: (readonly (readonly number[])[])[] = [];
    for (let i = 0; i < rest.length; i += 5) {
      checks.push(rest.slice(i, i + 5).flatMap(({ faces: [face] }) => (face === undefined ? [] : [face.descriptor])));
    }
    if (templates.length > 0) subjects.push({ name, templates, checks });
  }
  return subjects;
}

/** As large as a check's frame may be. */
async function sized(path: string): Promise<Buffer> {
  const image = await loadImage(readFileSync(path));
  const scale = Math.min(1, 1000 / Math.max(image.width, image.height));
  const canvas = createCanvas(Math.round(image.width * scale), Math.round(image.height * scale));
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toBuffer('image/jpeg', 85);
}

export async function seen(pool: FacePool, frames: readonly Buffer[]): Promise<readonly FrameSeen[]> {
  const looked = await pool.look(frames);
  if (looked.kind !== 'seen') throw new Error(looked.kind === 'refused' ? looked.refusal : looked.kind);
  return looked.frames;
}

function comparable(frames: readonly FrameSeen[]): readonly (readonly number[])[] {
  const { comparedYaw, comparedPitch } = defaultFacePolicy;
  return frames.flatMap(({ faces: [face] }) =>
    face !== undefined && Math.abs(face.pose.yaw) <= comparedYaw && Math.abs(face.pose.pitch) <= comparedPitch
      ? [face.descriptor]
      : [],
  );
}
