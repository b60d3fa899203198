/**
 * Frames of a check made from one still: a head that turns, nods and opens its mouth before a camera, lit by
 * a page, or a flat picture of it that is swung about. A head has depth here (a paraboloid with a nose),
 * a picture has none.
 *
 * What this shows and what not: geometry, light, noise and compression are varied; age, glasses, hair and
 * cameras of other makes are not. Distances of the same person come out smaller than in life.
 */
import { createCanvas, ImageData, loadImage } from '@napi-rs/canvas';
import type { FlashColour } from '../../server/proofs/face/challenge.ts';
import type { Pixels } from '../../server/proofs/face/decode.ts';
import type { Face, FaceEngine, Point } from '../../server/proofs/face/engine.ts';
import { eyeDistance } from '../../server/proofs/face/landmarks.ts';
import { randomOf } from '../../server/proofs/question/render/look.ts';

export interface Person {
  readonly name: string;
  readonly pixels: Pixels;
  readonly middle: Point;
  readonly nose: Point;
  readonly mouth: Point;
  readonly eyes: number;
}

export interface Scene {
  /** Degrees, as Pose has them. */
  readonly yaw: number;
  readonly pitch: number;
  /** Height of the open mouth over its width. */
  readonly mouth: number;
  readonly flash: FlashColour;
  /** How much light the page adds to what there is; 0: the camera does not see this page. */
  readonly flashGain: number;
  /** A flat picture instead of a head. */
  readonly flat: boolean;
  /** Of all light. */
  readonly gain: number;
  /** How much warmer the light is, as a share of red. */
  readonly warm: number;
  /** Standard deviation of each pixel's noise, of 255. */
  readonly noise: number;
  readonly shift: Point;
  readonly zoom: number;
  readonly quality: number;
}

export const restingScene: Scene = {
  yaw: 0,
  pitch: 0,
  mouth: 0,
  flash: 'black',
  flashGain: 0,
  flat: false,
  gain: 1,
  warm: 0,
  noise: 2,
  shift: { x: 0, y: 0 },
  zoom: 1,
  quality: 72,
};

const WIDTH = 480;
const HEIGHT = 640;
/** Of the eyes in the frame: a phone at arm's length. */
const EYES_PX = 80;

const LIGHT: Readonly<Record<FlashColour, readonly [number, number, number]>> = {
  red: [1, 0.05, 0.05],
  green: [0.05, 1, 0.05],
  blue: [0.05, 0.05, 1],
  white: [1, 1, 1],
  black: [0, 0, 0],
};

/** Light adds in linear light; pictures have a gamma of about 2.2. Tables, as there are ten million values in a bench. */
const TO_LINEAR = Float64Array.from({ length: 256 }, (_, value) => (value / 255) ** 2.2);
const TO_PICTURE = Float64Array.from({ length: 4096 }, (_, value) => 255 * (value / 4095) ** (1 / 2.2));
const NOISE = noise(65_537);

/** Everybody in a picture whom the engine finds by the thorough way and looks mostly ahead. */
export async function peopleIn(engine: FaceEngine, path: string, name: string): Promise<readonly Person[]> {
  const image = await loadImage(path);
  const { width, height } = image;
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  const whole = { width, height, data: context.getImageData(0, 0, width, height).data };
  const faces = await engine.find(whole, { thorough: true });
  const people: Person[] = [];
  for (const [i, { landmarks }] of faces.entries()) {
    const scale = EYES_PX / eyeDistance(landmarks);
    const middle = meanOf(landmarks.slice(27, 48));
    const canvas = createCanvas(WIDTH, HEIGHT);
    const to = canvas.getContext('2d');
    to.fillStyle = '#667';
    to.fillRect(0, 0, WIDTH, HEIGHT);
    to.setTransform(scale, 0, 0, scale, WIDTH / 2 - middle.x * scale, HEIGHT * 0.45 - middle.y * scale);
    to.drawImage(image, 0, 0);
    const pixels = { width: WIDTH, height: HEIGHT, data: to.getImageData(0, 0, WIDTH, HEIGHT).data };
    const found = await engine.find(pixels, { thorough: false });
    // Of the group's other people only who stands far enough off.
    const own = found.find(({ box }) => Math.abs(box.x + box.width / 2 - WIDTH / 2) < 60);
    if (own !== undefined) people.push(personOf(`${name}-${i}`, masked(pixels, own), own));
  }
  return people;
}

