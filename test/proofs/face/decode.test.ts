/** Frames from an unknown browser: what is refused before it is decoded, and that nothing but pixels comes out. */
import { deflateSync } from 'node:zlib';
import { createCanvas } from '@napi-rs/canvas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BYTES_MAX, checkFrames, decode, FRAMES_MAX, FrameError } from '../../../server/proofs/face/decode.ts';
import { headerOf } from '../../../server/proofs/face/header.ts';

const picture = (width: number, height: number) => {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#c84';
  context.fillRect(0, 0, width, height);
  return canvas;
};
const jpeg = picture(480, 640).toBuffer('image/jpeg', 70);
const png = picture(480, 640).toBuffer('image/png');
const refusal = (bytes: Uint8Array): Promise<string> =>
  decode(bytes).then(
    ({ width, height }) => `${width}x${height}`,
    (error: unknown) => (error instanceof FrameError ? error.refusal : String(error)),
  );
/** The same picture, said to be of another size. */
const saying = (bytes: Buffer, width: number, height: number): Buffer => {
  const bent = Buffer.from(bytes);
  const at = bytes === jpeg ? bytes.indexOf(Buffer.from([0xff, 0xc0])) : -1;
  if (at >= 0) {
    bent.writeUInt16BE(height, at + 5);
    bent.writeUInt16BE(width, at + 7);
  } else {
    bent.writeUInt32BE(width, 16);
    bent.writeUInt32BE(height, 20);
  }
  return bent;
};

describe('a frame', () => {
  it('is a JPEG or a PNG', async () => {
    expect(await refusal(jpeg)).toBe('480x640');
    expect(await refusal(png)).toBe('480x640');
    expect(await refusal(picture(480, 640).toBuffer('image/webp'))).toBe('wrongType');
    expect(await refusal(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'))).toBe(
      'wrongType',
    );
    expect(await refusal(Buffer.from('GIF89a'))).toBe('wrongType');
  });

  it('is refused by the size it says, before it is decoded', async () => {
    expect(await refusal(saying(jpeg, 65_535, 65_535))).toBe('tooLarge');
    expect(await refusal(saying(png, 2 ** 31, 2 ** 31))).toBe('tooLarge');
    expect(await refusal(saying(jpeg, 1, 640))).toBe('tooSmall');
    expect(await refusal(saying(jpeg, 0, 0))).toBe('tooSmall');
    expect(await refusal(picture(1920, 1920).toBuffer('image/jpeg', 10))).toBe('tooLarge');
  });

  it('that unpacks to far more than it weighs never gets that far', async () => {
    const bomb = Buffer.concat([
      png.subarray(0, 33),
      deflateSync(Buffer.alloc(2 ** 24)),
      png.subarray(png.length - 12),
    ]);
    expect(bomb.length).toBeLessThan(20_000);
    expect(await refusal(saying(bomb, 30_000, 30_000))).toBe('tooLarge');
    expect(await refusal(bomb)).toBe('broken');
  });

  it('cut short anywhere is told', async () => {
    for (const bytes of [jpeg, png]) {
      for (const length of [0, 1, 3, 12, 40, bytes.length >> 1, bytes.length - 3]) {
        expect(['wrongType', 'cutShort']).toContain(await refusal(bytes.subarray(0, length)));
      }
    }
  });

  it('of any bytes at all is answered with a code', async () => {
    const start = fc.constantFrom(jpeg, png);
    await fc.assert(
      fc.asyncProperty(start, fc.nat(400), fc.uint8Array({ minLength: 1, maxLength: 40 }), async (from, at, over) => {
        const bent = Buffer.from(from);
        bent.set(over.subarray(0, Math.max(0, bent.length - at)), Math.min(at, bent.length - 1) === at ? at : 0);
        headerOf(bent);
        expect(await refusal(bent)).not.toMatch(/Error/);
      }),
      { numRuns: 60 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void headerOf(Uint8Array.from([0xff, 0xd8, ...bytes]))),
    );
  });

  it('leaves place and camera behind', async () => {
    const note = Buffer.from('Exif\0\0 taken at 43.88 N 125.32 E');
    const head = Buffer.from([0xff, 0xe1, 0, note.length + 2]);
    const tagged = Buffer.concat([jpeg.subarray(0, 2), head, note, jpeg.subarray(2)]);
    const { data, ...rest } = await decode(tagged);
    expect(rest).toEqual({ width: 480, height: 640 });
    expect(Buffer.from(data).equals(Buffer.from((await decode(jpeg)).data))).toBe(true);
  });
});

describe('all frames of a check', () => {
  it('have bounds of number and bytes', () => {
    expect(checkFrames([])).toBe('noFrames');
    expect(checkFrames(Array.from({ length: FRAMES_MAX + 1 }, () => jpeg))).toBe('tooManyFrames');
    expect(checkFrames([jpeg, new Uint8Array(BYTES_MAX)])).toBe('tooManyBytes');
    expect(checkFrames([jpeg, jpeg.subarray(0, 900)])).toBe('cutShort');
    expect(checkFrames([jpeg, png])).toBeNull();
  });
});
