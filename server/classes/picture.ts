/**
 * A picture of the question bank, looked at before it is kept. Pure. Guarantees: what is let through
 * begins, ends and is built as a PNG or JPEG, whatever its name says, and is as large as it says. The
 * picture itself is decoded by browsers only.
 */
import { createHash } from 'node:crypto';

/** It goes out in one message with the question. */
export const PICTURE_BYTES_MAX = 200 * 1024;
/** A place in a smaller one cannot be hit; a larger one is more than a page shows. */
const SIDE_MIN = 100;
const SIDE_MAX = 2000;

export interface BankPicture {
  readonly sha256: string;
  readonly type: 'image/png' | 'image/jpeg';
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
}

/** What is wrong with it, in both languages. */
export interface PictureProblem {
  readonly zh: string;
  readonly en: string;
}

export function readPicture(bytes: Buffer): BankPicture | PictureProblem {
  if (bytes.length > PICTURE_BYTES_MAX) return { zh: '图片超过 200 KB', en: 'the picture is larger than 200 KB' };
  const head = pngSize(bytes) ?? jpegSize(bytes);
  if (head === null) return { zh: '不是完整的 PNG 或 JPEG 图片', en: 'this is no whole PNG or JPEG picture' };
  const { type, width, height } = head;
  if (Math.min(width, height) < SIDE_MIN || Math.max(width, height) > SIDE_MAX) {
    return {
      zh: `图片的宽、高须为 ${SIDE_MIN}–${SIDE_MAX} 像素`,
      en: `the picture must be ${SIDE_MIN} to ${SIDE_MAX} pixels wide and high`,
    };
  }
  return { sha256: createHash('sha256').update(bytes).digest('hex'), type, width, height, bytes };
}

type Head = Pick<BankPicture, 'type' | 'width' | 'height'>;

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Chunk by chunk to the last one, after which nothing stands. */
function pngSize(bytes: Buffer): Head | null {
  if (!bytes.subarray(0, 8).equals(PNG)) return null;
  const kinds: string[] = [];
  let at = 8;
  while (at + 12 <= bytes.length) {
    const kind = bytes.toString('latin1', at + 4, at + 8);
    kinds.push(kind);
    at += 12 + bytes.readUInt32BE(at);
    if (kind === 'IEND') break;
  }
  const whole = kinds[0] === 'IHDR' && kinds.includes('IDAT') && kinds.at(-1) === 'IEND' && at === bytes.length;
  return whole ? { type: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) } : null;
}

/** Segment by segment to the picture's data; the frame before it tells the size. */
function jpegSize(bytes: Buffer): Head | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8 || bytes.readUInt16BE(bytes.length - 2) !== 0xffd9) {
    return null;
  }
  let size: Head | null = null;
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    const length = bytes.readUInt16BE(at + 2);
    if (length < 2) return null;
    if (marker === 0xda) return size;
    // Baseline and progressive: what browsers show.
    if (marker >= 0xc0 && marker <= 0xc2) {
      if (at + 9 > bytes.length) return null;
      size = { type: 'image/jpeg', height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    }
    at += 2 + length;
  }
  return null;
}