export function personOf(name: string, pixels: Pixels, { landmarks }: Face): Person {
  return {
    name,
    pixels,
    middle: meanOf(landmarks.slice(27, 48)),
    nose: landmarks[30] ?? { x: 0, y: 0 },
    mouth: meanOf(landmarks.slice(60, 68)),
    eyes: eyeDistance(landmarks),
  };
}

/** Other heads of a group picture are greyed out: only one person sits before the camera. */
function masked(pixels: Pixels, { landmarks }: Face): Pixels {
  const { x: cx, y: cy } = meanOf(landmarks.slice(27, 48));
  const e = eyeDistance(landmarks);
  const data = new Uint8ClampedArray(pixels.data);
  for (let y = 0; y < pixels.height; y++) {
    for (let x = 0; x < pixels.width; x++) {
      const u = ((x - cx) / (1.75 * e)) ** 2 + ((y - cy - 0.1 * e) / (2.2 * e)) ** 2;
      const keep = Math.max(0, Math.min(1, (1.25 - u) / 0.25));
      const i = (y * pixels.width + x) * 4;
      for (const k of [0, 1, 2]) data[i + k] = (data[i + k] ?? 0) * keep + 105 * (1 - keep);
    }
  }
  return { ...pixels, data };
}

/** The frame as pixels. */
export function shown(person: Person, scene: Scene, random: () => number): Pixels {
  const { width, height, data } = person.pixels;
  const out = new Uint8ClampedArray(width * height * 4);
  const { middle, nose, mouth, eyes: e } = person;
  const [yaw, pitch] = [(scene.yaw * Math.PI) / 180, (scene.pitch * Math.PI) / 180];
  const [sinY, cosY, sinP, cosP] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
  const depth = (x: number, y: number): number => {
    const u = ((x - middle.x) / (1.5 * e)) ** 2 + ((y - middle.y) / (2 * e)) ** 2;
    const tip = ((x - nose.x) / (0.22 * e)) ** 2 + ((y - nose.y + 0.1 * e) / (0.35 * e)) ** 2;
    return 1.25 * e * (1 - u) + 0.35 * e * Math.exp(-tip);
  };
  const weight = (x: number, y: number): number => {
    const u = Math.sqrt(((x - middle.x) / (1.5 * e)) ** 2 + ((y - middle.y) / (2 * e)) ** 2);
    return Math.max(0, Math.min(1, (1.35 - u) / 0.35));
  };
  const gap = scene.mouth * 0.6 * e;
  const light = LIGHT[scene.flash];
  let at = Math.floor(random() * NOISE.length);
  const factors = [0, 1, 2].map((k) => scene.gain * (1 + (k === 0 ? scene.warm : k === 2 ? -scene.warm : 0)));
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      const [tx, ty] = [(u - middle.x - scene.shift.x) / scene.zoom, (v - middle.y - scene.shift.y) / scene.zoom];
      let [x, y] = [middle.x + tx, middle.y + ty];
      if (scene.flat) {
        // The plane turned about its middle, seen from five eye distances.
        const w = 1 / (cosY * cosP + (tx / (8 * e)) * sinY + (ty / (8 * e)) * sinP || 1);
        x = middle.x + tx * w * cosP;
        y = middle.y + ty * w * cosY;
      } else if (yaw !== 0 || pitch !== 0) {
        for (let i = 0; i < 6; i++) {
          const w = weight(x, y);
          if (w === 0) break;
          const [dx, dy, dz] = [x - middle.x, y - middle.y, depth(x, y)];
          x = middle.x + tx - w * (dx * (cosY - 1) + dz * sinY);
          y = middle.y + ty - w * (dy * (cosP - 1) + dz * sinP);
        }
      }
      const inMouth = opened(x, y, mouth, gap, e);
      const near = scene.flat ? 1 : weight(x, y);
      const o = (v * width + u) * 4;
      const lit = scene.gain * scene.flashGain * (0.15 + 0.85 * near);
      for (let k = 0; k < 3; k++) {
        const value = inMouth.dark ? (k === 0 ? 50 : 22) : sampled(data, width, height, x, inMouth.y, k);
        const linear = (TO_LINEAR[Math.round(value)] ?? 0) * ((factors[k] ?? 1) + lit * (light[k] ?? 0));
        at = (at + 1) % NOISE.length;
        out[o + k] = (TO_PICTURE[Math.min(4095, Math.round(linear * 4095))] ?? 0) + scene.noise * (NOISE[at] ?? 0);
      }
      out[o + 3] = 255;
    }
  }
  return { width, height, data: out };
}

