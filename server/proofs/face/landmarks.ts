/**
 * What 68 landmarks say: where the head points, whether eyes and mouth are open, and whether two views are
 * of something flat. Pure. The points are iBUG 300-W's, in px of the frame.
 */
import type { Point } from './engine.ts';
import { leastSquares } from './linear.ts';

/** Degrees, as the camera sees it, not mirrored. */
export interface Pose {
  /** Positive: the nose points to the right edge of the picture, which is the person's left. */
  readonly yaw: number;
  /** Positive: the nose points down. */
  readonly pitch: number;
  /** Positive: the head leans clockwise in the picture. */
  readonly roll: number;
}

/**
 * A mean head: x to the picture's right, y down, z towards the camera; the unit is about a centimetre.
 * Corners of eyes, nose and mouth of the head model that ships with many pose estimators (after the 3D
 * model of GLAnet's failure-detection work), with the bridge and tip of the nose from anthropometric means.
 */
const HEAD: readonly (readonly [index: number, x: number, y: number, z: number])[] = [
  [36, -5.311432, -5.485328, 3.987654],
  [39, -1.78993, -5.393625, 4.413414],
  [42, 1.78993, -5.393625, 4.413414],
  [45, 5.311432, -5.485328, 3.987654],
  [27, 0, -5.3, 6.3],
  [30, 0, -2.4, 8.4],
  [31, -2.005628, -1.409845, 6.165652],
  [35, 2.005628, -1.409845, 6.165652],
  [48, -2.774015, 2.080775, 5.048531],
  [54, 2.774015, 2.080775, 5.048531],
];
const centre = [1, 2, 3].map((k) => HEAD.reduce((sum, row) => sum + (row[k] ?? 0), 0) / HEAD.length);
const MODEL = HEAD.map((row) => [1, 2, 3].map((k) => (row[k] ?? 0) - (centre[k - 1] ?? 0)));

/** By weak perspective: the head is small against its distance from the camera. */
export function poseOf(landmarks: readonly Point[]): Pose {
  const points = HEAD.map(([index]) => at(landmarks, index));
  const middle = mean(points);
  const across = leastSquares(
    MODEL,
    points.map(({ x }) => x - middle.x),
  );
  const down = leastSquares(
    MODEL,
    points.map(({ y }) => y - middle.y),
  );
  if (across === null || down === null) return { yaw: 0, pitch: 0, roll: 0 };
  const first = unit(across);
  const along = dot(first, down);
  const second = unit(down.map((value, i) => value - along * (first[i] ?? 0)));
  // The third axis of the rotation: where the camera's line of sight lies in the head.
  const third = [
    (first[1] ?? 0) * (second[2] ?? 0) - (first[2] ?? 0) * (second[1] ?? 0),
    (first[2] ?? 0) * (second[0] ?? 0) - (first[0] ?? 0) * (second[2] ?? 0),
    (first[0] ?? 0) * (second[1] ?? 0) - (first[1] ?? 0) * (second[0] ?? 0),
  ];
  return {
    // Taken as pitch first, then yaw, then roll: so the third axis knows nothing of the roll.
    yaw: degrees(Math.asin(clamp(-(third[0] ?? 0)))),
    pitch: degrees(Math.atan2(-(third[1] ?? 0), third[2] ?? 1)),
    roll: degrees(Math.atan2(second[0] ?? 0, first[0] ?? 1)),
  };
}

/** Height over width of the eyes, the wider open of both: about 0.3 open, under 0.15 closed (Soukupová and Čech, 2016). */
export function eyesOpen(landmarks: readonly Point[]): number {
  return Math.max(aspect(landmarks, [36, 37, 38, 39, 40, 41]), aspect(landmarks, [42, 43, 44, 45, 46, 47]));
}

/** Height over width of the gap between the lips: near 0 closed. */
export function mouthOpen(landmarks: readonly Point[]): number {
  return aspect(landmarks, [60, 61, 63, 64, 65, 67]);
}

function aspect(
  landmarks: readonly Point[],
  indexes: readonly [number, number, number, number, number, number],
): number {
  const [outer, top1, top2, inner, bottom2, bottom1] = indexes;
  const between = (a: number, b: number): number => span(at(landmarks, a), at(landmarks, b));
  return (between(top1, bottom1) + between(top2, bottom2)) / (2 * between(outer, inner) || 1);
}

export function eyeDistance(landmarks: readonly Point[]): number {
  const left = mean([36, 37, 38, 39, 40, 41].map((i) => at(landmarks, i)));
  return span(left, mean([42, 43, 44, 45, 46, 47].map((i) => at(landmarks, i))));
}

/**
 * How far two views are from views of one flat thing: the root mean square of what the best homography
 * leaves over, in distances between the eyes. Of brows, nose and eyes only: the jaw's points slide along
 * its outline as a head turns, and the mouth moves by itself.
 */
export function depthBetween(from: readonly Point[], to: readonly Point[]): number {
  const [a, b] = [normal(from.slice(17, 48)), normal(to.slice(17, 48))];
  const h = homography(a, b);
  if (h === null) return 0;
  const left = a.map(({ x, y }, i) => {
    const w = (h[6] ?? 0) * x + (h[7] ?? 0) * y + 1;
    const u = ((h[0] ?? 0) * x + (h[1] ?? 0) * y + (h[2] ?? 0)) / w;
    const v = ((h[3] ?? 0) * x + (h[4] ?? 0) * y + (h[5] ?? 0)) / w;
    return (u - (b[i]?.x ?? 0)) ** 2 + (v - (b[i]?.y ?? 0)) ** 2;
  });
  return Math.sqrt(left.reduce((sum, value) => sum + value, 0) / left.length);
}

function homography(a: readonly Point[], b: readonly Point[]): readonly number[] | null {
  const rows: number[][] = [];
  const values: number[] = [];
  for (const [i, { x, y }] of a.entries()) {
    const { x: u, y: v } = b[i] ?? { x: 0, y: 0 };
    rows.push([x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]);
    values.push(u, v);
  }
  return leastSquares(rows, values);
}

/** About their middle, in distances between the eyes (of 31 points: indexes 19 to 30 are the eyes). */
function normal(points: readonly Point[]): readonly Point[] {
  const middle = mean(points);
  const eyes = span(mean(points.slice(19, 25)), mean(points.slice(25, 31))) || 1;
  return points.map(({ x, y }) => ({ x: (x - middle.x) / eyes, y: (y - middle.y) / eyes }));
}

function at(points: readonly Point[], index: number): Point {
  return points[index] ?? { x: 0, y: 0 };
}

function mean(points: readonly Point[]): Point {
  const n = points.length || 1;
  return { x: points.reduce((sum, { x }) => sum + x, 0) / n, y: points.reduce((sum, { y }) => sum + y, 0) / n };
}

function span(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

function unit(vector: readonly number[]): readonly number[] {
  const length = Math.sqrt(dot(vector, vector)) || 1;
  return vector.map((value) => value / length);
}

function clamp(value: number): number {
  return Math.max(-1, Math.min(1, value));
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}
