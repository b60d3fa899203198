/**
 * What one frame shows, in numbers: all that judging needs, and no picture. Pure, but for the engine it is
 * handed.
 */
import type { Pixels } from './decode.ts';
import type { Box, Face, FaceEngine, Point } from './engine.ts';
import { eyeDistance, eyesOpen, mouthOpen, type Pose, poseOf } from './landmarks.ts';

export interface FaceSeen {
  readonly box: Box;
  readonly score: number;
  readonly landmarks: readonly Point[];
  readonly descriptor: readonly number[];
  readonly pose: Pose;
  readonly eyesOpen: number;
  readonly mouthOpen: number;
  /** Px between the eyes: what there is to tell a face by. */
  readonly eyeDistancePx: number;
  /** Mean colour of cheeks and forehead, linear light, 0 to 1: a flash of the page adds to it. */
  readonly skin: Colour;
  /** 0 to 255, of the face. */
  readonly light: number;
  /** Variance of the Laplacian over the face scaled to 96 px: blurred ones have little. */
  readonly sharpness: number;
  /** 256 bits as hex, of the face cut out with some of its surroundings: alike for pictures that look alike. */
  readonly hash: string;
}

export interface Colour {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

export interface FrameSeen {
  readonly width: number;
  readonly height: number;
  /** Largest first. */
  readonly faces: readonly FaceSeen[];
}

/** A face smaller than this share of the largest is of a poster or a passer-by far off. */
const BYSTANDER_SHARE = 0.35;
const CROP_PX = 96;

export async function observe(engine: FaceEngine, pixels: Pixels, thorough: boolean): Promise<FrameSeen> {
  const faces = await engine.find(pixels, { thorough });
  const widest = faces[0]?.box.width ?? 0;
  const near = faces.filter(({ box }) => box.width >= widest * BYSTANDER_SHARE);
  return { width: pixels.width, height: pixels.height, faces: near.map((face) => seen(face, pixels)) };
}

function seen(face: Face, pixels: Pixels): FaceSeen {
  const { box, score, landmarks, descriptor } = face;
  const eyes = eyeDistance(landmarks);
  const crop = greyCrop(pixels, middleOf(landmarks), eyes * 2.6, CROP_PX);
  const inner = greyCrop(pixels, middleOf(landmarks), eyes * 2, CROP_PX);
  return {
    box,
    score,
    landmarks,
    descriptor,
    pose: poseOf(landmarks),
    eyesOpen: eyesOpen(landmarks),
    mouthOpen: mouthOpen(landmarks),
    eyeDistancePx: eyes,
    skin: skinOf(pixels, landmarks, eyes),
    light: inner.reduce((sum, value) => sum + value, 0) / inner.length,
    sharpness: laplacian(inner, CROP_PX),
    hash: differenceHash(crop, CROP_PX),
  };
}

/** Between brows and mouth. */
function middleOf(landmarks: readonly Point[]): Point {
  const some = landmarks.slice(27, 48);
  const n = some.length || 1;
  return { x: some.reduce((sum, { x }) => sum + x, 0) / n, y: some.reduce((sum, { y }) => sum + y, 0) / n };
}

/** Around the cheeks (between eye and mouth corner) and above the bridge of the nose. */
function skinOf(pixels: Pixels, landmarks: readonly Point[], eyes: number): Colour {
  const half = (a: number, b: number, t = 0.5): Point => ({
    x: (landmarks[a]?.x ?? 0) * (1 - t) + (landmarks[b]?.x ?? 0) * t,
    y: (landmarks[a]?.y ?? 0) * (1 - t) + (landmarks[b]?.y ?? 0) * t,
  });
  const spots = [half(40, 48), half(47, 54), half(30, 27, 1.7)];
  const radius = Math.max(2, Math.round(eyes * 0.14));
  const sum = [0, 0, 0];
  let count = 0;
  for (const { x, y } of spots) {
    for (let v = Math.round(y) - radius; v <= y + radius; v++) {
      for (let u = Math.round(x) - radius; u <= x + radius; u++) {
        if (u < 0 || v < 0 || u >= pixels.width || v >= pixels.height) continue;
        const i = (v * pixels.width + u) * 4;
        for (const k of [0, 1, 2]) sum[k] = (sum[k] ?? 0) + linear(pixels.data[i + k] ?? 0);
        count += 1;
      }
    }
  }
  const of = (k: number): number => (sum[k] ?? 0) / (count || 1);
  return { red: of(0), green: of(1), blue: of(2) };
}

/** sRGB to linear light, where a flash adds. */
function linear(value: number): number {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

/** A square of `side` px around a point, scaled to `size` px by averages, as grey 0 to 255. */
function greyCrop({ data, width, height }: Pixels, { x, y }: Point, side: number, size: number): Float64Array {
  const out = new Float64Array(size * size);
  const step = side / size;
  const taps = Math.max(1, Math.min(4, Math.round(step)));
  for (let v = 0; v < size; v++) {
    for (let u = 0; u < size; u++) {
      let sum = 0;
      for (let b = 0; b < taps; b++) {
        for (let a = 0; a < taps; a++) {
          const px = clamp(Math.round(x - side / 2 + (u + (a + 0.5) / taps) * step), width);
          const py = clamp(Math.round(y - side / 2 + (v + (b + 0.5) / taps) * step), height);
          const i = (py * width + px) * 4;
          sum += 0.299 * (data[i] ?? 0) + 0.587 * (data[i + 1] ?? 0) + 0.114 * (data[i + 2] ?? 0);
        }
      }
      out[v * size + u] = sum / (taps * taps);
    }
  }
  return out;
}

function clamp(value: number, size: number): number {
  return Math.max(0, Math.min(size - 1, value));
}

function laplacian(grey: Float64Array, size: number): number {
  let [sum, squares, count] = [0, 0, 0];
  for (let y = 1; y < size - 1; y++) {
    for (let x = 1; x < size - 1; x++) {
      const i = y * size + x;
      const value =
        (grey[i - 1] ?? 0) + (grey[i + 1] ?? 0) + (grey[i - size] ?? 0) + (grey[i + size] ?? 0) - 4 * (grey[i] ?? 0);
      sum += value;
      squares += value * value;
      count += 1;
    }
  }
  return squares / count - (sum / count) ** 2;
}

/** Each of 16 × 16 cells: is it darker than the one to its right? */
function differenceHash(grey: Float64Array, size: number): string {
  const cell = (row: number, column: number): number => {
    let [sum, count] = [0, 0];
    for (let y = Math.floor((row * size) / 16); y < Math.floor(((row + 1) * size) / 16); y++) {
      for (let x = Math.floor((column * size) / 17); x < Math.floor(((column + 1) * size) / 17); x++) {
        sum += grey[y * size + x] ?? 0;
        count += 1;
      }
    }
    return sum / (count || 1);
  };
  let hex = '';
  for (let row = 0; row < 16; row++) {
    const cells = Array.from({ length: 17 }, (_, column) => cell(row, column));
    for (let column = 0; column < 16; column += 4) {
      const bits = [0, 1, 2, 3].map((k) => ((cells[column + k] ?? 0) < (cells[column + k + 1] ?? 0) ? 1 : 0));
      hex += (((bits[0] ?? 0) << 3) | ((bits[1] ?? 0) << 2) | ((bits[2] ?? 0) << 1) | (bits[3] ?? 0)).toString(16);
    }
  }
  return hex;
}

/** In how many of their 256 bits two hashes differ. */
export function hashDistance(a: string, b: string): number {
  let bits = Math.abs(a.length - b.length) * 4;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    let odd = Number.parseInt(a[i] ?? '0', 16) ^ Number.parseInt(b[i] ?? '0', 16);
    for (; odd !== 0; odd >>= 1) bits += odd & 1;
  }
  return bits;
}
