/**
 * Frames of a check, from bytes of an unknown browser to pixels. Guarantees: how large a picture says it
 * is, is checked before it is decoded; what cannot be used is refused with a code; only pixels come out,
 * so place, time and camera that a file carries are gone.
 *
 * Decoded by @napi-rs/canvas, which is Skia with libjpeg-turbo and libpng: Chrome's own decoders, ten
 * times faster than one in JavaScript, and already what draws the questions.
 */
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { headerOf } from './header.ts';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, alpha; row by row. */
  readonly data: Uint8ClampedArray;
}

export const frameRefusals = [
  'noFrames',
  'tooManyFrames',
  'tooManyBytes',
  'wrongType',
  'cutShort',
  'tooSmall',
  'tooLarge',
  'broken',
] as const;
export type FrameRefusal = (typeof frameRefusals)[number];

export class FrameError extends Error {
  readonly refusal: FrameRefusal;
  constructor(refusal: FrameRefusal) {
    super(`the frame is refused: ${refusal}`);
    this.name = 'FrameError';
    this.refusal = refusal;
  }
}

/** Of all frames of one check: ten JPEGs of 480 × 640 at quality 0.7 are about 300 KB. */
export const BYTES_MAX = 300 * 1024;
export const FRAMES_MAX = 16;
/** A face in a smaller picture has too few pixels to be told from another. */
const SIDE_MIN = 120;
/** Phones hand out 1080 × 1920 when asked for less; 2 Mpx decode to 8 MB. */
const SIDE_MAX = 1920;
const PIXELS_MAX = 2_100_000;

/** All frames of a check, before any of them is decoded. */
export function checkFrames(frames: readonly Uint8Array[]): FrameRefusal | null {
  if (frames.length === 0) return 'noFrames';
  if (frames.length > FRAMES_MAX) return 'tooManyFrames';
  if (frames.reduce((sum, { byteLength }) => sum + byteLength, 0) > BYTES_MAX) return 'tooManyBytes';
  return frames.map(checkFrame).find((refusal) => refusal !== null) ?? null;
}

function checkFrame(bytes: Uint8Array): FrameRefusal | null {
  const header = headerOf(bytes);
  if (header === null) return 'wrongType';
  if (Math.max(header.width, header.height) > SIDE_MAX || header.width * header.height > PIXELS_MAX) return 'tooLarge';
  if (Math.min(header.width, header.height) < SIDE_MIN) return 'tooSmall';
  if (!header.whole) return 'cutShort';
  return null;
}

export async function decode(bytes: Uint8Array): Promise<Pixels> {
  const refusal = checkFrame(bytes);
  if (refusal !== null) throw new FrameError(refusal);
  try {
    const image = await loadImage(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    const { width, height } = image;
    // A decoder that reads another size than the header says has been led astray.
    if (width * height > PIXELS_MAX || width * height === 0) throw new FrameError('broken');
    const context = createCanvas(width, height).getContext('2d');
    context.drawImage(image, 0, 0);
    return { width, height, data: context.getImageData(0, 0, width, height).data };
  } catch (error) {
    throw error instanceof FrameError ? error : new FrameError('broken');
  }
}
