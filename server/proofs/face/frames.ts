/**
 * The frames of one burst as they come by HTTP. Pure. Guarantees: nothing is copied or believed beyond what
 * the body holds; as many frames, bytes and milliseconds as a check may have, or nothing.
 *
 * Bytes: for each frame its time (4, big-endian, ms since the page began), its length (4), itself.
 */
import { BYTES_MAX, FRAMES_MAX, type FrameRefusal } from './decode.ts';

/** The one content type that is taken. */
export const FRAMES_TYPE = 'application/x-face-frames';
const HEAD_BYTES = 8;
/** What a body may have: the frames and what stands before each. */
export const BODY_BYTES_MAX = BYTES_MAX + FRAMES_MAX * HEAD_BYTES;
/** No check is so long. */
const AT_MS_MAX = 600_000;

export interface Burst {
  readonly frames: readonly Uint8Array[];
  /** When each was taken, as the page says. */
  readonly atMs: readonly number[];
}

export function readBurst(body: Buffer): Burst | FrameRefusal {
  const frames: Uint8Array[] = [];
  const times: number[] = [];
  let place = 0;
  while (place < body.length) {
    if (frames.length === FRAMES_MAX) return 'tooManyFrames';
    if (body.length - place < HEAD_BYTES) return 'cutShort';
    const atMs = body.readUInt32BE(place);
    const length = body.readUInt32BE(place + 4);
    const from = place + HEAD_BYTES;
    if (length === 0 || length > body.length - from) return 'cutShort';
    if (atMs > AT_MS_MAX) return 'broken';
    times.push(atMs);
    frames.push(body.subarray(from, from + length));
    place = from + length;
  }
  return frames.length === 0 ? 'noFrames' : { frames, atMs: times };
}

/** As a page writes it. */
export function writeBurst({ frames, atMs }: Burst): Buffer {
  const parts = frames.flatMap((frame, i) => {
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32BE(atMs[i] ?? 0, 0);
    head.writeUInt32BE(frame.byteLength, 4);
    return [head, frame];
  });
  return Buffer.concat(parts);
}
