/**
 * What a face engine guarantees, whoever made it. Given decoded pixels it answers with every face it
 * finds, the largest first; the same pixels give the same answer; it keeps nothing of them. Descriptors
 * of one `model` are comparable with each other, and with no other model's.
 */
import type { Pixels } from './decode.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface Face {
  readonly box: Box;
  /** How sure the engine is that this is a face, 0 to 1. */
  readonly score: number;
  /** 68, in the order of iBUG 300-W: jaw 0–16, brows 17–26, nose 27–35, eyes 36–47, mouth 48–67; px of the frame. */
  readonly landmarks: readonly Point[];
  /** 128 numbers; the Euclidean distance between two says how unlike two faces are. */
  readonly descriptor: readonly number[];
}

export interface FaceEngine {
  /** Names what made the descriptors, and goes with every template: `face-api/resnet34@1.7`. */
  readonly model: string;
  /** @param thorough by a slower way that misses fewer: for a frame in which the fast way found none */
  find(pixels: Pixels, options: { readonly thorough: boolean }): Promise<readonly Face[]>;
}

export type EngineChoice =
  | { readonly kind: 'faceApi' }
  /** A vendor's, reached over HTTP. See engines/http.ts for what it must answer. */
  | { readonly kind: 'http'; readonly url: string; readonly key: string; readonly model: string };

export function distance(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return Math.sqrt(sum);
}