/** Lips part: what lies below the line of the mouth moves down, between is the inside. */
function opened(x: number, y: number, mouth: Point, gap: number, e: number): { y: number; dark: boolean } {
  const across = 1 - ((x - mouth.x) / (0.45 * e)) ** 2;
  if (gap === 0 || across <= 0) return { y, dark: false };
  const half = (gap * Math.sqrt(across)) / 2;
  const dy = y - mouth.y;
  if (Math.abs(dy) < half) return { y, dark: true };
  const fade = Math.max(0, 1 - Math.max(0, Math.abs(dy) - half) / (1.2 * e));
  return { y: y - Math.sign(dy) * half * fade, dark: false };
}

export function jpeg({ width, height, data }: Pixels, quality: number): Buffer {
  const canvas = createCanvas(width, height);
  canvas.getContext('2d').putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
  return canvas.toBuffer('image/jpeg', quality);
}

export function frameOf(person: Person, scene: Scene, random: () => number): Buffer {
  return jpeg(shown(person, scene, random), scene.quality);
}

/** Two people before one camera: the frames of both, each half as wide. */
export async function sideBySide(a: Buffer, b: Buffer, quality: number): Promise<Buffer> {
  const canvas = createCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');
  context.fillStyle = '#667';
  context.fillRect(0, 0, WIDTH, HEIGHT);
  for (const [i, bytes] of [a, b].entries()) {
    context.drawImage(await loadImage(bytes), WIDTH * 0.2, 100, WIDTH * 0.6, 400, (i * WIDTH) / 2, 120, WIDTH / 2, 333);
  }
  return canvas.toBuffer('image/jpeg', quality);
}

function sampled(data: Uint8ClampedArray, width: number, height: number, x: number, y: number, k: number): number {
  const px = Math.max(0, Math.min(width - 1.001, x));
  const py = Math.max(0, Math.min(height - 1.001, y));
  const [x0, y0] = [Math.floor(px), Math.floor(py)];
  const [fx, fy] = [px - x0, py - y0];
  const i = (y0 * width + x0) * 4 + k;
  const top = (data[i] ?? 0) * (1 - fx) + (data[i + 4] ?? 0) * fx;
  const bottom = (data[i + width * 4] ?? 0) * (1 - fx) + (data[i + width * 4 + 4] ?? 0) * fx;
  return top * (1 - fy) + bottom * fy;
}

function noise(length: number): Float64Array {
  const random = randomOf(11);
  return Float64Array.from({ length }, () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}

function meanOf(points: readonly Point[]): Point {
  const n = points.length || 1;
  return { x: points.reduce((sum, { x }) => sum + x, 0) / n, y: points.reduce((sum, { y }) => sum + y, 0) / n };
}
